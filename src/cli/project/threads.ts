import type { Mutation } from "../../projections/index.ts";
import { OBSERVER_NAMES, type ObservedLine, startObserver } from "../../projections/index.ts";
import { type RejectedLine, replacedRolloutId, ThreadMode } from "../../rollout/index.ts";
import { firstLineOf, type ReadResult, readRollout } from "../../rollout-files/index.ts";
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
  const observers = OBSERVER_NAMES.filter((name) => job.options.observers.includes(name)).map((name) =>
    startObserver(name),
  );
  const mode = new ThreadMode();
  const results: ReadResult[] = [];
  const incarnations = new Incarnations(rollouts);
  for (const rollout of rollouts) {
    const { file, threadId } = rollout;
    try {
      const { rolloutId, next } = await incarnations.of(rollout);
      const options = { maxLineBytes: job.options.maxLineBytes, onRead: job.progress.advance };
      const result = await readRollout(file, rolloutId, mode, options, {
        onLine: (line, position) => {
          if (position < next) return;
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
          if (position < next) return;
          job.rejects.add(file.path, position, line, bytes);
          sinks.onRejected(line);
        },
        onPause: async () => {
          await job.rejects.flow();
          await sinks.onPause();
        },
      });
      incarnations.sawLines(rolloutId, result.lines);
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
  readonly #isShared: (rolloutId: string) => boolean;
  readonly #firstLines = new Map<string, Buffer>();
  readonly #next = new Map<string, number>();

  constructor(rollouts: readonly KnownRollout[]) {
    const counts = new Map<string, number>();
    for (const { rolloutId } of rollouts) counts.set(rolloutId, (counts.get(rolloutId) ?? 0) + 1);
    this.#isShared = (rolloutId) => (counts.get(rolloutId) ?? 0) > 1;
  }

  /** The id that the rollout goes by, and its first position that was not yet read from another file. */
  async of({ file, rolloutId }: KnownRollout): Promise<{ rolloutId: string; next: number }> {
    if (!this.#isShared(rolloutId)) return { rolloutId, next: 0 };
    const firstLine = await firstLineOf(file);
    const known = this.#firstLines.get(rolloutId);
    if (known === undefined) this.#firstLines.set(rolloutId, firstLine);
    const id = known === undefined || known.equals(firstLine) ? rolloutId : replacedRolloutId(rolloutId, firstLine);
    return { rolloutId: id, next: this.#next.get(id) ?? 0 };
  }

  sawLines(rolloutId: string, lines: number): void {
    this.#next.set(rolloutId, Math.max(lines, this.#next.get(rolloutId) ?? 0));
  }
}
