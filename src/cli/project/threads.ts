import type { Mutation } from "../../projections/index.ts";
import { OBSERVER_NAMES, type ObservedLine, startObserver } from "../../projections/index.ts";
import { type RejectedLine, replacedRolloutId, ThreadMode } from "../../rollout/index.ts";
import { type ReadResult, readRollout } from "../../rollout-files/index.ts";
import type { KnownRollout, ProjectJob } from "./job.ts";

export interface ThreadSinks {
  readonly onMutations: (mutations: readonly Mutation[]) => void;
  readonly onLine: (line: ObservedLine) => void;
  readonly onRejected: (line: RejectedLine) => void;
  readonly onPause: () => Promise<void>;
}

/** The rollouts of each thread, in the order of their names (ADR 0019); threads in the order in which they were given. */
export function byThread(rollouts: readonly KnownRollout[]): KnownRollout[][] {
  const threads = Map.groupBy(rollouts, (rollout) => rollout.threadId);
  return [...threads.values()].map((group) => group.sort((a, b) => (a.file.name < b.file.name ? -1 : 1)));
}

/** Runs the observers over all rollouts of one thread. A rollout that cannot be read is reported; the others are read. */
export async function projectThread(
  job: ProjectJob,
  rollouts: readonly KnownRollout[],
  sinks: ThreadSinks,
): Promise<ReadResult[]> {
  const observers = OBSERVER_NAMES.filter((name) => job.options.observers.includes(name)).map((name) =>
    startObserver(name),
  );
  const mode = new ThreadMode();
  const results: ReadResult[] = [];
  for (const [index, rollout] of rollouts.entries()) {
    const { file, threadId } = rollout;
    const isRepeated = rollouts.slice(0, index).some((earlier) => earlier.rolloutId === rollout.rolloutId);
    const rolloutId = isRepeated ? replacedRolloutId(rollout.rolloutId, Buffer.from(file.path)) : rollout.rolloutId;
    try {
      const options = { maxLineBytes: job.options.maxLineBytes, onRead: job.progress.advance };
      const result = await readRollout(file, rolloutId, mode, options, {
        onLine: (line, position) => {
          const isEvent = line.outcome === "event";
          const { ordinal, counted } = line;
          const event = isEvent ? line.event : null;
          const timestamp = isEvent ? line.timestamp : "";
          const observed = { threadId, rolloutId, position, ordinal, counted, event, timestamp, generation: 0 };
          for (const observer of observers) {
            const { mutations } = observer.observe(observed);
            if (mutations.length > 0) sinks.onMutations(mutations);
          }
          if (isEvent) sinks.onLine(observed);
        },
        onRejected: (line, position, bytes) => {
          job.rejects.add(file.path, position, line, bytes);
          sinks.onRejected(line);
        },
        onPause: async () => {
          await job.rejects.flow();
          await sinks.onPause();
        },
      });
      results.push(result);
    } catch (error) {
      job.report(error);
    }
  }
  return results;
}
