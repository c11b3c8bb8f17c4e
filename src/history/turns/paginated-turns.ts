import type { Integer } from "../../json/index.ts";
import type { RolloutEvent, TaskComplete, TaskStarted, TurnAborted, TurnError } from "../../rollout/index.ts";
import type { LifecycleFact, TurnChange } from "./change.ts";
import { failedFact } from "./legacy-turns.ts";
import { type TurnsState, visibleTurn } from "./state.ts";
import { sameSummary, type Turn } from "./turn.ts";

type TurnRow = Pick<Turn, "status" | "failure" | "startedAt" | "completedAt" | "durationMs" | "ended">;

/** What a line of a paginated thread does to its turns: one row for each turn id, frozen once ended (paginated §3.2, ADR 0011). */
export function planPaginatedTurns(
  state: TurnsState,
  event: Exclude<RolloutEvent, { readonly type: "session_meta" }>,
  rolloutIndex: number,
  lineOrdinal: Integer,
): TurnChange {
  const change: TurnChange = {
    head: state.head,
    rolloutIndex,
    put: [],
    removed: [],
    itemCut: null,
    item: null,
    facts: [],
  };
  switch (event.type) {
    case "task_started":
    case "task_complete":
      return { ...change, ...putRow(state, event.turnId, event, lineOrdinal) };
    case "turn_aborted":
      return event.turnId === null ? change : { ...change, ...putRow(state, event.turnId, event, lineOrdinal) };
    case "error":
      return { ...change, ...failOpenTurn(state, event) };
    case "item_started":
    case "item_completed": {
      const turn = visibleTurn(state, event.turnId) ?? null;
      return { ...change, item: { event, how: "upsert", turn, turnId: event.turnId } };
    }
    default:
      return change;
  }
}

type RowLine = TaskStarted | TaskComplete | TurnAborted;

function putRow(state: TurnsState, turnId: string, line: RowLine, lineOrdinal: Integer): Partial<TurnChange> {
  const { head } = state;
  const era = head.lineage.length - 1;
  const shown = visibleTurn(state, turnId);
  // A row of an earlier rollout is hidden whole by one of this rollout, its place included (paginated §3.5).
  const before = shown?.era === era ? shown : undefined;
  if (before?.ended === true) return {};
  const row = rowAfter(before, line);
  const rootTurnId = before?.rootTurnId ?? line.rootTurnId;
  if (before === undefined) {
    const turn: Turn = {
      seq: head.nextSeq,
      id: turnId,
      ordinal: head.nextOrdinal,
      openedBy: "start",
      sawCompaction: false,
      hasItems: false,
      era,
      lineOrdinal,
      rootTurnId,
      ...row,
    };
    return {
      head: { ...head, nextSeq: head.nextSeq + 1, nextOrdinal: head.nextOrdinal + 1 },
      put: [turn],
      facts: factsOf(undefined, turn, line),
    };
  }
  const turn: Turn = { ...before, ...row, rootTurnId };
  if (!turn.ended && sameSummary(before, turn)) return {};
  return { put: [turn], facts: factsOf(before, turn, line) };
}

/** Every column but the root comes from the line; a failure seen in the raw stream outlasts the end (ADR 0022). */
function rowAfter(before: Turn | undefined, line: RowLine): TurnRow {
  const { startedAt } = line;
  if (line.type === "task_started")
    return { status: "inProgress", failure: null, startedAt, completedAt: null, durationMs: null, ended: false };
  const wasFailed = before?.status === "failed";
  const failure = line.failure ?? (wasFailed ? before.failure : null);
  const ownStatus = line.type === "turn_aborted" ? "interrupted" : line.failure === null ? "completed" : "failed";
  const { completedAt, durationMs } = line;
  return { status: wasFailed ? "failed" : ownStatus, failure, startedAt, completedAt, durationMs, ended: true };
}

function factsOf(before: Turn | undefined, turn: Turn, line: RowLine): LifecycleFact[] {
  switch (line.type) {
    case "task_started":
      return [{ type: "turn.started", turn }];
    case "task_complete":
      return [...failedFact(before, turn), { type: "turn.completed", turn }];
    case "turn_aborted":
      return [...failedFact(before, turn), { type: "turn.cancelled", turn, reason: line.reason }];
  }
}

/** Of the turns that are seen and have not ended, the one that started last (ADR 0022). */
function failOpenTurn(state: TurnsState, { failure }: TurnError): Partial<TurnChange> {
  const before = state.turns.findLast((turn) => !turn.ended && visibleTurn(state, turn.id) === turn);
  if (before === undefined) return {};
  const turn: Turn = { ...before, status: "failed", failure };
  const facts = failedFact(before, turn);
  return facts.length === 0 ? {} : { put: [turn], facts };
}
