import {
  applyTurns,
  changedTurnsFields,
  initialTurnsState,
  planTurns,
  sameSummary,
  shownError,
  type Turn,
  type TurnChange,
  type TurnsState,
  visibleTurn,
} from "../history/index.ts";
import type { TurnSummary, TurnSummaryMutation, TurnSummaryPayload } from "./mutation.ts";
import { type ObservedLine, type Observer, passed, stampedAs } from "./observer.ts";
import { turnsCodec } from "./turns-codec.ts";

/** Status, error and times of the turns of a thread (projections §3, ADR 0006, ADR 0016). */
export const turnSummaryObserver: Observer<TurnsState> = {
  name: "turn-summary",
  version: 1,
  initialState: initialTurnsState,
  codec: turnsCodec,

  observe(state, line) {
    const pass = passed(state, line);
    if (pass !== undefined) return pass;
    const change = planTurns(state, line, line.event);
    const mutations = stampedSummaries(turnSummaryPayloads(state, change), line);
    const fields = changedTurnsFields(state, change);
    applyTurns(state, change);
    return { mutations, fields };
  },
};

const NONE: readonly never[] = [];

/** The mutations of a line. */
export function stampedSummaries(
  payloads: readonly TurnSummaryPayload[],
  line: ObservedLine,
): readonly TurnSummaryMutation[] {
  return stampedAs(turnSummaryObserver, "turn_summary", line, payloads);
}

/** What a planned change does to the summaries of turns. */
export function turnSummaryPayloads(state: TurnsState, change: TurnChange): readonly TurnSummaryPayload[] {
  const { removed, put } = change;
  if (removed.length === 0) return put.length === 0 ? NONE : changedRows(state, change);
  return [...removedRows(state, change), ...changedRows(state, change)];
}

/** A turn that goes leaves a tombstone, or uncovers an older turn that was started with the same id. */
function removedRows(state: TurnsState, { removed }: TurnChange): TurnSummaryPayload[] {
  const gone = new Set(removed.map((turn) => turn.seq));
  const ids = new Set(removed.map((turn) => turn.id));
  return [...ids].flatMap((turnId): TurnSummaryPayload[] => {
    const shown = visibleTurn(state, turnId);
    if (shown === undefined || !gone.has(shown.seq)) return [];
    const uncovered = state.byId.get(turnId)?.findLast((turn) => !gone.has(turn.seq));
    if (uncovered !== undefined && sameSummary(shown, uncovered)) return [];
    return [{ turnId, mutation: uncovered === undefined ? null : summaryOf(uncovered) }];
  });
}

/** Of several turns with one id the last is shown; only a change that shows is reported. */
function changedRows(state: TurnsState, { put }: TurnChange): TurnSummaryPayload[] {
  const payloads: TurnSummaryPayload[] = [];
  for (const turn of put) {
    const shown = visibleTurn(state, turn.id);
    if (shown !== undefined && (shown.seq > turn.seq || sameSummary(shown, turn))) continue;
    payloads.push({ turnId: turn.id, mutation: summaryOf(turn) });
  }
  return payloads;
}

function summaryOf(turn: Turn): TurnSummary {
  return {
    status: turn.status,
    startedAt: turn.startedAt,
    completedAt: turn.completedAt,
    durationMs: turn.durationMs,
    error: shownError(turn.failure),
    rootTurnId: turn.rootTurnId,
    turnOrdinal: turn.ordinal,
  };
}
