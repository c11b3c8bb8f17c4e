import { applyHistory, applyTurns, initialHistoryState, passLine, planHistory, planTurns } from "../history/index.ts";
import { lifecyclePayloads, stampedEvents } from "./lifecycle.ts";
import type { LifecyclePayload, Mutation, ObserverName, ThreadItemPayload, TurnSummaryPayload } from "./mutation.ts";
import type { ObservedLine } from "./observer.ts";
import { stampedItems, threadItemPayloads } from "./thread-item.ts";
import { stampedSummaries, turnSummaryPayloads } from "./turn-summary.ts";

const NONE: readonly never[] = [];

/** What one line changes: the payloads of its mutations, by observer. */
export interface LineChanges {
  readonly items: readonly ThreadItemPayload[];
  readonly summaries: readonly TurnSummaryPayload[];
  readonly events: readonly LifecyclePayload[];
}

const NO_CHANGES: LineChanges = { items: NONE, summaries: NONE, events: NONE };

/** The mutations of a line's changes, observer by observer. */
export function mutationsOf({ items, summaries, events }: LineChanges, line: ObservedLine): readonly Mutation[] {
  return [...stampedItems(items, line), ...stampedSummaries(summaries, line), ...stampedEvents(events, line)];
}

/**
 * Several observers over one thread in one process: each line is reduced once for all of them, since they sit on one and the
 * same reduction (ADR 0006). Gives what the observers give one by one.
 */
export class ThreadProjector {
  readonly #state = initialHistoryState();
  readonly #items: boolean;
  readonly #summaries: boolean;
  readonly #events: boolean;

  constructor(names: readonly ObserverName[]) {
    this.#items = names.includes("thread-item");
    this.#summaries = names.includes("turn-summary");
    this.#events = names.includes("lifecycle");
  }

  /** Passes a line without effect, which gives no mutation; false when the line must be projected. */
  pass(rolloutId: string, counted: boolean): boolean {
    return passLine(this.#state.turns, rolloutId, counted);
  }

  /** Takes one line; answers its mutations, observer by observer. */
  project(line: ObservedLine): readonly Mutation[] {
    const changes = this.changes(line);
    return changes === NO_CHANGES ? NONE : mutationsOf(changes, line);
  }

  /** Takes one line; answers what it changes, for those who need no mutations. */
  changes(line: ObservedLine): LineChanges {
    if (line.event === null && this.pass(line.rolloutId, line.counted)) return NO_CHANGES;
    if (!this.#items) {
      const change = planTurns(this.#state.turns, line, line.event);
      const changes = this.#changesOf(NONE, change, line);
      applyTurns(this.#state.turns, change);
      return changes;
    }
    const change = planHistory(this.#state, line, line.event);
    const changes = this.#changesOf(threadItemPayloads(change), change.turns, line);
    applyHistory(this.#state, change);
    return changes;
  }

  #changesOf(
    items: LineChanges["items"],
    change: ReturnType<typeof planTurns>,
    { rolloutId }: ObservedLine,
  ): LineChanges {
    const summaries = this.#summaries ? turnSummaryPayloads(this.#state.turns, change) : NONE;
    const events = this.#events ? lifecyclePayloads(change, rolloutId) : NONE;
    const isEmpty = items.length === 0 && summaries.length === 0 && events.length === 0;
    return isEmpty ? NO_CHANGES : { items, summaries, events };
  }
}
