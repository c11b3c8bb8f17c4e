import { boolean, type Fields, int64, object, opaque, opaqueList, string, unreadString } from "../fields.ts";
import { absolutePath } from "../paths.ts";
import {
  durationMs,
  imageFailure,
  imageReference,
  inputImages,
  mcpAppUi,
  mcpResult,
  searchAction,
  toolContentItems,
} from "../values.ts";

/** Events of tool calls, searches and images (rollout-format §4). */

export function webSearchBegin(fields: Fields) {
  return { type: "web_search_begin", callId: fields.required("call_id", string) } as const;
}

export function webSearchEnd(fields: Fields) {
  return {
    type: "web_search_end",
    callId: fields.required("call_id", string),
    query: fields.required("query", string),
    action: fields.required("action", searchAction),
    results: fields.optional("results", opaqueList),
  } as const;
}

/** The one event whose keys are camelCase. */
export function dynamicToolCallRequest(fields: Fields) {
  fields.defaulted("startedAtMs", int64, 0);
  return {
    type: "dynamic_tool_call_request",
    callId: fields.required("callId", string),
    turnId: fields.required("turnId", string),
    namespace: fields.optional("namespace", string),
    tool: fields.required("tool", string),
    arguments: fields.required("arguments", opaque),
  } as const;
}

export function dynamicToolCallResponse(fields: Fields) {
  fields.defaulted("completed_at_ms", int64, 0);
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

const invocation = object((invocation) => ({
  server: invocation.required("server", string),
  tool: invocation.required("tool", string),
  arguments: invocation.optional("arguments", opaque),
}));

function mcpToolCall(fields: Fields) {
  return {
    callId: fields.required("call_id", string),
    turnId: fields.defaulted("turn_id", string, ""),
    invocation: fields.required("invocation", invocation),
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

export function mcpToolCallBegin(fields: Fields) {
  return { type: "mcp_tool_call_begin", ...mcpToolCall(fields) } as const;
}

const mcpOutcome = object((fields) => {
  fields.only("Ok", "Err");
  const ok = fields.has("Ok");
  if (ok === fields.has("Err")) fields.required('one of "Ok" and "Err"', string);
  return ok
    ? ({ ok: true, result: fields.required("Ok", mcpResult) } as const)
    : ({ ok: false, message: fields.required("Err", string) } as const);
});

export function mcpToolCallEnd(fields: Fields) {
  return {
    type: "mcp_tool_call_end",
    ...mcpToolCall(fields),
    durationMs: fields.required("duration", durationMs),
    outcome: fields.required("result", mcpOutcome),
  } as const;
}

export function viewImageToolCall(fields: Fields) {
  return {
    type: "view_image_tool_call",
    callId: fields.required("call_id", string),
    path: fields.required("path", absolutePath),
  } as const;
}

export function imageGenerationBegin(fields: Fields) {
  return { type: "image_generation_begin", callId: fields.required("call_id", string) } as const;
}

export function imageGenerationEnd(fields: Fields) {
  return {
    type: "image_generation_end",
    callId: fields.required("call_id", string),
    status: fields.required("status", string),
    revisedPrompt: fields.optional("revised_prompt", string),
    image: imageReference(fields),
    transparentBackground: fields.optional("transparent_background", boolean),
    failure: fields.optional("failure", imageFailure),
    savedPath: fields.optional("saved_path", absolutePath),
    inputImages: fields.defaulted("input_images", inputImages, []),
    generationId: fields.optional("generation_id", string),
  } as const;
}
