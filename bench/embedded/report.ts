import { aboutRun } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import type { Usage } from "../processes.ts";
import { median } from "../statistics.ts";
import { THREAD_MEGABYTES } from "./folder.ts";
import type { Serving } from "./serving.ts";

const IMPORT_GOAL = 1;
const LIVE_GOAL_MS = 300;

export interface EmbeddedResult {
  readonly bytes: number;
  readonly threads: number;
  readonly imports: readonly Usage[];
  readonly migrations: readonly Usage[];
  readonly serving: Serving;
}

export function report({ bytes, threads, imports, migrations, serving }: EmbeddedResult): string {
  const megabytes = (bytes / 1e6).toFixed(0);
  const of = (samples: readonly Usage[], what: keyof Usage): number => median(samples.map((sample) => sample[what]));
  const ratio = of(migrations, "wallSeconds") / of(imports, "wallSeconds");
  const cpuRatio = of(migrations, "cpuSeconds") / of(imports, "cpuSeconds");
  const row = (name: string, samples: readonly Usage[]): string[] => {
    const [wall, cpu, peak] = [of(samples, "wallSeconds"), of(samples, "cpuSeconds"), of(samples, "peakBytes")];
    return [name, wall.toFixed(1), cpu.toFixed(1), (bytes / 1e6 / wall).toFixed(1), (peak / 1e6).toFixed(0)];
  };
  const spread = (name: string, taken: readonly number[]): string[] => [
    name,
    String(taken.length),
    ...[0.5, 0.99, 1].map((share) => quantile(taken, share).toFixed(0)),
  ];
  return `# The last benchmark of the embedded mode

Written by \`npm run bench:embedded -- --mb 1000\`; without options it is smaller, and only prints. It needs Linux, and Codex as
\`npm run conformance\` installs it.

${table(["", ""], aboutRun())}

## Importing ${megabytes} MB of rollouts

${threads} legacy threads of ${THREAD_MEGABYTES} MB each, made of the corpus of \`test/corpus\`; both import the same files into SQLite.

${table(["", "wall s", "CPU s", "MB/s", "peak memory MB"], [row("`start --once`", imports), row("`codex migrate-rollouts --apply`", migrations)])}

\`start --once\` is ${ratio.toFixed(2)} × as fast (goal ≥ ${IMPORT_GOAL} ×: ${verdict(ratio >= IMPORT_GOAL)}), by CPU time ${cpuRatio.toFixed(2)} ×.
It keeps turns, items, lifecycle events, their order of change and an index of all words; the migration keeps turns and items.

## Answers meanwhile

One reader that asks for 50 threads, then for the newest 20 turns of the first one with all their items, again and again, while the same
files are imported (${serving.importSeconds.toFixed(1)} s); then from a line written to its change in the stream of events.

${table(["milliseconds", "samples", "median", "p99", "longest"], [spread("a request during the import", serving.importing), spread("a line to its event", serving.live)])}

Goal of a line to its event: p99 ≤ ${LIVE_GOAL_MS} ms (${verdict(quantile(serving.live, 0.99) <= LIVE_GOAL_MS)}).
`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
