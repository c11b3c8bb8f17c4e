import { systemClock } from "../../time/index.ts";
import type { SinkRunner } from "./runner.ts";
import type { SinkServices } from "./services.ts";

/** How often it is looked how far the tables are; other processes of the group may do some of the partitions. */
const POLL_MS = 100;

/** Where each topic's partitions end now; those without records are left out. */
export type SinkEnds = ReadonlyMap<string, ReadonlyMap<number, number>>;

export async function endsOfTopics({ topics }: SinkServices): Promise<SinkEnds> {
  const ends = await Promise.all(
    topics.map(async ({ logs }) => {
      const [bounds, committed] = [await logs.bounds(), await logs.ends()];
      const there = [...committed].flatMap(([partition, end]) =>
        end === null || end <= (bounds.get(partition)?.start ?? 0) ? [] : [[partition, end] as const],
      );
      return [logs.topic, new Map(there)] as const;
    }),
  );
  return new Map(ends);
}

/**
 * Resolves once the tables hold all up to the ends, but for partitions that halted, or when `stop` aborts. Not before the runner
 * has looked at all of its partitions: of a topic that was made again the tables seem to hold more than there is.
 */
export async function reached(
  { store }: SinkServices,
  ends: SinkEnds,
  { runner, halted }: { readonly runner: Pick<SinkRunner, "isSettled">; readonly halted: ReadonlyMap<number, string> },
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    if (!runner.isSettled) {
      await systemClock.sleep(POLL_MS, stop);
      continue;
    }
    const progress = await store.progress([...ends.keys()]);
    const isDone = [...ends].every(([topic, of]) =>
      [...of].every(([partition, end]) => halted.has(partition) || (progress.get(topic)?.get(partition) ?? 0) >= end),
    );
    if (isDone) return;
    await systemClock.sleep(POLL_MS, stop);
  }
}
