import { type LineChanges, type ObservedLine, ThreadProjector } from "../../projections/index.ts";
import { type RejectedLine, replacedRolloutId, ThreadMode } from "../../rollout/index.ts";
import { firstLineOf, type ReadResult, readRollout } from "../../rollout-files/index.ts";
import type { KnownRollout, ProjectJob } from "./job.ts";

export interface ThreadSinks {
  readonly onChanges: (changes: LineChanges, line: ObservedLine) => void;
  readonly onLine: (line: ObservedLine) => void;
  readonly onRejected: (line: RejectedLine) => void;
  readonly onPause: () => Promise<void>;
}

/** The rollouts of each thread, in the order of their names (ADR 0019); threads in the order in which they were given. */
export function byThread(rollouts: readonly KnownRollout[]): KnownRollout[][] {
  const threads = Map.groupBy(rollouts, (rollout) => rollout.threadId);
  return [...threads.values()].map((group) => group.sort((a, b) => byName(a.file.name, b.file.name)));
}

function byName(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
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

/**
 * Files of a thread that name the same rollout (ADR 0019, ADR 0020). Those with the same first line are copies: what one of
 * them held is not applied again. Another first line means that the rollout was replaced: another incarnation of it.
 */
class Incarnations {
  readonly #counts = new Map<string, number>();
  readonly #firstLines = new Map<string, Buffer>();
  readonly #applied = new Map<string, Applied>();

  constructor(rollouts: readonly KnownRollout[]) {
    for (const { rolloutId } of rollouts) this.#counts.set(rolloutId, (this.#counts.get(rolloutId) ?? 0) + 1);
  }

  /** The id that the rollout goes by, the first position that was not yet applied, and where to note what is. */
  async of({ file, rolloutId }: KnownRollout): Promise<{ rolloutId: string; next: number; applied: Applied }> {
    if (this.#counts.get(rolloutId) === 1) return { rolloutId, next: 0, applied: { lines: 0 } };
    const firstLine = await firstLineOf(file);
    const known = this.#firstLines.get(rolloutId);
    if (known === undefined) this.#firstLines.set(rolloutId, firstLine);
    const id = known === undefined || known.equals(firstLine) ? rolloutId : replacedRolloutId(rolloutId, firstLine);
    const applied = this.#applied.get(id) ?? { lines: 0 };
    this.#applied.set(id, applied);
    return { rolloutId: id, next: applied.lines, applied };
  }
}

/** Up to where a rollout was applied, even if its file could not be read to the end. */
interface Applied {
  lines: number;
}
