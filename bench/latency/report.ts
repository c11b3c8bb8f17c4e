import { percentile } from "../../test/agent/support/latencies.ts";
import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import { PARTITIONS } from "../worker/installation.ts";
import type { Latencies, Paced } from "./measure.ts";

const GOAL_MS = 300;

export interface Results {
  /** How long lines were written at each pace. */
  readonly seconds: number;
  /** The machine's load average when the run began. */
  readonly loadBefore: number;
  readonly paced: readonly Paced[];
}

/** The measurements as Markdown. */
export function report({ seconds, loadBefore, paced }: Results): string {
  return `# The last benchmark of latency

Written by \`npm run bench:latency\`; with options (\`-- --seconds 10 --per-second 20\`) it only prints. It needs the services of
\`eval "$(npm run -s services -- env)"\`.

${table(["", ""], aboutRunWithServices(loadBefore))}

Real lines of Codex 0.169.0 (\`test/corpus\`), at a steady pace for ${seconds} seconds, by eight agents in turn into rollout files that
\`thread-history ship\` follows; one \`thread-history worker\` for all observers, ${PARTITIONS} partitions. Measured from when a line was in its file
until a consumer that reads committed had the record.

${paced.map(section).join("\n\n")}
`;
}

function section({ perSecond, latencies }: Paced): string {
  const [, ...mutations] = latencies;
  const all = { name: "**all mutations**", ms: mutations.flatMap(({ ms }) => ms) };
  return `## ${perSecond} lines a second

${table(["milliseconds", "records", "p50", "p95", "p99", "longest"], [...latencies, all].map(cells))}

Goal: p99 of all mutations ≤ ${GOAL_MS} ms: ${verdict(percentile(all.ms, 99) <= GOAL_MS)}.`;
}

function cells({ name, ms }: Latencies): string[] {
  const figures = [50, 95, 99, 100].map((percent) => percentile(ms, percent).toFixed(0));
  return [name, ms.length.toLocaleString("en"), ...figures];
}
