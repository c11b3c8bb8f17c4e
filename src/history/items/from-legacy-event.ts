import { JsonText } from "../../json/index.ts";
import type { LegacyEventOf, LegacyItemEvent } from "../../rollout/index.ts";
import { isBlank } from "./blank.ts";
import { collabItem } from "./collab.ts";
import { actionsFromParsed } from "./command-actions.ts";
import { agentMessage, appContext, fileChange, imageGeneration, mcpResult } from "./from-turn-item.ts";
import { actionsFromArgv, execveWords } from "./parse-command.ts";
import { exitedReviewText } from "./review-text.ts";
import { shellJoin } from "./shell-text.ts";
import type { CommandExecutionItem, McpToolCallItem, ThreadItem } from "./thread-item.ts";

/** Legacy events that make one item each. Reasoning grows instead, and is made by the reduction itself. */
export type ItemMakingEvent = Exclude<
  LegacyItemEvent,
  { readonly type: "agent_reasoning" | "agent_reasoning_raw_content" }
>;

const NO_ARGUMENTS = new JsonText("null");

const IMAGE_BEGUN = {
  status: "",
  revisedPrompt: null,
  image: { result: "" },
  transparentBackground: null,
  failure: null,
  savedPath: null,
  inputImages: [],
  generationId: null,
};

/** The item that a placed legacy event makes under this id (reduction §8), or undefined for one that is never placed. */
export function fromLegacyEvent(event: ItemMakingEvent, id: string): ThreadItem | undefined {
  switch (event.type) {
    case "user_message":
      return { type: "userMessage", id, clientId: event.clientId, content: userContent(event) };
    case "agent_message":
      return agentMessage(id, event.message, event);
    case "context_compacted":
      return { type: "contextCompaction", id };
    case "entered_review_mode":
      return { type: "enteredReviewMode", id, review: event.userFacingHint ?? "Review requested." };
    case "exited_review_mode":
      return { type: "exitedReviewMode", id, review: exitedReviewText(event.reviewOutput) };
    case "exec_command_begin":
      return commandExecution(event, {
        status: "inProgress",
        aggregatedOutput: null,
        exitCode: null,
        durationMs: null,
      });
    case "exec_command_end":
      return commandExecution(event, {
        status: event.status,
        aggregatedOutput: event.aggregatedOutput === "" ? null : event.aggregatedOutput,
        exitCode: event.exitCode,
        durationMs: event.durationMs,
      });
    case "guardian_assessment":
      return guardedCommand(event, id);
    case "apply_patch_approval_request":
    case "patch_apply_begin":
      return fileChange(id, event.changes, "inProgress");
    case "patch_apply_end":
      return fileChange(id, event.changes, event.status);
    case "dynamic_tool_call_request":
      return dynamicToolCall(event, { status: "inProgress", contentItems: null, success: null, durationMs: null });
    case "dynamic_tool_call_response":
      return dynamicToolCall(event, {
        status: event.success ? "completed" : "failed",
        contentItems: event.contentItems,
        success: event.success,
        durationMs: event.durationMs,
      });
    case "mcp_tool_call_begin":
      return mcpToolCall(event, { status: "inProgress", result: null, error: null, durationMs: null });
    case "mcp_tool_call_end":
      return mcpToolCall(event, mcpEnd(event));
    case "web_search_begin":
      return { type: "webSearch", id, query: "", action: null, results: null };
    case "web_search_end":
      return { type: "webSearch", id, query: event.query, action: event.action, results: event.results };
    case "view_image_tool_call":
      return { type: "imageView", id, path: event.path };
    case "image_generation_begin":
      return imageGeneration(id, IMAGE_BEGUN);
    case "image_generation_end":
      return imageGeneration(id, event);
    case "sub_agent_activity":
      if (event.kind === "completed") return undefined;
      return {
        type: "subAgentActivity",
        model: event.model,
        reasoningEffort: event.reasoningEffort,
        id,
        kind: event.kind,
        agentThreadId: event.agentThreadId,
        agentPath: event.agentPath,
      };
    default:
      return collabItem(event);
  }
}

/** Text, then images, local images, audio and local audio; a blank text is left out (reduction §8, §12). */
function userContent(event: LegacyEventOf<"user_message">): object[] {
  const { message, textElements, images, imageDetails, fileIds, fileIdDetails } = event;
  const text = isBlank(message) ? [] : [{ type: "text", text: message, text_elements: textElements }];
  const inlineImages = images.map((url, i) => ({ type: "image", url, detail: imageDetails[i] ?? null }));
  const fileImages = fileIds.map((fileId, i) => ({ type: "image", fileId, detail: fileIdDetails[i] ?? null }));
  const localImages = event.localImages.map((path, i) => ({
    type: "localImage",
    detail: event.localImageDetails[i] ?? null,
    path,
  }));
  const inlineAudio = event.audio.map((url) => ({ type: "audio", url }));
  const references = event.audioReferences?.map((reference) => ({ type: "audio", ...reference }));
  return [
    ...text,
    ...(interleaved(event.imageOrder, inlineImages, fileImages) ?? [...inlineImages, ...fileImages]),
    ...localImages,
    ...(interleaved(event.audioOrder, inlineAudio, references ?? []) ?? references ?? inlineAudio),
    ...event.localAudio.map((path) => ({ type: "localAudio", path })),
  ];
}

/** Both lists in the order that was recorded, if that order accounts for exactly these entries. */
function interleaved(
  order: readonly ("inline" | "file")[],
  inline: readonly object[],
  files: readonly object[],
): object[] | undefined {
  const inlineCount = order.filter((kind) => kind === "inline").length;
  if (order.length === 0 || inlineCount !== inline.length || order.length - inlineCount !== files.length)
    return undefined;
  const rest = { inline: inline.values(), file: files.values() };
  return order.flatMap((kind) => rest[kind].next().value ?? []);
}

type CommandEnd = Pick<CommandExecutionItem, "status" | "aggregatedOutput" | "exitCode" | "durationMs">;

function commandExecution(
  event: LegacyEventOf<"exec_command_begin" | "exec_command_end">,
  end: CommandEnd,
): CommandExecutionItem {
  return {
    type: "commandExecution",
    id: event.callId,
    pluginId: null,
    scriptPath: null,
    command: shellJoin(event.command),
    cwd: event.cwd,
    processId: event.processId,
    source: event.source,
    status: end.status,
    commandActions: actionsFromParsed(event.parsedCommands, event.cwd),
    aggregatedOutput: end.aggregatedOutput,
    exitCode: end.exitCode,
    durationMs: end.durationMs,
  };
}

const GUARDED_STATUS = {
  in_progress: "inProgress",
  denied: "declined",
  aborted: "declined",
  timed_out: "failed",
} as const;

/** A command that waits for, or was refused by, the guardian; an approved one is shown by its own events. */
function guardedCommand(event: LegacyEventOf<"guardian_assessment">, id: string): ThreadItem | undefined {
  const { action, status } = event;
  if (status === "approved" || action.type === "other") return undefined;
  const words = action.type === "execve" ? execveWords(action.program, action.argv) : undefined;
  const command = action.type === "command" ? action.command : shellJoin(words ?? []);
  const actions = words === undefined ? [] : actionsFromArgv(words, action.cwd);
  return {
    type: "commandExecution",
    id,
    pluginId: null,
    scriptPath: null,
    command,
    cwd: action.cwd,
    processId: null,
    source: "agent",
    status: GUARDED_STATUS[status],
    commandActions: actions.length > 0 ? actions : [{ type: "unknown", command }],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
  };
}

type DynamicEnd = Pick<
  Extract<ThreadItem, { type: "dynamicToolCall" }>,
  "status" | "contentItems" | "success" | "durationMs"
>;

function dynamicToolCall(
  event: LegacyEventOf<"dynamic_tool_call_request" | "dynamic_tool_call_response">,
  end: DynamicEnd,
): ThreadItem {
  return {
    type: "dynamicToolCall",
    id: event.callId,
    namespace: event.namespace,
    tool: event.tool,
    arguments: event.arguments,
    status: end.status,
    contentItems: end.contentItems,
    success: end.success,
    durationMs: end.durationMs,
  };
}

type McpEnd = Pick<McpToolCallItem, "status" | "result" | "error" | "durationMs">;

function mcpToolCall(event: LegacyEventOf<"mcp_tool_call_begin" | "mcp_tool_call_end">, end: McpEnd): McpToolCallItem {
  return {
    type: "mcpToolCall",
    id: event.callId,
    server: event.invocation.server,
    tool: event.invocation.tool,
    status: end.status,
    arguments: event.invocation.arguments ?? NO_ARGUMENTS,
    appContext: appContext(event),
    mcpAppResourceUri: event.mcpAppResourceUri ?? undefined,
    mcpAppUi: event.mcpAppUi,
    pluginId: event.pluginId,
    readOnlyHint: event.readOnlyHint,
    result: end.result,
    error: end.error,
    durationMs: end.durationMs,
  };
}

function mcpEnd({ outcome, durationMs }: LegacyEventOf<"mcp_tool_call_end">): McpEnd {
  if (!outcome.ok) return { status: "failed", result: null, error: { message: outcome.message }, durationMs };
  const status = outcome.result.isError === true ? "failed" : "completed";
  return { status, result: mcpResult(outcome.result), error: null, durationMs };
}
