import { applyHistory, applyTurns, initialHistoryState, passLine, planHistory, planTurns } from "../history/index.ts";
import { lifecycleMutations } from "./lifecycle.ts";
import type { Mutation, ObserverName } from "./mutation.ts";
import type { ObservedLine } from "./observer.ts";
import { threadItemMutations } from "./thread-item.ts";
import { turnSummaryMutations } from "./turn-summary.ts";

const NONE: readonly never[] = [];

/**
 * Several observers over one thread in one process: each line is reduced once for all of them, since they sit on one and the
 * same reduction (ADR 0006). Gives what the observers give one by one.
 */
export class ThreadProjector {
  readonly #state = initialHistoryState();
  readonly #names: ReadonlySet<ObserverName>;

  constructor(names: readonly ObserverName[]) {
    this.#names = new Set(names);
  }

  /** Passes a line without effect, which gives no mutation; false when the line must be projected. */
  pass(rolloutId: string, counted: boolean): boolean {
    return passLine(this.#state.turns, rolloutId, counted);
  }

  /** Takes one line; answers its mutations, observer by observer. */
  project(line: ObservedLine): readonly Mutation[] {
    if (line.event === null && this.pass(line.rolloutId, line.counted)) return NONE;
    if (!this.#names.has("thread-item")) return this.#projectTurns(line);
    const change = planHistory(this.#state, line, line.event);
    const mutations = [...threadItemMutations(change, line), ...this.#turnMutations(change.turns, line)];
    applyHistory(this.#state, change);
    return mutations;
  }

  #projectTurns(line: ObservedLine): readonly Mutation[] {
    const change = planTurns(this.#state.turns, line, line.event);
    const mutations = this.#turnMutations(change, line);
    applyTurns(this.#state.turns, change);
    return mutations;
  }

  #turnMutations(change: ReturnType<typeof planTurns>, line: ObservedLine): readonly Mutation[] {
    if (change.put.length === 0 && change.removed.length === 0 && change.facts.length === 0) return NONE;
    const summaries = this.#names.has("turn-summary") ? turnSummaryMutations(this.#state.turns, change, line) : NONE;
    const events = this.#names.has("lifecycle") ? lifecycleMutations(change, line) : NONE;
    return [...summaries, ...events];
  }
}
