import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import { median } from "../statistics.ts";
import { CHECKPOINT_MS, type CheckpointBytes, GROUP_EVENTS, LATE_ITEM } from "./checkpoint-bytes.ts";
import type { Restarts } from "./restart.ts";
import { type Contender, type Speed, timesAsFast } from "./speed.ts";
import type { Taken } from "./timed.ts";

const RESTART_GOAL_SECONDS = 5;
/** Flat: not more than noise. */
const BYTES_GOAL = 1.2;

export interface Results {
  readonly rounds: number;
  /** The machine's load average when the run began. */
  readonly loadBefore: number;
  readonly speeds: readonly Speed[];
  readonly restarts: Restarts | null;
  readonly checkpoints: readonly CheckpointBytes[] | null;
}

/** The measurements as Markdown. */
export function report(results: Results): string {
  const { speeds, restarts, checkpoints, rounds } = results;
  const sections = [about(results), ...speeds.map((speed) => speedSection(speed, rounds))];
  if (restarts !== null) sections.push(restartSection(restarts));
  if (checkpoints !== null) sections.push(checkpointSection(checkpoints));
  return `${sections.join("\n\n")}\n`;
}

function about({ loadBefore }: Results): string {
  return `# The last benchmark of the workers

Written by \`npm run bench:worker\`; with options (\`-- --records 100000 --rounds 1 --only mix\`) it only prints. It needs Linux, and the services of
\`eval "$(npm run -s services -- env)"\`. Processes take turns, round after round: a figure is the median of the rounds, a ratio the median of the
ratios within a round. Absolute figures are those of a small machine whose cores client and services share: trust the ratios.

${table(["", ""], aboutRunWithServices(loadBefore))}`;
}

function speedSection(speed: Speed, rounds: number): string {
  const rows = speed.contenders.map((contender) => speedRow(contender, speed));
  const columns = [
    "",
    "records with output",
    "records/s",
    "× the copy loop",
    "goal",
    "",
    "CPU µs a record",
    "× by CPU",
    "peak MB",
  ];
  return `## Speed: ${speed.input.name}

${speed.records.toLocaleString("en")} records, 12 partitions, ${rounds} rounds. From joining the group to the last commit. The copy loop is a kafkajs consumer and one
transactional producer for each partition that write every record unchanged, 500 in a transaction. Workers run as
\`thread-history worker --once --observer …\`, with nothing stored and nothing committed before.

${table(columns, rows)}`;
}

function speedRow(contender: Contender, speed: Speed): string[] {
  const { name, share, samples } = contender;
  const of = (what: keyof Taken): number => median(samples.map((sample) => sample[what]));
  const goal = name === "copy loop" ? undefined : speed.input.goals.get(name);
  const ratio = timesAsFast(contender, speed, "seconds");
  const compared = goal === undefined ? ["", "", ""] : [`${ratio.toFixed(2)} ×`, `≥ ${goal} ×`, verdict(ratio >= goal)];
  return [
    name,
    `${(share * 100).toFixed(0)} %`,
    (speed.records / of("seconds")).toFixed(0),
    ...compared,
    ((of("cpuSeconds") / speed.records) * 1e6).toFixed(1),
    goal === undefined ? "" : `${timesAsFast(contender, speed, "cpuSeconds").toFixed(2)} ×`,
    (of("peakBytes") / 1e6).toFixed(0),
  ];
}

function restartSection({ threads, samples }: Restarts): string {
  const first = median(samples.map(({ firstSeconds }) => firstSeconds));
  const last = median(samples.map(({ lastSeconds }) => lastSeconds));
  const peak = median(samples.map(({ peakBytes }) => peakBytes)) / 1e6;
  const row = [
    first.toFixed(2),
    `≤ ${RESTART_GOAL_SECONDS}`,
    verdict(first <= RESTART_GOAL_SECONDS),
    last.toFixed(2),
    peak.toFixed(0),
  ];
  return `## Start with ${threads.toLocaleString("en")} checkpointed threads

thread-item took ${threads.toLocaleString("en")} threads of three lines, ended in order, and twelve of them got another line. From the start of the next process until the
mutations could be read, read committed.

${table(["first mutation, s", "goal", "", "last of twelve, s", "peak MB"], [row])}`;
}

function checkpointSection(checkpoints: readonly CheckpointBytes[]): string {
  const rows = checkpoints.map(({ observer, early, late }) => {
    const ratio = late / early;
    return [
      observer,
      early.toFixed(0),
      late.toFixed(0),
      `${ratio.toFixed(2)} ×`,
      `≤ ${BYTES_GOAL} ×`,
      verdict(ratio <= BYTES_GOAL),
    ];
  });
  return `## Checkpoint bytes of an event

One thread, turns of ten items; what the metrics say was written to Redis, for each event. Events come ${GROUP_EVENTS} at a time, with a checkpoint every
${CHECKPOINT_MS} ms: a busier thread writes less for each, since what changed twice is written once.

${table(["", "at the 100th item", `at the ${LATE_ITEM.toLocaleString("en")}th`, "ratio", "goal", ""], rows)}`;
}
