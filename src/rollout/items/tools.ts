import {
  boolean,
  type Fields,
  int32,
  list,
  literal,
  object,
  oneOf,
  opaque,
  type Read,
  string,
  strings,
  tagged,
  uint64,
  unreadString,
} from "../fields.ts";
import { fileUriPath } from "../paths.ts";
import {
  commandSource,
  durationMs,
  endedStatus,
  fileChanges,
  imageDetail,
  itemId,
  mcpAppUi,
  mcpResult,
  parsedCommands,
  toolContentItems,
  urlOrFile,
} from "../values.ts";

const commandStatus = oneOf({
  in_progress: "inProgress",
  completed: "completed",
  failed: "failed",
  declined: "declined",
} as const);

/** Items of commands and tool calls (paginated §2). */

export function commandExecution(fields: Fields) {
  fields.optional("interaction_input", unreadString);
  return {
    type: "CommandExecution",
    id: itemId(fields),
    pluginId: fields.optional("plugin_id", string),
    scriptPath: fields.optional("script_path", string),
    processId: fields.optional("process_id", string),
    command: fields.required("command", strings),
    cwd: fields.required("cwd", fileUriPath),
    parsedCommands: fields.required("parsed_cmd", parsedCommands),
    source: fields.required("source", commandSource),
    status: fields.required("status", commandStatus),
    aggregatedOutput: fields.optional("aggregated_output", string),
    exitCode: fields.optional("exit_code", int32),
    durationMs: fields.optional("duration", durationMs),
  } as const;
}

export function fileChange(fields: Fields) {
  fields.optional("auto_approved", boolean);
  fields.optional("stdout", unreadString);
  fields.optional("stderr", unreadString);
  return {
    type: "FileChange",
    id: itemId(fields),
    changes: fields.required("changes", fileChanges),
    status: fields.optional("status", endedStatus),
  } as const;
}

const mcpError = object((error) => ({ message: error.required("message", string) }));

const mcpStatus = literal("inProgress", "completed", "failed");

export function mcpToolCall(fields: Fields) {
  return {
    type: "McpToolCall",
    id: itemId(fields),
    server: fields.required("server", string),
    tool: fields.required("tool", string),
    arguments: fields.required("arguments", opaque),
    connectorId: fields.optional("connectorId", string),
    linkId: fields.optional("linkId", string),
    appName: fields.optional("appName", string),
    actionName: fields.optional("actionName", string),
    mcpAppResourceUri: fields.optional("mcpAppResourceUri", string),
    mcpAppUi: fields.optional("mcpAppUi", mcpAppUi),
    pluginId: fields.optional("pluginId", string),
    readOnlyHint: fields.optional("readOnlyHint", boolean),
    status: fields.required("status", mcpStatus),
    result: fields.optional("result", mcpResult),
    error: fields.optional("error", mcpError),
    durationMs: fields.optional("duration", durationMs),
  } as const;
}

const dynamicStatus = oneOf({ in_progress: "inProgress", completed: "completed", failed: "failed" } as const);

export function dynamicToolCall(fields: Fields) {
  fields.optional("error", unreadString);
  return {
    type: "DynamicToolCall",
    id: itemId(fields),
    namespace: fields.optional("namespace", string),
    tool: fields.required("tool", string),
    arguments: fields.required("arguments", opaque),
    status: fields.required("status", dynamicStatus),
    contentItems: fields.optional("content_items", toolContentItems),
    success: fields.optional("success", boolean),
    durationMs: fields.optional("duration", durationMs),
  } as const;
}

const outputContent = tagged<object>("type", {
  input_text: (fields) => ({ type: "input_text", text: fields.required("text", string) }),
  input_image: (fields) => {
    const reference = urlOrFile(fields, "image_url");
    return {
      type: "input_image",
      ...("url" in reference ? { image_url: reference.url } : { file_id: reference.fileId }),
      detail: fields.optional("detail", imageDetail) ?? undefined,
    };
  },
  input_audio: (fields) => {
    const reference = urlOrFile(fields, "audio_url");
    return {
      type: "input_audio",
      ...("url" in reference ? { audio_url: reference.url } : { file_id: reference.fileId }),
    };
  },
  encrypted_content: (fields) => ({
    type: "encrypted_content",
    encrypted_content: fields.required("encrypted_content", string),
  }),
});

const outputContents = list(outputContent);

const toolOutput: Read<string | readonly object[]> = (doc, node, name) =>
  doc.isString(node) ? doc.string(node) : outputContents(doc, node, name);

export function functionCallOutput(fields: Fields) {
  return {
    type: "FunctionCallOutput",
    id: itemId(fields),
    name: fields.required("name", string),
    namespace: fields.optional("namespace", string),
    output: fields.required("output", toolOutput),
  } as const;
}

export function sleep(fields: Fields) {
  return { type: "Sleep", id: itemId(fields), durationMs: fields.required("durationMs", uint64) } as const;
}
