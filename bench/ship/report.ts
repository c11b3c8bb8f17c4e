import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import type { Usage } from "../processes.ts";
import { median } from "../statistics.ts";
import type { ShipMemory } from "./memory.ts";
import type { ShipSpeed } from "./speed.ts";
import type { ShipStart } from "./start.ts";

const SPEED_GOAL = 0.7;
const MEMORY_GOAL_MB = 200;

export interface ShipResults {
  readonly rounds: number;
  /** The machine's load average when the run began. */
  readonly loadBefore: number;
  readonly speeds: readonly ShipSpeed[];
  readonly memory: ShipMemory;
  readonly start: ShipStart;
}

/** The measurements as Markdown. */
export function report({ rounds, loadBefore, speeds, memory, start }: ShipResults): string {
  const { gigabytes, large, longLine } = memory;
  return `# The last benchmark of shipping

Written by \`npm run bench:ship\`; with options (\`-- --gigabytes 10 --files 1000 --rounds 1\`) it only prints. It needs Linux, and the services of
\`eval "$(npm run -s services -- env)"\`. Both contenders take turns, round after round; figures are medians of ${rounds} rounds. Absolute figures are
those of a small machine whose cores client and broker share: trust the ratios.

${table(["", ""], aboutRunWithServices(loadBefore))}

## Speed

\`ship --once\` of one file, start-up included, against a loop that only reads lines and produces them through kafkajs.

| file | loop, s | ship, s | ship × the loop | by CPU | goal |  |
| --- | --- | --- | --- | --- | --- | --- |
${speeds.map(speedRow).join("\n")}

## Memory

| shipping | peak, MB | goal |  |
| --- | --- | --- | --- |
| a rollout of ${gigabytes} GB | ${megabytes(large.peakBytes)} | ≤ ${MEMORY_GOAL_MB} | ${verdict(large.peakBytes <= MEMORY_GOAL_MB * 1e6)} |
| a line of 43 MB | ${megabytes(longLine.peakBytes)} |  |  |

## Many files

${start.files.toLocaleString("en-US")} rollouts of two lines.

| sent for the first time, s | found to be sent, until new lines are waited for, s | open descriptors then | peak, MB |
| --- | --- | --- | --- |
| ${start.firstSeconds.toFixed(1)} | ${start.againSeconds.toFixed(1)} | ${start.descriptors} | ${megabytes(start.peakBytes)} |
`;
}

function speedRow({ mode, bytes, ship, loop }: ShipSpeed): string {
  const seconds = (samples: readonly Usage[]) => median(samples.map(({ wallSeconds }) => wallSeconds)).toFixed(1);
  const ratio = (what: "wallSeconds" | "cpuSeconds") =>
    median(ship.map((sample, round) => (loop[round]?.[what] ?? Number.NaN) / sample[what]));
  const times = ratio("wallSeconds");
  const cells = [seconds(loop), seconds(ship), `${times.toFixed(2)} ×`, `${ratio("cpuSeconds").toFixed(2)} ×`];
  return `| ${mode}, ${megabytes(bytes)} MB | ${cells.join(" | ")} | ≥ ${SPEED_GOAL} × | ${verdict(times >= SPEED_GOAL)} |`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
