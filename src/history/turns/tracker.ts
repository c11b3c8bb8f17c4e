import { type HistoryBase, isIncarnationOf, type RolloutEvent, type SessionMeta } from "../../rollout/index.ts";
import type { LinePlace } from "../place.ts";
import type { LifecycleFact, TurnChange } from "./change.ts";
import { planLegacyTurns } from "./legacy-turns.ts";
import { planPaginatedTurns } from "./paginated-turns.ts";
import { putTurn, removeTurn, type ThreadHead, type TurnsState } from "./state.ts";
import type { Turn } from "./turn.ts";

/**
 * What a line does to the turns of its thread. The one tracker under all observers, in both history modes (ADR 0006).
 * Nothing is changed yet. A line without effect has no event.
 */
export function planTurns(state: TurnsState, place: LinePlace, event: RolloutEvent | null): TurnChange {
  const head = headAt(state.head, place);
  const rolloutIndex = place.counted ? state.rolloutIndex + 1 : state.rolloutIndex;
  if (event === null) return noChange(head, rolloutIndex);
  if (event.type === "session_meta") return planSession(state, head, place, event, rolloutIndex);
  const within: TurnsState = head === state.head ? state : { ...state, head };
  const lineOrdinal = place.ordinal ?? place.position;
  if (head.hiddenBelow !== null && lineOrdinal < head.hiddenBelow) return noChange(head, rolloutIndex);
  return head.mode === "legacy"
    ? planLegacyTurns(within, event, rolloutIndex)
    : planPaginatedTurns(within, event, rolloutIndex, lineOrdinal);
}

/**
 * Passes a line without effect of the rollout that the thread is in: only the rollout index moves. Answers false, and changes
 * nothing, for the first line of a new rollout, which `planTurns` takes.
 */
export function passLine(state: TurnsState, rolloutId: string, counted: boolean): boolean {
  if (state.head.rolloutId !== rolloutId) return false;
  if (counted) state.rolloutIndex += 1;
  return true;
}

/** A line of a new rollout that is no `session_meta`: the stream goes on, from another producer (ADR 0019). */
function headAt(head: ThreadHead, { rolloutId }: LinePlace): ThreadHead {
  if (head.rolloutId === rolloutId) return head;
  const lineage = head.lineage.length === 0 ? [rolloutId] : head.lineage;
  return { ...head, rolloutId, sawSession: false, lineage };
}

function noChange(head: ThreadHead, rolloutIndex: number): TurnChange {
  return { head, rolloutIndex, put: [], removed: [], itemCut: null, item: null, facts: [] };
}

/** The first `session_meta` of a rollout says where it goes on from; later ones are copies of a parent's. */
function planSession(
  state: TurnsState,
  head: ThreadHead,
  { rolloutId, position }: LinePlace,
  session: SessionMeta,
  rolloutIndex: number,
): TurnChange {
  if (head.sawSession) return noChange(head, rolloutIndex);
  const next: ThreadHead = {
    ...head,
    mode: session.historyMode,
    sawSession: true,
    hiddenBelow: session.historyMode === "paginated" ? session.subagentHistoryStartOrdinal : null,
  };
  const isFirstRollout = state.head.rolloutId === null || state.head.rolloutId === rolloutId;
  const keepsMode = session.historyMode === state.head.mode;
  const base = session.historyMode === "paginated" && session.forkedFromId === null ? session.historyBase : null;
  if (keepsMode && !isFirstRollout && base !== null)
    return planRevert(state, next, rolloutId, session, base, rolloutIndex);
  if (keepsMode && (isFirstRollout || position > 0)) {
    return { ...noChange(next, rolloutIndex), facts: [{ type: "thread.started", session }] };
  }
  return planRewrite(state, next, rolloutId, session, isFirstRollout ? rolloutIndex : 0);
}

/** Another rollout takes the place of all that was: a migration, a truncation, another history mode (ADR 0019). */
function planRewrite(
  state: TurnsState,
  next: ThreadHead,
  rolloutId: string,
  session: SessionMeta,
  rolloutIndex: number,
): TurnChange {
  const removed = [...state.turns];
  const rolledBack = removed.length === 0 ? [] : [rolledBackFact(state, removed)];
  return {
    ...noChange({ ...next, lineage: [rolloutId], hasCurrent: false }, rolloutIndex),
    removed,
    itemCut: { kind: "all" },
    facts: [...rolledBack, { type: "thread.started", session }],
  };
}

/** A revert drops what lies past its cut, as if it had never been (paginated §3.5, ADR 0012). */
function planRevert(
  state: TurnsState,
  next: ThreadHead,
  rolloutId: string,
  session: SessionMeta,
  { rolloutId: baseId, endOrdinalExclusive }: HistoryBase,
  rolloutIndex: number,
): TurnChange {
  // A base is named by the rollout, whichever of its contents it was (ADR 0019).
  const found = next.lineage.findLastIndex((id) => isIncarnationOf(id, baseId));
  const era = found < 0 ? next.lineage.length - 1 : found;
  const removed = state.turns.filter(
    (turn) => turn.era > era || (turn.era === era && turn.lineOrdinal >= endOrdinalExclusive),
  );
  return {
    ...noChange({ ...next, lineage: [...next.lineage.slice(0, era + 1), rolloutId], hasCurrent: false }, rolloutIndex),
    removed,
    itemCut: { kind: "revert", era, endOrdinalExclusive },
    facts: [rolledBackFact(state, removed), { type: "thread.started", session }],
  };
}

/** Counts the turns that are gone, not those whose older turn of the same id comes to light again. */
function rolledBackFact(state: TurnsState, removed: readonly Turn[]): LifecycleFact {
  const seqs = new Set(removed.map((turn) => turn.seq));
  const ids = new Set(removed.map((turn) => turn.id));
  const gone = [...ids].filter((id) => state.byId.get(id)?.every((turn) => seqs.has(turn.seq)));
  return { type: "thread.rolled_back", numTurns: gone.length };
}

/** Makes a planned change. It cannot throw. */
export function applyTurns(state: TurnsState, change: TurnChange): void {
  state.head = change.head;
  state.rolloutIndex = change.rolloutIndex;
  for (const turn of change.removed) removeTurn(state, turn);
  for (const turn of change.put) putTurn(state, turn);
}
