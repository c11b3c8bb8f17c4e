import type { FullTurn } from "../../src/history/index.ts";
import { stringify } from "../../src/json/index.ts";
import type { Mutation } from "../../src/projections/index.ts";
import { asJson, codexTurnsOf, fullTurnsOf, mutationsOf, observedLines, type TestRollout } from "./threads.ts";

/** Small threads for examples, told line by line, and what comes of them, told as briefly. */

export const THREAD = "01a20000-0000-7000-8000-000000000005";
export const OTHER_THREAD = "01a20000-0000-7000-8000-00000000000f";
export const ROLLOUT_2 = "01a20000-0000-7000-8000-000000000006";
export const ROLLOUT_3 = "01a20000-0000-7000-8000-000000000007";
export const ROLLOUT_4 = "01a20000-0000-7000-8000-000000000008";
export const ROLLOUT_5 = "01a20000-0000-7000-8000-000000000009";

type Fields = Readonly<Record<string, unknown>>;

/** A line: `ordinal` and `timestamp` are filled in where a line leaves them out; text stands as it is. */
export type Line = string | (Fields & { readonly type: string; readonly payload: Fields });

export function event(type: string, fields: Fields = {}): Exclude<Line, string> {
  return { type: "event_msg", payload: { type, ...fields } };
}

/** The line with members of its own, beside its payload. */
export function withMembers(line: Exclude<Line, string>, members: Fields): Line {
  return { ...line, ...members };
}

export const session = (fields: Fields = {}): Line => ({
  type: "session_meta",
  payload: { id: THREAD, timestamp: "t", cwd: "/w", originator: "o", cli_version: "0.169.0", source: "cli", ...fields },
});
export const paginatedSession = (fields: Fields = {}): Line => session({ history_mode: "paginated", ...fields });
export const revertTo = (rolloutId: string, endOrdinalExclusive: number, fields: Fields = {}): Line =>
  paginatedSession({
    history_base: { thread_id: rolloutId, end_ordinal_exclusive: endOrdinalExclusive, end_byte_offset: 0 },
    ...fields,
  });

export const started = (turnId: string, fields: Fields = {}) => event("task_started", { turn_id: turnId, ...fields });
export const completed = (turnId: string, fields: Fields = {}) =>
  event("task_complete", { turn_id: turnId, ...fields });
export const aborted = (turnId: string | null, fields: Fields = {}) =>
  event("turn_aborted", { turn_id: turnId, reason: "interrupted", ...fields });
export const failed = (message: string, info: unknown = null) => event("error", { message, codex_error_info: info });
export const rolledBack = (turns: number) => event("thread_rolled_back", { num_turns: turns });
export const user = (message: string) => event("user_message", { message });
export const agent = (message: string) => event("agent_message", { message });
export const reasoning = (text: string) => event("agent_reasoning", { text });
export const compacted: Line = { type: "compacted", payload: { message: "m" } };

export const execBegin = (turnId: string, callId: string, fields: Fields = {}) =>
  event("exec_command_begin", {
    call_id: callId,
    turn_id: turnId,
    command: ["ls"],
    cwd: "/w",
    parsed_cmd: [],
    ...fields,
  });
export const execEnd = (turnId: string, callId: string, fields: Fields = {}) =>
  event("exec_command_end", {
    call_id: callId,
    turn_id: turnId,
    command: ["ls"],
    cwd: "/w",
    parsed_cmd: [],
    stdout: "",
    stderr: "",
    formatted_output: "",
    exit_code: 0,
    duration: { secs: 1, nanos: 0 },
    status: "completed",
    ...fields,
  });
export const searchBegin = (callId: string) => event("web_search_begin", { call_id: callId });
export const searchEnd = (callId: string) =>
  event("web_search_end", { call_id: callId, query: "q", action: { type: "other" } });
export const mcpEnd = (callId: string, args: unknown = null) =>
  event("mcp_tool_call_end", {
    call_id: callId,
    invocation: { server: "s", tool: "t", arguments: args },
    duration: { secs: 0, nanos: 0 },
    result: { Err: "no" },
  });

export const hookPrompt = (fields: Fields = {}): Line => ({
  type: "response_item",
  payload: {
    type: "message",
    role: "user",
    content: [{ type: "input_text", text: '<hook_prompt hook_run_id="r">check</hook_prompt>' }],
    ...fields,
  },
});

const itemLine = (type: string, turnId: string, item: Fields, fields: Fields) =>
  event(type, { thread_id: THREAD, turn_id: turnId, item, ...fields });
export const itemStarted = (turnId: string, item: Fields, fields: Fields = {}) =>
  itemLine("item_started", turnId, item, fields);
export const itemCompleted = (turnId: string, item: Fields, fields: Fields = {}) =>
  itemLine("item_completed", turnId, item, fields);
export const plan = (id: string, text = "1. do"): Fields => ({ type: "Plan", id, text });

/** Item lines without a start time need a real one (paginated §1). */
export function timestampOf(position: number): string {
  return `2026-06-05T10:00:${String(position).padStart(2, "0")}Z`;
}

/** A rollout of these lines; each gets the ordinal of its place, counted from `firstOrdinal`. */
export function rollout(rolloutId: string, lines: readonly Line[], firstOrdinal = 0): TestRollout {
  const texts = lines.map((line, at) =>
    typeof line === "string" ? line : stringify({ timestamp: timestampOf(at), ordinal: firstOrdinal + at, ...line }),
  );
  return { rolloutId, lines: texts };
}

/** A legacy thread of one rollout: its session line stands at position 0. */
export const legacy = (...lines: readonly Line[]): TestRollout[] => [rollout(THREAD, [session(), ...lines])];
/** A paginated thread of one rollout: its session line stands at position 0. */
export const paginated = (...lines: readonly Line[]): TestRollout[] => [
  rollout(THREAD, [paginatedSession(), ...lines]),
];

export function mutations(rollouts: readonly TestRollout[]): Mutation[] {
  return mutationsOf(observedLines(THREAD, rollouts));
}

export function fullTurns(rollouts: readonly TestRollout[]): FullTurn[] {
  return fullTurnsOf(observedLines(THREAD, rollouts));
}

export function codexTurns(rollouts: readonly TestRollout[]): FullTurn[] {
  return codexTurnsOf(observedLines(THREAD, rollouts));
}

/** Turns as `id status: item ids`. */
export function brief(turns: readonly FullTurn[]): string[] {
  return turns.map(({ id, status, items }) => [`${id} ${status}:`, ...items.map((item) => item.id)].join(" "));
}

/** `position: + turn/key #ordinal`, `(open)` when it is; `-` for a tombstone. Positions of further rollouts as `rollout.position`. */
export function items(rollouts: readonly TestRollout[]): string[] {
  return mutations(rollouts).flatMap((mutation) => {
    if (mutation.type !== "thread_item") return [];
    const { turnId, itemKey, itemOrdinal, mutationKind, isOpen } = mutation.payload;
    const sign = mutationKind === "upsert" ? "+" : "-";
    return [`${at(rollouts, mutation)}: ${sign} ${turnId}/${itemKey} #${itemOrdinal}${isOpen ? " (open)" : ""}`];
  });
}

/** `position: turn status`, or `gone` for a tombstone. */
export function summaries(rollouts: readonly TestRollout[]): string[] {
  return mutations(rollouts).flatMap((mutation) => {
    if (mutation.type !== "turn_summary") return [];
    const { turnId, mutation: summary } = mutation.payload;
    return [`${at(rollouts, mutation)}: ${turnId} ${summary === null ? "gone" : summary.status}`];
  });
}

/** `position: event turn`, a rollback with its number of turns. The opening `thread.started` is left out. */
export function lifecycle(rollouts: readonly TestRollout[]): string[] {
  return mutations(rollouts).flatMap((mutation) => {
    if (mutation.type !== "lifecycle") return [];
    const place = at(rollouts, mutation);
    const { eventType, turnId, payload } = mutation.payload;
    if (eventType === "thread.started" && place === "0") return [];
    const subject = eventType === "thread.rolled_back" ? ` ${payload.numTurns}` : turnId === null ? "" : ` ${turnId}`;
    return [`${place}: ${eventType}${subject}`];
  });
}

function at(rollouts: readonly TestRollout[], { rolloutId, sourcePosition }: Mutation): string {
  const index = rollouts.findIndex((of) => of.rolloutId === rolloutId);
  return index === 0 ? String(sourcePosition) : `${index + 1}.${sourcePosition}`;
}

/** Payloads of the mutations that one line makes, of one type. */
export function payloads(rollouts: readonly TestRollout[], type: Mutation["type"], position: number): unknown[] {
  return mutations(rollouts)
    .filter((mutation) => mutation.type === type && mutation.sourcePosition === position)
    .map(({ payload }) => asJson(payload));
}

/** The text of every item as it was published, by item key: of several the last. */
export function itemTexts(rollouts: readonly TestRollout[]): Map<string, string> {
  return new Map(
    mutations(rollouts).flatMap(({ type, payload }) =>
      type === "thread_item" && payload.materializedThreadItem !== null
        ? [[payload.itemKey, payload.materializedThreadItem.text] as const]
        : [],
    ),
  );
}
