import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../scripts/root.ts";
import { aboutRun } from "./about.ts";
import { table, verdict } from "./markdown.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { type EventCost, LATE_ITEM } from "./per-event.ts";
import type { BenchRollout } from "./rollouts.ts";
import { type Measured, medianOf, ratiosOf } from "./speed.ts";

const MEMORY_GOAL_MB = 150;
const EVENT_GOAL = 1.2;

export interface FileResult {
  readonly rollout: BenchRollout;
  readonly rounds: number;
  readonly measured: readonly Measured[];
}

/** The measurements as Markdown: what was measured where, then a section for each part of the run. */
export function report(files: readonly FileResult[], costs: readonly EventCost[]): string {
  const sections = [about(), ...files.flatMap((file) => [speedSection(file), memorySection(memoryOf(file.measured))])];
  if (costs.length > 0) sections.push(eventSection(costs));
  return `${sections.join("\n\n")}\n`;
}

function about(): string {
  const rows = [
    ...aboutRun(),
    ["thread-history", field("package.json", "version")],
    ["Codex", field("conformance/package.json", "devDependencies", "@openai/codex")],
  ];
  return `# The last benchmark

Written by \`npm run bench\`; \`npm run bench -- --mb 50 --rounds 3 --only legacy\` is shorter, and prints without writing. It needs Linux, and Codex
as \`npm run conformance\` installs it. The contenders take turns, round after round; a figure is the median of the rounds, a ratio the
median of the ratios within a round. CPU time counts all threads and is the steadier of the two where other programs run.

${table(["", ""], rows)}`;
}

function speedSection({ rollout, rounds, measured }: FileResult): string {
  const megabytes = (rollout.bytes / 1e6).toFixed(0);
  const rows = measured.map((one) => {
    const [wall, cpu] = [medianOf(one, "wallSeconds"), medianOf(one, "cpuSeconds")];
    const { name, bytes } = one.contender;
    const speeds = bytes === 0 ? ["", ""] : [speed(bytes, wall), speed(bytes, cpu)];
    return [name, (bytes / 1e6).toFixed(0), String(one.samples.length), wall.toFixed(2), cpu.toFixed(2), ...speeds];
  });
  const ratios = ratiosOf(measured).map(({ against, wall, cpu, goal }) => {
    const met = verdict(cpu >= goal);
    return [against, `${cpu.toFixed(2)} ×`, `${wall.toFixed(2)} ×`, `≥ ${goal} ×`, met];
  });
  return `## A ${rollout.mode} rollout of ${megabytes} MB

The corpus of \`test/corpus\` again and again as one thread, ${rounds} rounds.

${table(["", "MB", "samples", "wall s", "CPU s", "MB/s wall", "MB/s CPU"], rows)}

\`project\` is as fast as each of the others times

${table(["", "by CPU time", "by wall time", "goal", "by CPU time"], ratios)}`;
}

function memorySection({ peakBytes, baselineBytes }: Memory): string {
  const [peak, baseline] = [peakBytes / 1e6, baselineBytes / 1e6];
  const met = verdict(peak - baseline < MEMORY_GOAL_MB);
  const more = `${(peak - baseline).toFixed(0)} MB more`;
  return `Peak memory of \`project\`: ${peak.toFixed(0)} MB, for one line ${baseline.toFixed(0)} MB: ${more} (goal < ${MEMORY_GOAL_MB} MB: ${met}).`;
}

function eventSection(costs: readonly EventCost[]): string {
  const rows = costs.map(({ observer, shape, early, late }) => {
    const ratio = late.nanoseconds / early.nanoseconds;
    const times = [early.nanoseconds, late.nanoseconds].map((ns) => ns.toFixed(0));
    const bytes = [early.checkpointBytes, late.checkpointBytes].map((size) => size.toFixed(0));
    const met = verdict(ratio <= EVENT_GOAL);
    return [observer, shape, ...times, `${ratio.toFixed(2)} ×`, `≤ ${EVENT_GOAL} × (${met})`, ...bytes];
  });
  const late = LATE_ITEM.toLocaleString("en");
  const columns = ["ns at 100", `ns at ${late}`, "ratio", "goal", "checkpoint bytes at 100", `at ${late}`];
  return `## One event, at the 100th and at the ${late}th item of a thread

A synthetic legacy thread, its lines decoded before; medians of windows of 1,000 events. Checkpoint bytes: the fields that the event changed.

${table(["observer", "thread", ...columns], rows)}`;
}

function speed(bytes: number, seconds: number): string {
  return (bytes / 1e6 / seconds).toFixed(0);
}

function field(file: string, ...keys: readonly string[]): string {
  let value: unknown = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  for (const key of keys) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof value === "string" ? value : "unknown";
}
