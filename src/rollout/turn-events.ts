import type { Integer } from "../json/index.ts";
import { affectsTurnStatus, type TurnFailure, turnFailure } from "./error-info.ts";
import { type Fields, int64, literal, object, string, uint32, unreadString } from "./fields.ts";
import { agentPath } from "./paths.ts";

/** Events that open, end, fail or remove turns. */
export type TurnEvent = TaskStarted | TaskComplete | TurnAborted | TurnError | ThreadRolledBack;

export interface TaskStarted {
  readonly type: "task_started";
  readonly turnId: string;
  readonly rootTurnId: string | null;
  /** Seconds since the epoch. */
  readonly startedAt: Integer | null;
}

interface TurnEnd {
  readonly rootTurnId: string | null;
  readonly failure: TurnFailure | null;
  readonly startedAt: Integer | null;
  readonly completedAt: Integer | null;
  readonly durationMs: Integer | null;
}

export interface TaskComplete extends TurnEnd {
  readonly type: "task_complete";
  readonly turnId: string;
}

export interface TurnAborted extends TurnEnd {
  readonly type: "turn_aborted";
  readonly turnId: string | null;
  readonly reason: AbortReason;
}

export type AbortReason = "interrupted" | "replaced" | "review_ended" | "budget_limited";

/** An `error` event that fails the turn it meets; other errors have no effect. */
export interface TurnError {
  readonly type: "error";
  readonly failure: TurnFailure;
}

export interface ThreadRolledBack {
  readonly type: "thread_rolled_back";
  readonly numTurns: number;
}

const abortReason = literal("interrupted", "replaced", "review_ended", "budget_limited");
const collaborationMode = literal("plan", "code", "default", "pair_programming", "execute", "custom");

const turnAttribution = object((attribution) => {
  attribution.required("turn_id", unreadString);
  attribution.optional("turn_trigger", unreadString);
  attribution.optional("parent_turn_id", unreadString);
  attribution.optional("root_turn_id", unreadString);
  attribution.optional("initiating_agent_path", agentPath);
});

export function taskStarted(fields: Fields): TaskStarted {
  fields.optional("trace_id", unreadString);
  fields.optional("model_context_window", int64);
  fields.defaulted("collaboration_mode_kind", collaborationMode, "default");
  fields.optional("turn_attribution", turnAttribution);
  return {
    type: "task_started",
    turnId: fields.required("turn_id", string),
    rootTurnId: fields.optional("root_turn_id", string),
    startedAt: fields.optional("started_at", int64),
  };
}

const failureOfEnd = object(turnFailure);

export function taskComplete(fields: Fields): TaskComplete {
  fields.optional("last_agent_message", unreadString);
  fields.optional("time_to_first_token_ms", int64);
  return {
    type: "task_complete",
    turnId: fields.required("turn_id", string),
    rootTurnId: fields.optional("root_turn_id", string),
    failure: fields.optional("error", failureOfEnd),
    startedAt: fields.optional("started_at", int64),
    completedAt: fields.optional("completed_at", int64),
    durationMs: fields.optional("duration_ms", int64),
  };
}

export function turnAborted(fields: Fields): TurnAborted {
  return {
    type: "turn_aborted",
    turnId: fields.optional("turn_id", string),
    reason: fields.required("reason", abortReason),
    rootTurnId: fields.optional("root_turn_id", string),
    failure: fields.optional("error", failureOfEnd),
    startedAt: fields.optional("started_at", int64),
    completedAt: fields.optional("completed_at", int64),
    durationMs: fields.optional("duration_ms", int64),
  };
}

export function turnError(fields: Fields): TurnError | null {
  const failure = turnFailure(fields);
  return affectsTurnStatus(failure.info) ? { type: "error", failure } : null;
}

export function threadRolledBack(fields: Fields): ThreadRolledBack {
  return { type: "thread_rolled_back", numTurns: fields.required("num_turns", uint32) };
}
