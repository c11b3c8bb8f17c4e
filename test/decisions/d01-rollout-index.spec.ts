import { describe, expect, it } from "vitest";
import {
  brief,
  codexTurns,
  event,
  fullTurns,
  itemCompleted,
  type Line,
  legacy,
  searchBegin,
  user,
} from "../support/story.ts";

/** The name of the implicit turn that a user message opens after these lines, which follow the session line. */
function nameAfter(...lines: Line[]): string {
  return fullTurns(legacy(...lines, user("hi"))).at(-1)?.id ?? "";
}

const settings = {
  model: "m",
  model_provider_id: "p",
  approval_policy: "never",
  approvals_reviewer: "user",
  permission_profile: {},
  cwd: "/w",
  collaboration_mode: { mode: "default", settings: { model: "m" } },
};

describe("D1: the rollout index counts what a file keeps", () => {
  it("is 0 for the first line that counts", () => {
    expect(nameAfter()).toBe("rollout-1");
  });

  it.each([
    "turn_context",
    "world_state",
    "token_usage_record",
    "retained_context",
    "inter_agent_communication_metadata",
  ])("counts a %s line", (type) => expect(nameAfter({ type, payload: {} })).toBe("rollout-2"));

  it.each([
    { type: "message", role: "assistant", content: [] },
    { type: "message", role: "user", content: [{ type: "input_text", text: "x" }] },
    { type: "reasoning", summary: [] },
    { type: "function_call", name: "f", arguments: "{}", call_id: "c" },
    { type: "function_call_output", call_id: "c", output: "x" },
  ])("counts a response item of a known type: $type", (payload) =>
    expect(nameAfter({ type: "response_item", payload })).toBe("rollout-2"),
  );

  it("does not count a response item of an unknown type", () => {
    expect(nameAfter({ type: "response_item", payload: { type: "not_yet_invented" } })).toBe("rollout-1");
  });

  it.each(["token_count", "thread_goal_updated"])("counts the event %s, which files keep", (type) =>
    expect(nameAfter(event(type))).toBe("rollout-2"),
  );

  it.each([{ message: "x" }, { message: "x", codex_error_info: "bad_request" }])(
    "does not count an error %j",
    (fields) => expect(nameAfter(event("error", fields))).toBe("rollout-1"),
  );

  it.each(["warning", "exec_approval_request", "not_yet_invented", "plan_delta"])(
    "does not count the event %s, which files do not keep",
    (type) => expect(nameAfter(event(type))).toBe("rollout-1"),
  );

  it("does not count guardian, dynamic-tool, collab and view-image events", () => {
    const dropped = [
      event("guardian_assessment", { id: "g", status: "approved", action: { type: "network_access" } }),
      event("exec_command_begin", { call_id: "c", turn_id: "x", command: [], cwd: "/w", parsed_cmd: [] }),
      event("dynamic_tool_call_request", { callId: "c", turnId: "x", tool: "t", arguments: null }),
    ];
    expect(nameAfter(...dropped)).toBe("rollout-1");
  });

  it("counts item_completed for the items that no legacy event tells of, and no item_started", () => {
    expect(nameAfter(itemCompleted("x", { type: "Plan", id: "p", text: "t" }))).toBe("rollout-2");
    expect(nameAfter(itemCompleted("x", { type: "ContextCompaction", id: "c" }))).toBe("rollout-1");
    expect(nameAfter(event("item_started", { thread_id: "x", turn_id: "x", item: { type: "Reasoning" } }))).toBe(
      "rollout-1",
    );
  });

  it("counts thread_settings_applied only when it is well formed", () => {
    expect(nameAfter(event("thread_settings_applied", { thread_settings: settings }))).toBe("rollout-2");
    expect(nameAfter(event("thread_settings_applied", { thread_settings: { ...settings, cwd: "w" } }))).toBe(
      "rollout-1",
    );
  });

  it.each(["{", "", "   ", `{"timestamp":"t","type":"not_yet_invented","payload":{}}`])(
    "does not count the line %j",
    (line) => expect(nameAfter(line)).toBe("rollout-1"),
  );

  it("names turns of a raw stream as its rollout file does", () => {
    const kept: Line[] = [user("a"), event("token_count"), user("b")];
    const raw: Line[] = [
      event("warning"),
      user("a"),
      searchBegin("c"),
      event("token_count"),
      event("stream_error"),
      user("b"),
    ];
    const names = (lines: Line[]) => fullTurns(legacy(...lines)).map(({ id }) => id);
    expect(names(raw)).toEqual(names(kept));
    expect(names(kept)).toEqual(["rollout-1", "rollout-3"]);
  });

  it("names turns as Codex does for the file", () => {
    const lines = [user("a"), event("warning"), event("token_count"), user("b")];
    expect(brief(codexTurns(legacy(...lines)))).toEqual(brief(fullTurns(legacy(...lines))));
  });
});
