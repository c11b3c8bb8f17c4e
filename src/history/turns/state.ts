import type { Integer } from "../../json/index.ts";
import type { HistoryMode } from "../../rollout/index.ts";
import type { Turn } from "./turn.ts";

/** What the tracker knows of a thread besides its turns. Never changed in place. */
export interface ThreadHead {
  readonly mode: HistoryMode;
  /** The rollout that the thread goes on in; null before the first line. */
  readonly rolloutId: string | null;
  /** Whether that rollout's `session_meta` was seen: later ones in it are copies of a parent's. */
  readonly sawSession: boolean;
  /** Rollouts that the thread's history lies in, oldest first; a revert drops those past its base. */
  readonly lineage: readonly string[];
  /** Lines of the rollout below this ordinal are the parent's (paginated §3.4). */
  readonly hiddenBelow: Integer | null;
  /** Legacy: whether the last turn is the one that takes what names no turn. */
  readonly hasCurrent: boolean;
  readonly nextSeq: number;
  readonly nextOrdinal: number;
}

/** The turn half of the reduction: plain data, but for the index by id, which is derived. */
export interface TurnsState {
  head: ThreadHead;
  /** Index of the last line that took one (ADR 0001); −1 before the first. */
  rolloutIndex: number;
  /** In the order of appearance. */
  readonly turns: Turn[];
  /** Turns by id, oldest first: an id can be started twice. */
  readonly byId: Map<string, Turn[]>;
}

const FRESH: ThreadHead = {
  mode: "legacy",
  rolloutId: null,
  sawSession: false,
  lineage: [],
  hiddenBelow: null,
  hasCurrent: false,
  nextSeq: 1,
  nextOrdinal: 1,
};

export function initialTurnsState(): TurnsState {
  return { head: FRESH, rolloutIndex: -1, turns: [], byId: new Map() };
}

export function currentTurn(state: TurnsState): Turn | undefined {
  return state.head.hasCurrent ? state.turns.at(-1) : undefined;
}

/** The turn that a consumer sees under an id: of several, the one that came last. */
export function visibleTurn(state: TurnsState, id: string): Turn | undefined {
  return state.byId.get(id)?.at(-1);
}

export function turnBySeq(state: TurnsState, seq: number): Turn | undefined {
  return state.turns[indexBySeq(state.turns, seq)];
}

/** Puts a new turn, or a new version of one, in its place. */
export function putTurn(state: TurnsState, turn: Turn): void {
  const last = state.turns.at(-1);
  const sameId = state.byId.get(turn.id) ?? [];
  if (last === undefined || last.seq < turn.seq) {
    state.turns.push(turn);
    sameId.push(turn);
    state.byId.set(turn.id, sameId);
    return;
  }
  state.turns[indexBySeq(state.turns, turn.seq)] = turn;
  sameId[indexBySeq(sameId, turn.seq)] = turn;
}

export function removeTurn(state: TurnsState, turn: Turn): void {
  state.turns.splice(indexBySeq(state.turns, turn.seq), 1);
  const sameId = state.byId.get(turn.id) ?? [];
  sameId.splice(indexBySeq(sameId, turn.seq), 1);
  if (sameId.length === 0) state.byId.delete(turn.id);
}

/** Where a turn stands among turns in the order of their seq; −1 when it is not among them. */
function indexBySeq(turns: readonly Turn[], seq: number): number {
  let low = 0;
  let high = turns.length - 1;
  // The last turn is asked for most.
  if (turns[high]?.seq === seq) return high;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = turns[middle]?.seq ?? seq;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
