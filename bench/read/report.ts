import { percentile } from "../../test/agent/support/latencies.ts";
import type { BigStore } from "../../test/read-model/support/big.ts";
import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import type { Measured, MeasuredStore } from "./measure.ts";

const GOAL_MS = 50;

const NAMES = { sqlite: "SQLite", postgres: "Postgres" } as const;

export interface Results {
  readonly size: BigStore;
  readonly requests: number;
  /** The machine's load average when the run began. */
  readonly loadBefore: number;
  readonly stores: readonly MeasuredStore[];
}

/** The measurements as Markdown. */
export function report({ size, requests, loadBefore, stores }: Results): string {
  const { threads, items, itemsOfTurn } = size;
  return `# The last benchmark of reading

Written by \`npm run bench:read\`; with options (\`-- --threads 1000 --requests 100\`) it only prints. Postgres is that of
\`eval "$(npm run -s services -- env)"\`.

${table(["", ""], aboutRunWithServices(loadBefore))}

${threads.toLocaleString("en")} threads of one turn and three items, one thread of ${items.toLocaleString("en")} items in turns of ${itemsOfTurn}, and a fork of that one from its
middle. Pages of 25, ${requests.toLocaleString("en")} requests of each kind, one after the other, through the read model in this process: from the call until the
rows are there. What a server adds is not in it.

${stores.map(section).join("\n\n")}
`;
}

function section({ name, kinds }: MeasuredStore): string {
  const worst = Math.max(...kinds.filter(({ kind }) => kind.isGoal).map(({ ms }) => percentile(ms, 99)));
  return `## ${NAMES[name]}

${table(["milliseconds", "p50", "p99", "longest"], kinds.map(cells))}

Goal: p99 of turns ≤ ${GOAL_MS} ms: ${verdict(worst <= GOAL_MS)}.`;
}

function cells({ kind, ms }: Measured): string[] {
  return [kind.name, ...[50, 99, 100].map((percent) => percentile(ms, percent).toFixed(2))];
}
