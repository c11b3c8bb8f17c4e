import { describe, expect, it } from "vitest";
import { decode, decodeEvent, decodeItem, lineOf, THREAD, type Wire } from "../../test/support/decoding.ts";
import type { HistoryMode } from "./index.ts";

const neutral = (counted: boolean) => ({ outcome: "neutral", counted });
const modes: readonly HistoryMode[] = ["legacy", "paginated"];

const COUNTED_KINDS = [
  "turn_context",
  "world_state",
  "token_usage_record",
  "retained_context",
  "inter_agent_communication",
  "inter_agent_communication_metadata",
  "security_risk_score",
  "dynamic_tools_updated",
];

describe.each(modes)("rollout-format §2, ADR 0001, ADR 0021: kinds of lines (%s)", (mode) => {
  it.each(COUNTED_KINDS)("%s takes a rollout index, has no effect, and its fields are not examined", (kind) => {
    expect(decode(lineOf(kind, {}), mode)).toMatchObject(neutral(true));
    expect(decode(lineOf(kind, { type: 5, cwd: [] }), mode)).toMatchObject(neutral(true));
  });

  it.each(["realtime_item", "zz", "", "Session_meta", "event_message"])(
    "%j takes no rollout index and has no effect",
    (kind) => expect(decode(lineOf(kind, { type: 5 }), mode)).toMatchObject(neutral(false)),
  );

  it.each([
    "agent_message",
    "reasoning",
    "local_shell_call",
    "function_call",
    "function_call_output",
    "custom_tool_call",
    "custom_tool_call_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
    "image_generation_call",
    "compaction",
    "compaction_summary",
    "context_compaction",
    "additional_tools",
    "configuration_update",
  ])("the response item %s takes a rollout index and has no effect", (type) =>
    expect(decode(lineOf("response_item", { type }), mode)).toMatchObject(neutral(true)),
  );

  it.each(["compaction_trigger", "ghost_snapshot", "mcp_tool_call_output", "other", "zz", "", "Message"])(
    "the response item %j takes no rollout index",
    (type) => expect(decode(lineOf("response_item", { type }), mode)).toMatchObject(neutral(false)),
  );

  it.each(["token_count", "thread_goal_updated"])("the event %s takes a rollout index and has no effect", (type) =>
    expect(decodeEvent({ type, info: 5 }, mode)).toMatchObject(neutral(true)),
  );

  it.each([
    "warning",
    "guardian_warning",
    "stream_error",
    "background_event",
    "deprecation_notice",
    "plan_update",
    "turn_diff",
    "agent_reasoning_section_break",
    "model_reroute",
    "session_configured",
    "shutdown_complete",
    "raw_response_item",
    "mcp_startup_complete",
    "terminal_interaction",
    "exec_command_output_delta",
    "agent_message_content_delta",
    "plan_delta",
    "hook_started",
    "hook_completed",
    "realtime_conversation_started",
    "undo_started",
    "zz",
    "",
    "Task_started",
    "task_started ",
  ])("the event %j takes no rollout index, has no effect, and its fields are not examined", (type) =>
    expect(decodeEvent({ type, turn_id: 5, message: [] }, mode)).toMatchObject(neutral(false)),
  );
});

const SUB_AGENT = { event_id: "e", agent_thread_id: THREAD, agent_path: "/root/a" };
const CALL = { call_id: "c", turn_id: "t" };
const INVOCATION = { server: "s", tool: "t" };
const DURATION = { secs: 0, nanos: 0 };

/** One well-formed payload for each event that has an effect in a legacy thread, by whether it takes a rollout index. */
const COUNTED_EVENTS: readonly Wire[] = [
  { type: "task_started", turn_id: "t" },
  { type: "turn_started", turn_id: "t" },
  { type: "task_complete", turn_id: "t" },
  { type: "turn_complete", turn_id: "t" },
  { type: "turn_aborted", reason: "interrupted" },
  { type: "thread_rolled_back", num_turns: 1 },
  { type: "user_message", message: "m" },
  { type: "agent_message", message: "m" },
  { type: "agent_reasoning", text: "t" },
  { type: "agent_reasoning_raw_content", text: "t" },
  { type: "patch_apply_end", ...CALL, stdout: "", stderr: "", success: true, status: "completed" },
  { type: "mcp_tool_call_end", ...CALL, invocation: INVOCATION, duration: DURATION, result: { Err: "e" } },
  { type: "web_search_end", ...CALL, query: "q", action: { type: "other" } },
  { type: "image_generation_end", ...CALL, status: "s", result: "r" },
  { type: "context_compacted" },
  { type: "entered_review_mode", target: { type: "uncommittedChanges" } },
  { type: "exited_review_mode" },
  { type: "sub_agent_activity", ...SUB_AGENT, kind: "started" },
  { type: "sub_agent_activity", ...SUB_AGENT, kind: "interacted" },
  { type: "sub_agent_activity", ...SUB_AGENT, kind: "interrupted" },
];
const UNCOUNTED_EVENTS: readonly Wire[] = [
  { type: "error", message: "m" },
  { type: "sub_agent_activity", ...SUB_AGENT, kind: "completed" },
  { type: "web_search_begin", ...CALL },
  { type: "image_generation_begin", ...CALL },
  { type: "view_image_tool_call", ...CALL, path: "/" },
  { type: "mcp_tool_call_begin", ...CALL, invocation: INVOCATION },
  { type: "patch_apply_begin", ...CALL, auto_approved: true, changes: {} },
  { type: "apply_patch_approval_request", ...CALL, changes: {} },
  { type: "exec_command_begin", ...CALL, command: [], cwd: "/", parsed_cmd: [] },
  { type: "dynamic_tool_call_request", callId: "c", turnId: "t", tool: "x", arguments: 1 },
  { type: "collab_close_begin", ...CALL, sender_thread_id: THREAD, receiver_thread_id: THREAD },
  { type: "collab_waiting_end", ...CALL, sender_thread_id: THREAD, statuses: {} },
  { type: "guardian_assessment", id: "g", status: "approved", action: { type: "apply_patch" } },
];

describe("ADR 0001: events of a legacy thread", () => {
  it.each(COUNTED_EVENTS.map((payload) => [payload]))("has an effect and takes a rollout index: %j", (payload) =>
    expect(decodeEvent(payload)).toMatchObject({ outcome: "event", counted: true }),
  );

  it.each(UNCOUNTED_EVENTS.map((payload) => [payload]))("has an effect and takes no rollout index: %j", (payload) =>
    expect(decodeEvent(payload)).toMatchObject({ outcome: "event", counted: false }),
  );
});

const PLAN = { type: "Plan", id: "i", text: "" };
const SLEEP = { type: "Extension", kind: "clock.sleep", id: "i", durationMs: 0 };
const OUTPUT = { type: "FunctionCallOutput", id: "i", name: "n", output: "" };
const ACTIVITY = { type: "SubAgentActivity", id: "i", agent_thread_id: THREAD, agent_path: "/root" };

describe("paginated §4: items of a legacy thread", () => {
  it.each([PLAN, SLEEP, OUTPUT, { ...ACTIVITY, kind: "completed" }])(
    "a completed item that no legacy event tells of takes a rollout index: %j",
    (item) => expect(decodeItem(item, {}, "legacy")).toMatchObject({ outcome: "event", counted: true }),
  );

  it.each([
    { ...ACTIVITY, kind: "started" },
    { type: "Extension", kind: "web.search", id: "i", query: "q" },
    { type: "Extension", kind: "image_gen.generation", id: "i", status: "s", result: "r" },
  ])("another takes none: %j", (item) => expect(decodeItem(item, {}, "legacy")).toMatchObject({ counted: false }));

  it.each([
    "UserMessage",
    "HookPrompt",
    "AgentMessage",
    "Reasoning",
    "CommandExecution",
    "FileChange",
    "McpToolCall",
    "DynamicToolCall",
    "CollabAgentToolCall",
    "WebSearch",
    "ImageView",
    "ImageGeneration",
    "EnteredReviewMode",
    "ExitedReviewMode",
    "ContextCompaction",
  ])("%s is left to its legacy event: no effect, no index, not examined", (type) =>
    expect(decodeItem({ type }, {}, "legacy")).toMatchObject(neutral(false)),
  );

  it("a malformed one is refused", () =>
    expect(decodeItem({ type: "Plan", id: "i" }, {}, "legacy")).toMatchObject({ outcome: "rejected" }));

  it("a started item takes none", () =>
    expect(decodeEvent({ type: "item_started", thread_id: THREAD, turn_id: "t", item: PLAN })).toMatchObject({
      outcome: "event",
      counted: false,
    }));
});

describe("paginated §1: kinds with an effect in a paginated thread", () => {
  it.each(COUNTED_EVENTS.slice(0, 5).map((payload) => [payload]))("turn lines: %j", (payload) =>
    expect(decodeEvent(payload, "paginated")).toMatchObject({ outcome: "event" }),
  );

  it("completed items", () => expect(decodeItem(PLAN)).toMatchObject({ outcome: "event" }));

  it("ADR 0011: an error of the raw stream", () =>
    expect(decodeEvent({ type: "error", message: "m" }, "paginated")).toMatchObject({ outcome: "event" }));

  it.each([...COUNTED_EVENTS.slice(5), ...UNCOUNTED_EVENTS.slice(1)].map(({ type }) => [String(type)]))(
    "not the legacy event %s, whose fields are not examined either",
    (type) => expect(decodeEvent({ type, message: 5 }, "paginated").outcome).toBe("neutral"),
  );

  it.each(["compacted", "turn_context"])("not %s", (kind) =>
    expect(decode(lineOf(kind, { message: 5 }), "paginated")).toMatchObject(neutral(true)),
  );
});
