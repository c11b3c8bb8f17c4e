import type {
  Compacted,
  RolloutEvent,
  TaskComplete,
  TaskStarted,
  ThreadRolledBack,
  TurnAborted,
  TurnError,
} from "../../rollout/index.ts";
import type { ItemEvent, LifecycleFact, TurnChange } from "./change.ts";
import { type ItemPlacement, placementOf } from "./legacy-placement.ts";
import { currentTurn, type TurnsState, visibleTurn } from "./state.ts";
import { sameFailure, sameSummary, type Turn } from "./turn.ts";

type LegacyEvent = Exclude<RolloutEvent, { readonly type: "session_meta" }>;

/** What a line of a legacy thread does to its turns (reduction §2–§7 with §12: as Codex 0.169.0 does it). */
export function planLegacyTurns(state: TurnsState, event: LegacyEvent, rolloutIndex: number): TurnChange {
  const plan = new LegacyPlan(state, rolloutIndex);
  switch (event.type) {
    case "task_started":
      return plan.start(event);
    case "task_complete":
      return plan.complete(event);
    case "turn_aborted":
      return plan.abort(event);
    case "error":
      return plan.fail(event);
    case "thread_rolled_back":
      return plan.rollBack(event);
    case "compacted":
      return plan.compact(event);
    default: {
      const placement = placementOf(event);
      return placement === undefined ? plan.change({}) : plan.place(event, placement);
    }
  }
}

const NONE: readonly never[] = [];

class LegacyPlan {
  readonly #state: TurnsState;
  readonly #rolloutIndex: number;
  readonly #current: Turn | undefined;

  constructor(state: TurnsState, rolloutIndex: number) {
    this.#state = state;
    this.#rolloutIndex = rolloutIndex;
    this.#current = currentTurn(state);
  }

  change(parts: Partial<TurnChange>): TurnChange {
    return {
      head: parts.head ?? this.#state.head,
      rolloutIndex: this.#rolloutIndex,
      put: parts.put ?? NONE,
      removed: parts.removed ?? NONE,
      itemCut: parts.itemCut ?? null,
      item: parts.item ?? null,
      facts: parts.facts ?? NONE,
    };
  }

  /** The turn that was current, if any, stays as it is: a turn never completed stays in progress. */
  start(event: TaskStarted): TurnChange {
    const turn = this.#opened(event.turnId, {
      status: "inProgress",
      openedBy: "start",
      rootTurnId: event.rootTurnId,
      startedAt: event.startedAt,
    });
    return this.#opening(turn, { put: [turn], facts: [{ type: "turn.started", turn }] });
  }

  /** The turn named, else the current one. A turn that is not current keeps its place among the finished. */
  complete(event: TaskComplete): TurnChange {
    const target =
      this.#current?.id === event.turnId ? this.#current : (this.#firstFinished(event.turnId) ?? this.#current);
    if (target === undefined) return this.change({});
    const failure = event.failure ?? target.failure;
    const isFresh = target.status === "inProgress" || target.status === "completed";
    const ended = event.failure !== null ? "failed" : isFresh ? "completed" : target.status;
    const turn: Turn = {
      ...target,
      status: ended,
      failure,
      completedAt: event.completedAt,
      durationMs: event.durationMs,
    };
    return this.#ending(target, turn, { type: "turn.completed", turn });
  }

  abort(event: TurnAborted): TurnChange {
    const target = this.#aborted(event.turnId);
    if (target === undefined) return this.change({});
    const turn: Turn = {
      ...target,
      status: "interrupted",
      failure: event.failure ?? target.failure,
      completedAt: event.completedAt,
      durationMs: event.durationMs,
    };
    return this.#ending(target, turn, { type: "turn.cancelled", turn, reason: event.reason });
  }

  /** An abort of an unknown turn ends a turn that an item opened, and is ignored while another is open. */
  #aborted(turnId: string | null): Turn | undefined {
    const current = this.#current;
    if (turnId === null || current?.id === turnId) return current;
    return this.#firstFinished(turnId) ?? (current?.openedBy === "item" ? current : undefined);
  }

  fail({ failure }: TurnError): TurnChange {
    const current = this.#current;
    if (current === undefined) return this.change({});
    const turn: Turn = { ...current, status: "failed", failure };
    const facts = failedFact(current, turn);
    return facts.length === 0 ? this.change({}) : this.change({ put: [turn], facts });
  }

  /** The open turn is finished first, and so counts as one of the turns. */
  rollBack({ numTurns }: ThreadRolledBack): TurnChange {
    const { turns, head } = this.#state;
    const removed = numTurns === 0 ? [] : turns.slice(-numTurns);
    if (removed.length === 0 && this.#current === undefined) return this.change({ itemCut: { kind: "turns" } });
    return this.change({
      head: { ...head, hasCurrent: false },
      removed,
      itemCut: { kind: "turns" },
      facts: [{ type: "thread.rolled_back", numTurns }],
    });
  }

  compact(_event: Compacted): TurnChange {
    const current = this.#current;
    if (current === undefined) return this.#opening(this.#implicit({ sawCompaction: true }), {});
    return current.sawCompaction ? this.change({}) : this.change({ put: [{ ...current, sawCompaction: true }] });
  }

  place(event: ItemEvent, placement: ItemPlacement): TurnChange {
    const turn = this.#turnFor(placement);
    if (turn === undefined) return this.change({});
    const put = turn.hasItems || placement.how === "time" ? NONE : [{ ...turn, hasItems: true }];
    const item = { event, how: placement.how, turn, turnId: turn.id };
    const isNew = turn.seq >= this.#state.head.nextSeq;
    return isNew ? this.#opening(turn, { put: put.length === 0 ? [turn] : put, item }) : this.change({ put, item });
  }

  #turnFor(placement: ItemPlacement): Turn | undefined {
    const current = this.#current;
    switch (placement.turn) {
      case "current":
        return current ?? this.#implicit({});
      case "user": {
        const joins =
          current !== undefined && (current.openedBy === "start" || (current.sawCompaction && !current.hasItems));
        return joins ? current : this.#implicit({});
      }
      case "named":
        return current?.id === placement.turnId ? current : this.#firstFinished(placement.turnId);
      case "named-or-opened":
        return (
          (current?.id === placement.turnId ? current : this.#firstFinished(placement.turnId)) ??
          this.#opened(placement.turnId, { status: "completed", openedBy: "review" })
        );
    }
  }

  #firstFinished(id: string): Turn | undefined {
    const first = this.#state.byId.get(id)?.[0];
    return first?.seq === this.#current?.seq ? undefined : first;
  }

  #implicit(parts: Partial<Turn>): Turn {
    return this.#opened(`rollout-${Math.max(this.#rolloutIndex, 0)}`, {
      status: "completed",
      openedBy: "item",
      ...parts,
    });
  }

  #opened(id: string, parts: Pick<Turn, "status" | "openedBy"> & Partial<Turn>): Turn {
    const { head } = this.#state;
    const ordinal = visibleTurn(this.#state, id)?.ordinal ?? head.nextOrdinal;
    return {
      seq: head.nextSeq,
      id,
      ordinal,
      failure: null,
      rootTurnId: null,
      startedAt: null,
      completedAt: null,
      durationMs: null,
      sawCompaction: false,
      hasItems: false,
      ended: false,
      era: 0,
      lineOrdinal: 0,
      ...parts,
    };
  }

  /** A new turn becomes the current one. */
  #opening(turn: Turn, parts: Partial<TurnChange>): TurnChange {
    const { head } = this.#state;
    const nextOrdinal = Math.max(head.nextOrdinal, turn.ordinal + 1);
    return this.change({
      put: [turn],
      ...parts,
      head: { ...head, hasCurrent: true, nextSeq: turn.seq + 1, nextOrdinal },
    });
  }

  /** An end that changes nothing, not even which turn is current, was not acted on. */
  #ending(before: Turn, after: Turn, fact: LifecycleFact): TurnChange {
    const { head } = this.#state;
    const closes = before.seq === this.#current?.seq;
    if (!closes && sameSummary(before, after)) return this.change({});
    // The summary shows the last turn of an id; of an earlier one nobody saw it fail.
    const isShown = visibleTurn(this.#state, before.id)?.seq === before.seq;
    const facts = [...(fact.type === "turn.completed" && isShown ? failedFact(before, after) : []), fact];
    return this.change({ put: [after], facts, ...(closes && { head: { ...head, hasCurrent: false } }) });
  }
}

/** `turn.failed` exactly when the failure that a turn's summary shows becomes this one (ADR 0006). */
export function failedFact(before: Turn | undefined, after: Turn): LifecycleFact[] {
  const { failure } = after;
  if (after.status !== "failed" || failure === null) return [];
  if (before?.status === "failed" && sameFailure(before.failure, failure)) return [];
  return [{ type: "turn.failed", turn: after, failure }];
}
