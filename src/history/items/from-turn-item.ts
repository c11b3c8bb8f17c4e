import type { FileChange, TurnItem, TurnItemOf } from "../../rollout/index.ts";
import { actionsFromParsed } from "./command-actions.ts";
import { exitedReviewText } from "./review-text.ts";
import { shellJoin } from "./shell-text.ts";
import type {
  AgentMessageItem,
  CollabAgentToolCallItem,
  FileChangeItem,
  ImageGenerationItem,
  McpToolCallItem,
  ThreadItem,
} from "./thread-item.ts";

/** The item of an item line, in the shape it is shown in (paginated §2). */
export function fromTurnItem(item: TurnItem): ThreadItem {
  const { id } = item;
  switch (item.type) {
    case "UserMessage":
      return { type: "userMessage", id, clientId: item.clientId, content: item.content };
    case "HookPrompt":
      return { type: "hookPrompt", id, fragments: item.fragments };
    case "AgentMessage":
      return agentMessage(item.id, item.text, item);
    case "Plan":
      return { type: "plan", id, text: item.text };
    case "Reasoning":
      return { type: "reasoning", id, summary: item.summary, content: item.content };
    case "CommandExecution":
      return commandExecution(item);
    case "FileChange":
      return fileChange(id, item.changes, item.status ?? "inProgress");
    case "McpToolCall":
      return mcpToolCall(item);
    case "DynamicToolCall":
      return {
        type: "dynamicToolCall",
        id,
        namespace: item.namespace,
        tool: item.tool,
        arguments: item.arguments,
        status: item.status,
        contentItems: item.contentItems,
        success: item.success,
        durationMs: item.durationMs,
      };
    case "CollabAgentToolCall":
      return {
        type: "collabAgentToolCall",
        id,
        tool: item.tool,
        status: item.status,
        senderThreadId: item.senderThreadId,
        receiverThreadIds: item.receiverThreadIds,
        prompt: item.prompt,
        model: item.model,
        reasoningEffort: item.reasoningEffort,
        agentsStates: sortedStates(item.agentsStates),
      };
    case "SubAgentActivity":
      return {
        type: "subAgentActivity",
        model: item.model,
        reasoningEffort: item.reasoningEffort,
        id,
        kind: item.kind,
        agentThreadId: item.agentThreadId,
        agentPath: item.agentPath,
      };
    case "WebSearch":
      return { type: "webSearch", id, query: item.query, action: item.action, results: item.results };
    case "ImageView":
      return { type: "imageView", id, path: item.path };
    case "ImageGeneration":
      return imageGeneration(id, item);
    case "EnteredReviewMode":
      return { type: "enteredReviewMode", id, review: item.review };
    case "ExitedReviewMode":
      return { type: "exitedReviewMode", id, review: exitedReviewText(item.reviewOutput) };
    case "FunctionCallOutput":
      return { type: "functionCallOutput", id, name: item.name, namespace: item.namespace, output: item.output };
    case "Sleep":
      return { type: "sleep", id, durationMs: item.durationMs };
    case "ContextCompaction":
      return { type: "contextCompaction", id };
  }
}

type AgentMessageParts = Pick<AgentMessageItem, "phase" | "memoryCitation" | "delivery" | "questions" | "moderation">;

export function agentMessage(id: string, text: string, parts: AgentMessageParts): AgentMessageItem {
  return {
    type: "agentMessage",
    moderation: parts.moderation,
    id,
    text,
    phase: parts.phase,
    memoryCitation: parts.memoryCitation,
    delivery: parts.delivery,
    questions: parts.questions,
  };
}

function commandExecution(item: TurnItemOf<"CommandExecution">): ThreadItem {
  return {
    type: "commandExecution",
    id: item.id,
    pluginId: item.pluginId,
    scriptPath: item.scriptPath,
    command: shellJoin(item.command),
    cwd: item.cwd,
    processId: item.processId,
    source: item.source,
    status: item.status,
    commandActions: actionsFromParsed(item.parsedCommands, item.cwd),
    aggregatedOutput: item.aggregatedOutput === "" ? null : item.aggregatedOutput,
    exitCode: item.exitCode,
    durationMs: item.durationMs,
  };
}

/** Changes sorted by path, in the order of their UTF-8 bytes (reduction §8). */
export function fileChange(
  id: string,
  changes: ReadonlyMap<string, FileChange>,
  status: FileChangeItem["status"],
): FileChangeItem {
  const paths = [...changes.keys()];
  if (paths.length > 1) paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { type: "fileChange", id, changes: paths.map((path) => shownChange(path, changes.get(path))), status };
}

function shownChange(path: string, change: FileChange | undefined): FileChangeItem["changes"][number] {
  if (change === undefined) throw new Error(`no change for ${path}`);
  if (change.type !== "update") return { path, kind: { type: change.type }, diff: change.content };
  const { movePath, unifiedDiff } = change;
  const diff = movePath === null ? unifiedDiff : `${unifiedDiff}\n\nMoved to: ${movePath}`;
  return { path, kind: { type: "update", move_path: movePath }, diff };
}

function mcpToolCall(item: TurnItemOf<"McpToolCall">): McpToolCallItem {
  return {
    type: "mcpToolCall",
    id: item.id,
    server: item.server,
    tool: item.tool,
    status: item.status,
    arguments: item.arguments,
    appContext: appContext(item),
    mcpAppResourceUri: item.mcpAppResourceUri ?? undefined,
    mcpAppUi: item.mcpAppUi,
    pluginId: item.pluginId,
    readOnlyHint: item.readOnlyHint,
    result: item.result === null ? null : mcpResult(item.result),
    error: item.error,
    durationMs: item.durationMs,
  };
}

interface AppParts {
  readonly connectorId: string | null;
  readonly linkId: string | null;
  readonly appName: string | null;
  readonly actionName: string | null;
  readonly mcpAppResourceUri: string | null;
}

/** The app that a call went through; only a connector makes one. */
export function appContext(parts: AppParts): object | null {
  if (parts.connectorId === null) return null;
  return {
    connectorId: parts.connectorId,
    linkId: parts.linkId,
    resourceUri: parts.mcpAppResourceUri,
    appName: parts.appName,
    actionName: parts.actionName,
  };
}

type McpResult = NonNullable<TurnItemOf<"McpToolCall">["result"]>;

export function mcpResult(result: McpResult): object {
  return { content: result.content, structuredContent: result.structuredContent, _meta: result.meta };
}

type AgentsStates = CollabAgentToolCallItem["agentsStates"];

/** Codex prints agents in random order; here they stand in the order of their ids. */
export function sortedStates(states: ReadonlyMap<string, AgentsStates[string]>): AgentsStates {
  return Object.fromEntries([...states].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface ImageParts {
  readonly status: string;
  readonly revisedPrompt: string | null;
  readonly image: { readonly result: string } | { readonly fileId: string };
  readonly transparentBackground: boolean | null;
  readonly failure: object | null;
  readonly savedPath: string | null;
  readonly inputImages: readonly object[];
  readonly generationId: string | null;
}

export function imageGeneration(id: string, parts: ImageParts): ImageGenerationItem {
  return {
    type: "imageGeneration",
    id,
    status: parts.status,
    revisedPrompt: parts.revisedPrompt,
    ...parts.image,
    transparentBackground: parts.transparentBackground,
    failure: parts.failure,
    savedPath: parts.savedPath ?? undefined,
    inputImages: parts.inputImages.length === 0 ? undefined : parts.inputImages,
    generationId: parts.generationId,
  };
}
