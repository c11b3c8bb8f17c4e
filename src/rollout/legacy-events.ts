import {
  boolean,
  type Fields,
  int32,
  int64,
  list,
  literal,
  nonEmptyString,
  nullable,
  object,
  opaque,
  opaqueList,
  string,
  tagged,
  unreadString,
} from "./fields.ts";
import { absolutePath, agentPath } from "./paths.ts";
import {
  agentState,
  agentStates,
  commandSource,
  durationMs,
  endedStatus,
  fileChanges,
  imageDetail,
  imageFailure,
  imageReference,
  mcpAppUi,
  mcpResult,
  memoryCitation,
  moderation,
  parsedCommands,
  question,
  reviewOutput,
  reviewTarget,
  searchAction,
  textElement,
  threadId,
  toolContentItems,
} from "./values.ts";

/**
 * Events of the legacy history mode that make or update an item, field by field (rollout-format §4, reduction §12).
 * The name of each event is its `payload.type`.
 */

/** In what order inline inputs and files were given. */
const inputOrder = literal("inline", "file");

const audioReference = object((reference) => {
  const url = reference.optional("audio_url", string);
  return url === null ? { fileId: reference.required("file_id", string) } : { url };
});

function userMessage(fields: Fields) {
  return {
    type: "user_message",
    message: fields.required("message", string),
    clientId: fields.optional("client_id", string),
    images: fields.optional("images", list(string)) ?? [],
    imageDetails: fields.defaulted("image_details", list(nullable(imageDetail)), []),
    localImages: fields.defaulted("local_images", list(string), []),
    localImageDetails: fields.defaulted("local_image_details", list(nullable(imageDetail)), []),
    fileIds: fields.optional("file_ids", list(string)) ?? [],
    fileIdDetails: fields.defaulted("file_id_details", list(nullable(imageDetail)), []),
    imageOrder: fields.defaulted("image_order", list(inputOrder), []),
    audio: fields.optional("audio", list(string)) ?? [],
    audioReferences: fields.optional("audio_references", list(audioReference)),
    audioOrder: fields.defaulted("audio_order", list(inputOrder), []),
    localAudio: fields.defaulted("local_audio", list(string), []),
    textElements: fields.defaulted("text_elements", list(textElement), []),
  } as const;
}

/** A moderated message names its own item. */
const moderationOfEvent = object((fields) => ({
  itemId: fields.required("item_id", string),
  moderation: moderation(fields.doc, fields.node, fields.name),
}));

function agentMessage(fields: Fields) {
  const moderated = fields.optional("moderation", moderationOfEvent);
  return {
    type: "agent_message",
    itemId: moderated?.itemId ?? null,
    moderation: moderated?.moderation ?? null,
    message: fields.required("message", string),
    phase: fields.optional("phase", literal("commentary", "partial_answer", "final_answer")),
    memoryCitation: fields.optional("memory_citation", memoryCitation),
    delivery: fields.optional("delivery", literal("async")),
    questions: fields.optional("questions", list(question)),
  } as const;
}

function agentReasoning(fields: Fields) {
  return { type: "agent_reasoning", text: fields.required("text", string) } as const;
}

function agentReasoningRawContent(fields: Fields) {
  return { type: "agent_reasoning_raw_content", text: fields.required("text", string) } as const;
}

function webSearchBegin(fields: Fields) {
  return { type: "web_search_begin", callId: fields.required("call_id", string) } as const;
}

function webSearchEnd(fields: Fields) {
  return {
    type: "web_search_end",
    callId: fields.required("call_id", string),
    query: fields.required("query", string),
    action: fields.required("action", searchAction),
    results: fields.optional("results", opaqueList),
  } as const;
}

function execCommand(fields: Fields) {
  fields.defaulted("started_at_ms", int64, 0);
  fields.optional("interaction_input", unreadString);
  return {
    callId: fields.required("call_id", string),
    processId: fields.optional("process_id", string),
    turnId: fields.required("turn_id", string),
    command: fields.required("command", list(string)),
    cwd: fields.required("cwd", absolutePath),
    parsedCommands: fields.required("parsed_cmd", parsedCommands),
    source: fields.defaulted("source", commandSource, "agent"),
  };
}

function execCommandBegin(fields: Fields) {
  return { type: "exec_command_begin", ...execCommand(fields) } as const;
}

function execCommandEnd(fields: Fields) {
  fields.required("stdout", unreadString);
  fields.required("stderr", unreadString);
  fields.required("formatted_output", unreadString);
  fields.defaulted("completed_at_ms", int64, 0);
  return {
    type: "exec_command_end",
    ...execCommand(fields),
    aggregatedOutput: fields.defaulted("aggregated_output", string, ""),
    exitCode: fields.required("exit_code", int32),
    durationMs: fields.required("duration", durationMs),
    status: fields.required("status", endedStatus),
  } as const;
}

const guardianSource = literal("shell", "unified_exec");

export type GuardianAction =
  | { readonly type: "command"; readonly command: string; readonly cwd: string }
  | { readonly type: "execve"; readonly program: string; readonly argv: readonly string[]; readonly cwd: string }
  | { readonly type: "other" };

const otherAction = (): GuardianAction => ({ type: "other" });

const guardianAction = tagged<GuardianAction>("type", {
  command: (fields) => {
    fields.required("source", guardianSource);
    return {
      type: "command",
      command: fields.required("command", string),
      cwd: fields.required("cwd", absolutePath),
    };
  },
  execve: (fields) => {
    fields.required("source", guardianSource);
    return {
      type: "execve",
      program: fields.required("program", string),
      argv: fields.required("argv", list(string)),
      cwd: fields.required("cwd", absolutePath),
    };
  },
  apply_patch: otherAction,
  network_access: otherAction,
  mcp_tool_call: otherAction,
  request_permissions: otherAction,
});

function guardianAssessment(fields: Fields) {
  fields.required("id", unreadString);
  return {
    type: "guardian_assessment",
    targetItemId: fields.optional("target_item_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    status: fields.required("status", literal("in_progress", "approved", "denied", "timed_out", "aborted")),
    action: fields.required("action", guardianAction),
  } as const;
}

function applyPatchApprovalRequest(fields: Fields) {
  return {
    type: "apply_patch_approval_request",
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    changes: fields.required("changes", fileChanges),
  } as const;
}

function patchApplyBegin(fields: Fields) {
  fields.required("auto_approved", boolean);
  return {
    type: "patch_apply_begin",
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    changes: fields.required("changes", fileChanges),
  } as const;
}

function patchApplyEnd(fields: Fields) {
  fields.required("stdout", unreadString);
  fields.required("stderr", unreadString);
  fields.required("success", boolean);
  return {
    type: "patch_apply_end",
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    changes: fields.defaulted("changes", fileChanges, new Map()),
    status: fields.required("status", endedStatus),
  } as const;
}

/** The one event whose keys are camelCase. */
function dynamicToolCallRequest(fields: Fields) {
  return {
    type: "dynamic_tool_call_request",
    callId: fields.required("callId", string),
    turnId: fields.required("turnId", string),
    namespace: fields.optional("namespace", string),
    tool: fields.required("tool", string),
    arguments: fields.required("arguments", opaque),
  } as const;
}

function dynamicToolCallResponse(fields: Fields) {
  fields.optional("error", unreadString);
  return {
    type: "dynamic_tool_call_response",
    callId: fields.required("call_id", string),
    turnId: fields.required("turn_id", string),
    namespace: fields.optional("namespace", string),
    tool: fields.required("tool", string),
    arguments: fields.required("arguments", opaque),
    contentItems: fields.required("content_items", toolContentItems),
    success: fields.required("success", boolean),
    durationMs: fields.required("duration", durationMs),
  } as const;
}

function mcpToolCall(fields: Fields) {
  return {
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    invocation: fields.required(
      "invocation",
      object((invocation) => ({
        server: invocation.required("server", string),
        tool: invocation.required("tool", string),
        arguments: invocation.optional("arguments", opaque),
      })),
    ),
    connectorId: fields.optional("connector_id", string),
    linkId: fields.optional("link_id", string),
    appName: fields.optional("app_name", string),
    actionName: fields.optional("action_name", string),
    mcpAppResourceUri: fields.optional("mcp_app_resource_uri", string),
    mcpAppUi: fields.optional("mcp_app_ui", mcpAppUi),
    pluginId: fields.optional("plugin_id", string),
    readOnlyHint: fields.optional("read_only_hint", boolean),
  };
}

function mcpToolCallBegin(fields: Fields) {
  return { type: "mcp_tool_call_begin", ...mcpToolCall(fields) } as const;
}

const mcpOutcome = object((fields) => {
  const ok = fields.has("Ok");
  if (ok === fields.has("Err")) fields.required('one of "Ok" and "Err"', string);
  return ok
    ? ({ ok: true, result: fields.required("Ok", mcpResult) } as const)
    : ({ ok: false, message: fields.required("Err", string) } as const);
});

function mcpToolCallEnd(fields: Fields) {
  return {
    type: "mcp_tool_call_end",
    ...mcpToolCall(fields),
    durationMs: fields.required("duration", durationMs),
    outcome: fields.required("result", mcpOutcome),
  } as const;
}

function viewImageToolCall(fields: Fields) {
  return {
    type: "view_image_tool_call",
    callId: fields.required("call_id", string),
    path: fields.required("path", absolutePath),
  } as const;
}

function imageGenerationBegin(fields: Fields) {
  return { type: "image_generation_begin", callId: fields.required("call_id", string) } as const;
}

function imageGenerationEnd(fields: Fields) {
  return {
    type: "image_generation_end",
    callId: fields.required("call_id", string),
    status: fields.required("status", string),
    revisedPrompt: fields.optional("revised_prompt", string),
    image: imageReference(fields),
    transparentBackground: fields.optional("transparent_background", boolean),
    failure: fields.optional("failure", imageFailure),
    savedPath: fields.optional("saved_path", absolutePath),
    generationId: fields.optional("generation_id", string),
  } as const;
}

const reasoningEffort = literal("none", "minimal", "low", "medium", "high", "xhigh");

function collabAgentSpawnBegin(fields: Fields) {
  return {
    type: "collab_agent_spawn_begin",
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    prompt: fields.required("prompt", string),
    model: fields.required("model", string),
    reasoningEffort: fields.required("reasoning_effort", reasoningEffort),
  } as const;
}

function collabAgentSpawnEnd(fields: Fields) {
  return {
    ...collabAgentSpawnBegin(fields),
    type: "collab_agent_spawn_end",
    newThreadId: fields.optional("new_thread_id", threadId),
    status: fields.required("status", agentState),
  } as const;
}

function collabWithReceiver(fields: Fields) {
  return {
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    receiverThreadId: fields.required("receiver_thread_id", threadId),
  };
}

function collabAgentInteractionBegin(fields: Fields) {
  return {
    type: "collab_agent_interaction_begin",
    ...collabWithReceiver(fields),
    prompt: fields.required("prompt", string),
  } as const;
}

function collabAgentInteractionEnd(fields: Fields) {
  return {
    ...collabAgentInteractionBegin(fields),
    type: "collab_agent_interaction_end",
    status: fields.required("status", agentState),
  } as const;
}

function collabWaitingBegin(fields: Fields) {
  return {
    type: "collab_waiting_begin",
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    receiverThreadIds: fields.required("receiver_thread_ids", list(threadId)),
  } as const;
}

function collabWaitingEnd(fields: Fields) {
  return {
    type: "collab_waiting_end",
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    statuses: fields.required("statuses", agentStates),
  } as const;
}

function collabCloseBegin(fields: Fields) {
  return { type: "collab_close_begin", ...collabWithReceiver(fields) } as const;
}

function collabCloseEnd(fields: Fields) {
  return {
    type: "collab_close_end",
    ...collabWithReceiver(fields),
    status: fields.required("status", agentState),
  } as const;
}

function collabResumeBegin(fields: Fields) {
  return { type: "collab_resume_begin", ...collabWithReceiver(fields) } as const;
}

function collabResumeEnd(fields: Fields) {
  return {
    type: "collab_resume_end",
    ...collabWithReceiver(fields),
    status: fields.required("status", agentState),
  } as const;
}

/** The one event that accepts no key besides its `type` (rollout-format §1). */
function contextCompacted(fields: Fields) {
  fields.only("type");
  return { type: "context_compacted" } as const;
}

function reviewPlace(fields: Fields) {
  return { itemId: fields.optional("item_id", string), turnId: fields.optional("turn_id", string) };
}

function enteredReviewMode(fields: Fields) {
  fields.required("target", reviewTarget);
  return {
    type: "entered_review_mode",
    userFacingHint: fields.optional("user_facing_hint", string),
    ...reviewPlace(fields),
  } as const;
}

function exitedReviewMode(fields: Fields) {
  return {
    type: "exited_review_mode",
    reviewOutput: fields.optional("review_output", reviewOutput),
    ...reviewPlace(fields),
  } as const;
}

function subAgentActivity(fields: Fields) {
  return {
    type: "sub_agent_activity",
    eventId: fields.required("event_id", string),
    occurredAtMs: fields.defaulted("occurred_at_ms", int64, 0),
    kind: fields.required("kind", literal("started", "interacted", "interrupted", "completed")),
    agentThreadId: fields.required("agent_thread_id", threadId),
    agentPath: fields.required("agent_path", agentPath),
    model: fields.optional("model", string),
    reasoningEffort: fields.optional("reasoning_effort", nonEmptyString),
  } as const;
}

/** Readers by `payload.type`. */
export const LEGACY_ITEM_EVENTS = {
  user_message: userMessage,
  agent_message: agentMessage,
  agent_reasoning: agentReasoning,
  agent_reasoning_raw_content: agentReasoningRawContent,
  web_search_begin: webSearchBegin,
  web_search_end: webSearchEnd,
  exec_command_begin: execCommandBegin,
  exec_command_end: execCommandEnd,
  guardian_assessment: guardianAssessment,
  apply_patch_approval_request: applyPatchApprovalRequest,
  patch_apply_begin: patchApplyBegin,
  patch_apply_end: patchApplyEnd,
  dynamic_tool_call_request: dynamicToolCallRequest,
  dynamic_tool_call_response: dynamicToolCallResponse,
  mcp_tool_call_begin: mcpToolCallBegin,
  mcp_tool_call_end: mcpToolCallEnd,
  view_image_tool_call: viewImageToolCall,
  image_generation_begin: imageGenerationBegin,
  image_generation_end: imageGenerationEnd,
  collab_agent_spawn_begin: collabAgentSpawnBegin,
  collab_agent_spawn_end: collabAgentSpawnEnd,
  collab_agent_interaction_begin: collabAgentInteractionBegin,
  collab_agent_interaction_end: collabAgentInteractionEnd,
  collab_waiting_begin: collabWaitingBegin,
  collab_waiting_end: collabWaitingEnd,
  collab_close_begin: collabCloseBegin,
  collab_close_end: collabCloseEnd,
  collab_resume_begin: collabResumeBegin,
  collab_resume_end: collabResumeEnd,
  context_compacted: contextCompacted,
  entered_review_mode: enteredReviewMode,
  exited_review_mode: exitedReviewMode,
  sub_agent_activity: subAgentActivity,
} as const;

export type LegacyItemEvent = ReturnType<(typeof LEGACY_ITEM_EVENTS)[keyof typeof LEGACY_ITEM_EVENTS]>;

/** The event of one name. */
export type LegacyEventOf<T extends LegacyItemEvent["type"]> = Extract<LegacyItemEvent, { readonly type: T }>;
