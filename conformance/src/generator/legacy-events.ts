import { event, type Kind } from "./event.ts";
import type { Scene } from "./scene.ts";
import {
  agentPath,
  DETAILS,
  endError,
  FINAL_STATUS,
  fileChanges,
  memoryCitation,
  REASONS,
  reviewOutput,
  reviewTarget,
  textElements,
  webSearchAction,
} from "./shapes.ts";
import type { Fields } from "./written.ts";

/** Events of both modes that open and end turns. */
export const TURN_EVENTS: readonly Kind[] = [
  event("task_started", "turns", 6, (scene) =>
    started(scene, scene.random.chance(0.8) ? scene.newTurnId() : scene.anyTurnId()),
  ),
  event("task_complete", "turns", 6, (scene) =>
    completed(scene, scene.random.chance(0.7) ? scene.turnId() : scene.anyTurnId()),
  ),
  event("turn_aborted", "turns", 4, (scene) =>
    aborted(scene, scene.random.pick([undefined, null, scene.turnId(), scene.anyTurnId()])),
  ),
];

export function started(scene: Scene, turnId: string): Fields {
  const { random } = scene;
  return {
    type: random.chance(0.1) ? "turn_started" : "task_started",
    turn_id: turnId,
    root_turn_id: scene.optional(() => random.pick([turnId, "root"])),
    turn_attribution: random.chance(0.2)
      ? { turn_id: turnId, turn_trigger: null, parent_turn_id: null, initiating_agent_path: null, root_turn_id: turnId }
      : undefined,
    started_at: scene.optional(() => scene.seconds()),
    trace_id: scene.optional(() => "trace"),
    model_context_window: scene.optional(() => 272000),
    collaboration_mode_kind: scene.defaulted(() => random.pick(["default", "plan", "code"])),
  };
}

export function completed(scene: Scene, turnId: string): Fields {
  const { random } = scene;
  return {
    type: random.chance(0.1) ? "turn_complete" : "task_complete",
    turn_id: turnId,
    root_turn_id: scene.optional(() => random.pick([turnId, "other root"])),
    last_agent_message: scene.optional(() => scene.texts.text()),
    error: endError(scene),
    started_at: scene.optional(() => scene.seconds()),
    completed_at: scene.optional(() => scene.seconds()),
    duration_ms: scene.optional(() => scene.durationMs()),
    time_to_first_token_ms: scene.optional(() => scene.durationMs()),
  };
}

export function aborted(scene: Scene, turnId: string | null | undefined): Fields {
  const { random } = scene;
  return {
    type: "turn_aborted",
    turn_id: turnId,
    root_turn_id: scene.optional(() => random.pick(["root", "other root"])),
    reason: random.pick(REASONS),
    error: endError(scene),
    started_at: scene.optional(() => scene.seconds()),
    completed_at: scene.optional(() => scene.seconds()),
    duration_ms: scene.optional(() => scene.durationMs()),
  };
}

/** Events that a legacy rollout keeps and that make or change items or turns. */
export const LEGACY_EVENTS: readonly Kind[] = [
  event("user_message", "messages", 8, userMessage),
  event("agent_message", "messages", 8, (scene) => ({
    message: scene.texts.text(),
    phase: scene.optional(() => scene.random.pick(["commentary", "final_answer"])),
    memory_citation: scene.random.chance(0.2) ? memoryCitation(scene) : undefined,
  })),
  event("agent_reasoning", "reasoning", 5, ({ texts }) => ({ text: texts.text() })),
  event("agent_reasoning_raw_content", "reasoning", 4, ({ texts }) => ({ text: texts.text() })),
  event("context_compacted", "compaction", 3, () => ({})),
  event("thread_rolled_back", "rollback", 3, ({ random }) => ({
    num_turns: random.pick([0, 1, 1, 1, 2, 3, 10, 4294967295]),
  })),
  event("entered_review_mode", "reviews", 3, (scene) => ({
    target: reviewTarget(scene),
    user_facing_hint: scene.optional(() => scene.texts.text()),
    ...reviewIds(scene),
  })),
  event("exited_review_mode", "reviews", 3, (scene) => ({
    review_output: scene.optional(() => reviewOutput(scene)),
    ...reviewIds(scene),
  })),
  event("web_search_end", "tools", 4, (scene) => ({
    call_id: scene.callId(),
    query: scene.texts.text(),
    action: webSearchAction(scene),
    results: scene.random.chance(0.3) ? scene.optional(() => scene.random.list(2, () => scene.opaque())) : undefined,
  })),
  event("image_generation_end", "tools", 3, (scene) => ({
    call_id: scene.callId(),
    status: scene.random.pick(["completed", "failed", ""]),
    revised_prompt: scene.optional(() => scene.texts.text()),
    result: scene.random.pick(["AAAA", ""]),
    saved_path: scene.optional(() => scene.texts.absolutePath()),
  })),
  event("patch_apply_end", "tools", 5, (scene) => ({
    call_id: scene.callId(),
    turn_id: scene.random.pick([undefined, "", scene.turnId(), scene.turnId(), scene.turnId(), scene.anyTurnId()]),
    stdout: scene.texts.text(),
    stderr: "",
    success: scene.random.chance(0.5),
    changes: scene.defaulted(() => fileChanges(scene)),
    status: scene.random.pick(FINAL_STATUS),
  })),
  event("mcp_tool_call_end", "tools", 5, mcpToolCallEnd),
  event("sub_agent_activity", "subactivity", 3, (scene) => ({
    event_id: scene.callId(),
    occurred_at_ms: scene.random.pick([undefined, 0, scene.milliseconds()]),
    agent_thread_id: scene.writtenThreadId(),
    agent_path: agentPath(scene),
    kind: scene.random.pick(["started", "interacted", "interrupted", "completed"]),
    model: scene.optional(() => "model"),
    reasoning_effort: scene.optional(() => "high"),
  })),
];

export function userMessage(scene: Scene): Fields {
  const { random, texts } = scene;
  const few = <T>(make: () => T): T[] | undefined => (random.chance(0.3) ? random.list(2, make) : undefined);
  return {
    message: texts.text(),
    client_id: scene.optional(() => random.pick(["client-1", ""])),
    images: random.chance(0.3) ? scene.optional(() => random.list(2, () => "data:image/png;base64,AA==")) : undefined,
    image_details: few(() => random.pick([null, ...DETAILS])),
    local_images: few(() => texts.path()),
    local_image_details: few(() => random.pick([null, ...DETAILS])),
    audio: few(() => "data:audio/wav;base64,AA=="),
    local_audio: few(() => texts.path()),
    file_ids: few(() => "file-1"),
    text_elements: few(() => textElements(scene)[0] ?? { byte_range: { start: 0, end: 1 } }),
  };
}

function reviewIds(scene: Scene): Fields {
  if (scene.random.chance(0.6)) return {};
  return {
    item_id: scene.optional(() => scene.callId()),
    turn_id: scene.optional(() => scene.random.pick([scene.turnId(), scene.anyTurnId()])),
  };
}

function mcpToolCallEnd(scene: Scene): Fields {
  const { random, texts } = scene;
  const ok = (): Fields => ({
    content: random.list(2, () => scene.opaque()),
    structuredContent: scene.optional(() => scene.opaque()),
    isError: scene.optional(() => random.chance(0.5)),
    _meta: scene.optional(() => scene.opaque()),
    meta: random.chance(0.1) ? "ignored" : undefined,
  });
  return {
    call_id: scene.callId(),
    invocation: { server: texts.filled(), tool: texts.filled(), arguments: scene.optional(() => scene.opaque()) },
    mcp_app_resource_uri: scene.optional(() => "ui://x"),
    plugin_id: scene.optional(() => "plugin"),
    connector_id: random.chance(0.3) ? scene.optional(() => "connector") : undefined,
    link_id: random.chance(0.3) ? scene.optional(() => "link") : undefined,
    app_name: random.chance(0.3) ? scene.optional(() => "app") : undefined,
    action_name: random.chance(0.3) ? scene.optional(() => "action") : undefined,
    read_only_hint: random.chance(0.3) ? scene.optional(() => true) : undefined,
    duration: scene.duration(),
    result: random.chance(0.7) ? { Ok: ok() } : { Err: texts.text() },
  };
}
