import { describe, expect, it } from "vitest";
import { decodeEvent, eventOf, expectRejection, raw, specify, type Wire } from "../../test/support/decoding.ts";
import type { HistoryMode } from "./index.ts";

const FAILURE = { message: "m", codex_error_info: "other" };
const END = { root_turn_id: "r", started_at: 1, completed_at: 2, duration_ms: 3, error: FAILURE };
const READ_END = {
  rootTurnId: "r",
  failure: { message: "m", info: { kind: "simple", name: "other" } },
  startedAt: 1,
  completedAt: 2,
  durationMs: 3,
};
const END_FIELDS = {
  root_turn_id: "? text",
  started_at: "? int64",
  completed_at: "? int64",
  duration_ms: "? int64",
  error: "? object as failure",
};

const modes: readonly HistoryMode[] = ["legacy", "paginated"];

describe.each(modes)("rollout-format §4, paginated §1: turn events of a %s thread", (mode) => {
  const decode = (payload: Wire) => decodeEvent(payload, mode);

  for (const type of ["task_started", "turn_started"])
    specify(type, {
      decode,
      example: {
        type,
        turn_id: "t",
        root_turn_id: "r",
        started_at: 5,
        trace_id: "x",
        model_context_window: 9,
        collaboration_mode_kind: "plan",
        turn_attribution: {
          turn_id: "t",
          turn_trigger: "x",
          parent_turn_id: "p",
          root_turn_id: "r",
          initiating_agent_path: "/root",
        },
      },
      reads: { type: "task_started", turnId: "t", rootTurnId: "r", startedAt: 5 },
      fields: {
        turn_id: "! text",
        root_turn_id: "? text",
        started_at: "? int64",
        trace_id: "? text unread",
        model_context_window: "? int64 unread",
        collaboration_mode_kind: "= (plan|code|default|custom|execute|pair_programming) unread",
        turn_attribution: "? object unread",
      },
    });

  specify("task_started: turn_attribution", {
    decode: (turn_attribution) => decode({ type: "task_started", turn_id: "t", turn_attribution }),
    example: {
      turn_id: "t",
      turn_trigger: "x",
      parent_turn_id: "p",
      root_turn_id: "r",
      initiating_agent_path: "/root/a",
    },
    reads: { type: "task_started", turnId: "t", rootTurnId: null, startedAt: null },
    fields: {
      turn_id: "! text unread",
      turn_trigger: "? text unread",
      parent_turn_id: "? text unread",
      root_turn_id: "? text unread",
      initiating_agent_path: "? agentPath unread",
    },
  });

  for (const type of ["task_complete", "turn_complete"])
    specify(type, {
      decode,
      example: { type, turn_id: "t", ...END, last_agent_message: "x", time_to_first_token_ms: 4 },
      reads: { type: "task_complete", turnId: "t", ...READ_END },
      fields: {
        turn_id: "! text",
        ...END_FIELDS,
        last_agent_message: "? text unread",
        time_to_first_token_ms: "? int64 unread",
      },
    });

  specify("turn_aborted", {
    decode,
    example: { type: "turn_aborted", turn_id: "t", reason: "replaced", ...END },
    reads: { type: "turn_aborted", turnId: "t", reason: "replaced", ...READ_END },
    fields: { turn_id: "? text", reason: "! (interrupted|replaced|review_ended|budget_limited)", ...END_FIELDS },
  });

  specify("error", {
    decode,
    example: { type: "error", ...FAILURE },
    reads: { type: "error", failure: READ_END.failure },
    fields: { message: "! text as failure.message" },
  });

  it("the error of an end: its other members are ignored, whatever they are", () => {
    const error = { ...FAILURE, misalignment: 1, zz: null };
    expect(eventOf(decode({ type: "task_complete", turn_id: "t", error }))).toMatchObject({
      failure: READ_END.failure,
    });
  });

  it("the error of an end: message is required", () => {
    expectRejection(decode({ type: "task_complete", turn_id: "t", error: {} }), "missing-field", "message");
    expectRejection(decode({ type: "task_complete", turn_id: "t", error: { message: 1 } }), "wrong-type", "message");
  });

  it("integers are read exactly, as bigints beyond 2^53", () =>
    expect(
      eventOf(decode({ type: "task_started", turn_id: "", started_at: raw("9223372036854775807") })),
    ).toMatchObject({
      startedAt: 9223372036854775807n,
    }));

  it("-0 reads as 0", () =>
    expect(eventOf(decode({ type: "task_started", turn_id: "", started_at: raw("-0") }))).toMatchObject({
      startedAt: 0,
    }));
});

specify("rollout-format §4: thread_rolled_back", {
  decode: decodeEvent,
  example: { type: "thread_rolled_back", num_turns: 2 },
  reads: { type: "thread_rolled_back", numTurns: 2 },
  fields: { num_turns: "! uint32" },
});

describe("rollout-format §5, paginated §1: codex_error_info", () => {
  const complete = (info: unknown) =>
    decodeEvent({ type: "task_complete", turn_id: "t", error: { message: "m", codex_error_info: info } });
  const infoOf = (info: unknown) => {
    const event = eventOf(complete(info));
    return "failure" in event ? event.failure : undefined;
  };
  const simple = (name: string) => ({ message: "m", info: { kind: "simple", name } });

  it.each([
    "context_window_exceeded",
    "usage_limit_exceeded",
    "server_overloaded",
    "cyber_policy",
    "internal_server_error",
    "unauthorized",
    "bad_request",
    "sandbox_error",
    "other",
    "thread_rollback_failed",
    "session_budget_exceeded",
    "rate_limit_exceeded",
    "flex_unavailable",
    "model_not_found",
    "policy_capacity_unavailable",
    "inference_hook_denied",
    "misalignment_policy_violation",
    "too_many_denials",
  ])("knows %s, as a text or as the one key of an object with null", (name) => {
    expect(infoOf(name)).toEqual(simple(name));
    expect(infoOf({ [name]: null })).toEqual(simple(name));
  });

  it("may be absent or null", () => {
    expect(infoOf(null)).toEqual({ message: "m", info: null });
    expect(infoOf(undefined)).toEqual({ message: "m", info: null });
  });

  it.each(["", "zz", "Other", { zz: 1 }, { zz: null }])("an unknown text or one-key object is `other`: %j", (info) =>
    expect(infoOf(info)).toEqual(simple("other")),
  );

  const HTTP = [
    "http_connection_failed",
    "response_stream_connection_failed",
    "response_stream_disconnected",
    "response_too_many_failed_attempts",
  ];

  it.each(HTTP)("%s carries an HTTP status, which may be absent or null", (name) => {
    const http = (httpStatusCode: number | null) => ({ message: "m", info: { kind: "http", name, httpStatusCode } });
    expect(infoOf({ [name]: { http_status_code: 65535, zz: 1 } })).toEqual(http(65535));
    expect(infoOf({ [name]: { http_status_code: null } })).toEqual(http(null));
    expect(infoOf({ [name]: {} })).toEqual(http(null));
  });

  it.each(HTTP)("%s refuses a status outside 16 bits, a bare text, and null", (name) => {
    for (const status of [65536, -1, 1.5, "500"])
      expectRejection(complete({ [name]: { http_status_code: status } }), "wrong-type", "http_status_code");
    expectRejection(complete({ [name]: null }), "wrong-type", name);
    expectRejection(complete(name), "wrong-type", "codex_error_info");
  });

  it.each(["review", "compact"])("active_turn_not_steerable names the turn's kind: %s", (turnKind) =>
    expect(infoOf({ active_turn_not_steerable: { turn_kind: turnKind } })).toEqual({
      message: "m",
      info: { kind: "not-steerable", turnKind },
    }),
  );

  it("active_turn_not_steerable refuses another kind, none, and a bare text", () => {
    const steer = (value: unknown) => complete({ active_turn_not_steerable: value });
    expectRejection(steer({ turn_kind: "zz" }), "unknown-value", "turn_kind");
    expectRejection(steer({}), "missing-field", "turn_kind");
    expectRejection(complete("active_turn_not_steerable"), "wrong-type", "codex_error_info");
  });

  it.each([5, true, [], {}, { other: null, unauthorized: null }, { other: {} }].map((info) => [info]))(
    "refuses %j",
    (info) => expect(complete(info)).toMatchObject({ outcome: "rejected", reason: "wrong-type" }),
  );

  it("an error event whose info does not affect the turn's status has no effect", () => {
    for (const info of ["thread_rollback_failed", { active_turn_not_steerable: { turn_kind: "review" } }])
      expect(decodeEvent({ type: "error", message: "m", codex_error_info: info })).toMatchObject({
        outcome: "neutral",
      });
  });

  it("an end fails with such an info all the same", () =>
    expect(infoOf("thread_rollback_failed")).toEqual(simple("thread_rollback_failed")));
});
