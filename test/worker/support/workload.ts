import { mutationJson, type ObserverName } from "../../../src/projections/index.ts";
import type { RolloutRecord } from "../../../src/worker/index.ts";
import type { TestThread } from "../../support/generators.ts";
import { mutationsOf, observedLines } from "../../support/threads.ts";

/** The lines of a thread as records. */
export function recordsOf({ rollouts }: TestThread, threadId: string): RolloutRecord[] {
  return rollouts.flatMap(({ rolloutId, lines }) =>
    lines.map((line, position) => ({
      threadId,
      rolloutId,
      position,
      recordedAt: 0,
      kind: "",
      eventType: null,
      line: Buffer.from(line),
      oversized: null,
    })),
  );
}

/** Records of several threads, each in its order: `choices` says whose is next. */
export function interleaved(threads: readonly RolloutRecord[][], choices: readonly number[]): RolloutRecord[] {
  const rest = threads.map((records) => [...records]);
  const all: RolloutRecord[] = [];
  for (let n = 0; rest.some((records) => records.length > 0); n++) {
    const open = rest.filter((records) => records.length > 0);
    const record = open[(choices[n % choices.length] ?? 0) % open.length]?.shift();
    if (record !== undefined) all.push(record);
  }
  return all;
}

const TYPES: Readonly<Record<ObserverName, string>> = {
  "thread-item": "thread_item",
  "turn-summary": "turn_summary",
  lifecycle: "lifecycle",
};

/** What one observer makes of a thread in one process that never stops. */
export function expectedOf(observer: ObserverName, { rollouts }: TestThread, threadId: string): string[] {
  return mutationsOf(observedLines(threadId, rollouts))
    .filter(({ type }) => type === TYPES[observer])
    .map(mutationJson);
}

/** Repeatable random numbers in [0, 1): mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
