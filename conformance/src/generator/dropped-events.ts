import { event, type Kind } from "./event.ts";
import type { Scene } from "./scene.ts";
import { agentStatus, errorInfo, FINAL_STATUS, fileChanges, parsedCommands } from "./shapes.ts";
import type { Fields } from "./written.ts";

const HOOK_RUN = {
  id: "run-1",
  event_name: "stop",
  handler_type: "command",
  execution_mode: "sync",
  scope: "turn",
  source_path: "/w",
  display_order: 0,
  status: "running",
  status_message: null,
  started_at: 1,
  completed_at: null,
  duration_ms: null,
  entries: [],
} as const;

/** Events of the live stream that are no part of a rollout file: its reader drops them. */
export const DROPPED_EVENTS: readonly Kind[] = [
  event("error", "dropped", 4, (scene) => ({
    message: scene.texts.text(),
    codex_error_info: scene.optional(() => errorInfo(scene)),
  })),
  event("exec_command_begin", "dropped", 3, execCommand),
  event("exec_command_end", "dropped", 4, (scene) => ({
    ...execCommand(scene),
    stdout: "",
    stderr: "",
    aggregated_output: scene.defaulted(() => scene.texts.text()),
    exit_code: 0,
    duration: scene.duration(),
    formatted_output: "",
    status: scene.random.pick(FINAL_STATUS),
  })),
  event("guardian_assessment", "dropped", 2, (scene) => ({
    id: "g",
    target_item_id: scene.optional(() => scene.callId()),
    turn_id: scene.turnId(),
    status: scene.random.pick(["in_progress", "approved", "denied", "timed_out", "aborted"]),
    action: { type: "command", source: "shell", command: "ls", cwd: "/w" },
  })),
  event("apply_patch_approval_request", "dropped", 1, (scene) => ({
    call_id: scene.callId(),
    turn_id: scene.turnId(),
    started_at_ms: scene.milliseconds(),
    changes: fileChanges(scene),
  })),
  event("patch_apply_begin", "dropped", 2, (scene) => ({
    call_id: scene.callId(),
    turn_id: scene.turnId(),
    auto_approved: true,
    changes: fileChanges(scene),
  })),
  event("web_search_begin", "dropped", 2, (scene) => ({ call_id: scene.callId() })),
  event("image_generation_begin", "dropped", 1, (scene) => ({ call_id: scene.callId() })),
  event("view_image_tool_call", "dropped", 2, (scene) => ({
    call_id: scene.callId(),
    path: scene.texts.uri(),
  })),
  event("mcp_tool_call_begin", "dropped", 2, (scene) => ({
    call_id: scene.callId(),
    invocation: { server: "s", tool: "t", arguments: scene.opaque() },
  })),
  event("dynamic_tool_call_request", "dropped", 1, (scene) => ({
    callId: scene.callId(),
    turnId: scene.turnId(),
    tool: "t",
    arguments: scene.opaque(),
  })),
  event("dynamic_tool_call_response", "dropped", 2, (scene) => ({
    call_id: scene.callId(),
    turn_id: scene.turnId(),
    tool: "t",
    arguments: null,
    content_items: [],
    success: true,
    duration: scene.duration(),
  })),
  event("collab_agent_spawn_begin", "dropped", 1, (scene) => ({
    call_id: scene.callId(),
    sender_thread_id: scene.threadId,
    prompt: "p",
    model: "m",
    reasoning_effort: "low",
  })),
  event("collab_agent_spawn_end", "dropped", 1, (scene) => ({
    call_id: scene.callId(),
    sender_thread_id: scene.threadId,
    new_thread_id: null,
    prompt: "p",
    model: "m",
    reasoning_effort: "low",
    status: agentStatus(scene),
  })),
  ...["collab_agent_interaction_end", "collab_close_end", "collab_resume_end"].map((name) =>
    event(name, "dropped", 1, (scene) => ({
      call_id: scene.callId(),
      sender_thread_id: scene.threadId,
      receiver_thread_id: scene.random.uuid(),
      prompt: "p",
      status: agentStatus(scene),
    })),
  ),
  event("collab_waiting_end", "dropped", 1, (scene) => ({
    call_id: scene.callId(),
    sender_thread_id: scene.threadId,
    statuses: {},
  })),
  ...["warning", "stream_error", "background_event", "guardian_warning"].map((name) =>
    event(name, "dropped", 1, ({ texts }) => ({ message: texts.text() })),
  ),
  event("agent_message_delta", "dropped", 1, ({ texts }) => ({ delta: texts.text() })),
  event("plan_update", "dropped", 1, () => ({ explanation: null, plan: [] })),
  event("turn_diff", "dropped", 1, ({ texts }) => ({ unified_diff: texts.text() })),
  event("shutdown_complete", "dropped", 1, () => ({})),
  event("hook_started", "dropped", 1, () => ({ turn_id: null, run: HOOK_RUN })),
  event("not_yet_invented", "dropped", 2, (scene) => ({ turn_id: scene.turnId(), text: scene.texts.text() })),
];

function execCommand(scene: Scene): Fields {
  return {
    call_id: scene.callId(),
    process_id: scene.optional(() => "1"),
    turn_id: scene.turnId(),
    command: ["ls", "-la"],
    cwd: scene.texts.uri(),
    parsed_cmd: parsedCommands(scene),
    source: scene.defaulted(() => "agent"),
  };
}
