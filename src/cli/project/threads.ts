import { type LineChanges, type ObservedLine, ThreadProjector } from "../../projections/index.ts";
import { type RejectedLine, ThreadMode } from "../../rollout/index.ts";
import { type ReadResult, readRollout } from "../../rollout-files/index.ts";
import { Incarnations } from "../rollouts/incarnations.ts";
import type { KnownRollout } from "../rollouts/known.ts";
import type { ProjectJob } from "./job.ts";

export interface ThreadSinks {
  readonly onChanges: (changes: LineChanges, line: ObservedLine) => void;
  readonly onLine: (line: ObservedLine) => void;
  readonly onRejected: (line: RejectedLine) => void;
  readonly onPause: () => Promise<void>;
}

/** Runs the observers over all rollouts of one thread. A rollout that cannot be read is reported; the others are read. */
export async function projectThread(
  job: ProjectJob,
  rollouts: readonly KnownRollout[],
  sinks: ThreadSinks,
): Promise<ReadResult[]> {
  const projector = new ThreadProjector(job.options.observers);
  const mode = new ThreadMode();
  const results: ReadResult[] = [];
  const incarnations = new Incarnations(rollouts);
  for (const rollout of rollouts) {
    const { file, threadId } = rollout;
    try {
      const { rolloutId, next, applied } = await incarnations.of(rollout);
      const options = { maxLineBytes: job.options.maxLineBytes, onRead: job.progress.advance };
      const result = await readRollout(file, rolloutId, mode, options, {
        onLine: (line, position) => {
          if (position < next) return;
          applied.lines = position + 1;
          const { ordinal, counted } = line;
          const isEvent = line.outcome === "event";
          if (!isEvent && projector.pass(rolloutId, counted)) return;
          const event = isEvent ? line.event : null;
          const timestamp = isEvent ? line.timestamp : "";
          const observed = { threadId, rolloutId, position, ordinal, counted, event, timestamp, generation: 0 };
          sinks.onChanges(projector.changes(observed), observed);
          if (isEvent) sinks.onLine(observed);
        },
        onRejected: (line, position, bytes) => {
          if (position < next) return;
          applied.lines = position + 1;
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
