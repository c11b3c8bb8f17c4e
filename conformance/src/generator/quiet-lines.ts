import { event, type Kind } from "./event.ts";
import { opaqueObject } from "./opaque.ts";
import type { Scene } from "./scene.ts";
import type { Fields } from "./written.ts";

function line(type: string, weight: number, make: (scene: Scene) => Fields): Kind {
  return { name: type, family: "noise", weight, line: type, make };
}

function response(type: string, weight: number, make: (scene: Scene) => Fields): Kind {
  return {
    name: `response_item ${type}`,
    family: "noise",
    weight,
    line: "response_item",
    make: (scene) => ({ type, ...make(scene) }),
  };
}

const USAGE = {
  input_tokens: 120,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 20,
  reasoning_output_tokens: 5,
  total_tokens: 140,
} as const;

const SETTINGS = {
  model: "model",
  model_provider_id: "mock",
  approval_policy: "never",
  approvals_reviewer: "user",
  permission_profile: { type: "disabled" },
  cwd: "/w",
  runtime_workspace_roots: ["/w"],
  reasoning_summary: "detailed",
  collaboration_mode: {
    mode: "default",
    settings: { model: "model", reasoning_effort: null, developer_instructions: null },
  },
  disabled_plugin_ids: [],
} as const;

/** Lines that are read, take their place in the count, and change nothing. All are well formed. */
export const QUIET_LINES: readonly Kind[] = [
  line("session_meta", 1, ({ random, mode }) => ({
    id: random.uuid(),
    timestamp: "2026-06-05T09:00:00.000Z",
    cwd: "/parent",
    originator: "conformance",
    cli_version: "0.169.0",
    source: "exec",
    model_provider: "mock",
    history_mode: mode === "paginated" ? "paginated" : undefined,
  })),
  line("turn_context", 5, (scene) => ({
    turn_id: scene.optional(() => scene.turnId()),
    cwd: "/w",
    approval_policy: "never",
    sandbox_policy: { type: "danger-full-access" },
    model: "model",
    summary: "auto",
  })),
  line("world_state", 3, ({ random, families }) => ({
    full: true,
    state: opaqueObject(random, families.has("opaque")),
  })),
  line("token_usage_record", 3, (scene) => ({
    thread_id: scene.threadId,
    turn_id: scene.turnId(),
    session_id: scene.threadId,
    root_turn_id: scene.turnId(),
    response_id: "resp_1",
    usage: USAGE,
    turn_token_usage: USAGE,
    thread_token_usage: USAGE,
  })),
  line("retained_context", 2, (scene) => ({
    type: "verified_answer",
    turn_id: scene.turnId(),
    call_id: "call_0",
    questions: [{ question: "Which?", answer: "Red" }],
    acceptance_order: 2,
  })),
  line("inter_agent_communication_metadata", 2, ({ random }) => ({ trigger_turn: random.chance(0.5) })),
  line("inter_agent_communication", 2, ({ texts }) => ({
    author: "/root",
    recipient: "/root/a",
    content: texts.text(),
    trigger_turn: true,
  })),
  line("not_yet_invented", 2, () => ({ anything: 1 })),
  event("token_count", "noise", 6, ({ random }) => ({ info: random.pick([undefined, null]), rate_limits: null })),
  event("thread_goal_updated", "noise", 2, ({ threadId }) => ({
    threadId,
    turnId: null,
    goal: {
      threadId,
      objective: "o",
      status: "active",
      tokenBudget: null,
      tokensUsed: 0,
      timeUsedSeconds: 0,
      createdAt: 1,
      updatedAt: 1,
    },
  })),
  event("thread_settings_applied", "noise", 2, ({ threadId }) => ({ thread_id: threadId, thread_settings: SETTINGS })),
  response("message", 6, ({ random, texts }) => ({
    id: random.pick([undefined, "msg_1"]),
    role: random.pick(["developer", "assistant", "user", "user"]),
    content: random.list(2, () => ({ type: random.pick(["input_text", "output_text"]), text: texts.text() })),
  })),
  response("reasoning", 3, ({ texts }) => ({
    summary: [{ type: "summary_text", text: texts.text() }],
    encrypted_content: null,
  })),
  response("function_call", 4, ({ texts }) => ({ name: "shell", arguments: texts.text(), call_id: "call_0" })),
  response("function_call_output", 4, ({ texts }) => ({ call_id: "call_0", output: texts.text() })),
  response("custom_tool_call", 1, ({ texts }) => ({ call_id: "call_0", name: "apply_patch", input: texts.text() })),
  response("custom_tool_call_output", 1, ({ texts }) => ({ call_id: "call_0", output: texts.text() })),
  response("local_shell_call", 1, () => ({
    call_id: "c",
    status: "completed",
    action: { type: "exec", command: ["ls"], timeout_ms: null, working_directory: null, env: null, user: null },
  })),
  response("web_search_call", 2, () => ({ status: "completed", action: { type: "search", query: "q" } })),
  response("image_generation_call", 1, () => ({ id: "ig_1", status: "completed", result: "AAAA" })),
  response("tool_search_call", 1, (scene) => ({ call_id: "c", execution: "client", arguments: scene.opaque() })),
  response("tool_search_output", 1, () => ({ call_id: "c", status: "completed", execution: "client", tools: [] })),
  response("agent_message", 2, ({ texts }) => ({
    author: "/root",
    recipient: "/root/a",
    content: [{ type: "input_text", text: texts.text() }],
  })),
  response("compaction", 1, () => ({ encrypted_content: "AAAA" })),
  response("context_compaction", 1, () => ({})),
  response("compaction_summary", 1, () => ({ encrypted_content: "AAAA" })),
  response("configuration_update", 1, () => ({ reasoning: { effort: "high" } })),
  response("additional_tools", 1, () => ({ role: "developer", tools: [] })),
  response("compaction_trigger", 1, () => ({})),
  response("not_yet_invented", 2, () => ({ anything: 1 })),
];
