import type { Integer, JsonText } from "../../json/index.ts";
import type { CommandAction } from "./command-actions.ts";

/** Milliseconds since the epoch, of items that came whole; null for all others. */
export interface ItemTimes {
  readonly startedAtMs: Integer | null;
  readonly completedAtMs: Integer | null;
}

/** An item as a person reads it, in the shape and key order of Codex 0.169.0 (ADR 0008), without its times. */
export type ThreadItem =
  | UserMessageItem
  | HookPromptItem
  | AgentMessageItem
  | PlanItem
  | ReasoningItem
  | CommandExecutionItem
  | FileChangeItem
  | McpToolCallItem
  | DynamicToolCallItem
  | CollabAgentToolCallItem
  | SubAgentActivityItem
  | WebSearchItem
  | ImageViewItem
  | ImageGenerationItem
  | ReviewModeItem
  | FunctionCallOutputItem
  | SleepItem
  | ContextCompactionItem;

export interface UserMessageItem {
  readonly type: "userMessage";
  readonly id: string;
  readonly clientId: string | null;
  readonly content: readonly object[];
}

export interface HookPromptItem {
  readonly type: "hookPrompt";
  readonly id: string;
  readonly fragments: readonly { readonly text: string; readonly hookRunId: string }[];
}

export interface AgentMessageItem {
  readonly type: "agentMessage";
  readonly moderation: object | null;
  readonly id: string;
  readonly text: string;
  readonly phase: "commentary" | "partial_answer" | "final_answer" | null;
  readonly memoryCitation: object | null;
  readonly delivery: "async" | null;
  readonly questions: readonly object[] | null;
}

export interface PlanItem {
  readonly type: "plan";
  readonly id: string;
  readonly text: string;
}

export interface ReasoningItem {
  readonly type: "reasoning";
  readonly id: string;
  readonly summary: readonly string[];
  readonly content: readonly string[];
}

export interface CommandExecutionItem {
  readonly type: "commandExecution";
  readonly id: string;
  readonly pluginId: string | null;
  readonly scriptPath: string | null;
  readonly command: string;
  readonly cwd: string;
  readonly processId: string | null;
  readonly source: "agent" | "userShell" | "unifiedExecStartup" | "unifiedExecInteraction";
  readonly status: "inProgress" | "completed" | "failed" | "declined";
  readonly commandActions: readonly CommandAction[];
  readonly aggregatedOutput: string | null;
  readonly exitCode: number | null;
  readonly durationMs: Integer | null;
}

export interface FileChangeItem {
  readonly type: "fileChange";
  readonly id: string;
  readonly changes: readonly { readonly path: string; readonly kind: object; readonly diff: string }[];
  readonly status: "inProgress" | "completed" | "failed" | "declined";
}

export interface McpToolCallItem {
  readonly type: "mcpToolCall";
  readonly id: string;
  readonly server: string;
  readonly tool: string;
  readonly status: "inProgress" | "completed" | "failed";
  readonly arguments: JsonText | null;
  readonly appContext: object | null;
  /** Left out when the call has none. */
  readonly mcpAppResourceUri: string | undefined;
  readonly mcpAppUi: object | null;
  readonly pluginId: string | null;
  readonly readOnlyHint: boolean | null;
  readonly result: object | null;
  readonly error: { readonly message: string } | null;
  readonly durationMs: Integer | null;
}

export interface DynamicToolCallItem {
  readonly type: "dynamicToolCall";
  readonly id: string;
  readonly namespace: string | null;
  readonly tool: string;
  readonly arguments: JsonText;
  readonly status: "inProgress" | "completed" | "failed";
  readonly contentItems: readonly object[] | null;
  readonly success: boolean | null;
  readonly durationMs: Integer | null;
}

export interface CollabAgentToolCallItem {
  readonly type: "collabAgentToolCall";
  readonly id: string;
  readonly tool: string;
  readonly status: "inProgress" | "completed" | "failed" | "interrupted";
  readonly senderThreadId: string;
  readonly receiverThreadIds: readonly string[];
  readonly prompt: string | null;
  readonly model: string | null;
  readonly reasoningEffort: string | null;
  /** By thread id, in the order of the ids. */
  readonly agentsStates: Readonly<Record<string, { readonly status: string; readonly message: string | null }>>;
}

export interface SubAgentActivityItem {
  readonly type: "subAgentActivity";
  readonly model: string | null;
  readonly reasoningEffort: string | null;
  readonly id: string;
  readonly kind: "started" | "interacted" | "interrupted" | "completed";
  readonly agentThreadId: string;
  readonly agentPath: string;
}

export interface WebSearchItem {
  readonly type: "webSearch";
  readonly id: string;
  readonly query: string;
  readonly action: object | null;
  readonly results: JsonText | null;
}

export interface ImageViewItem {
  readonly type: "imageView";
  readonly id: string;
  readonly path: string;
}

export interface ImageGenerationItem {
  readonly type: "imageGeneration";
  readonly id: string;
  readonly status: string;
  readonly revisedPrompt: string | null;
  /** Either the image itself or the file that holds it. */
  readonly result?: string;
  readonly fileId?: string;
  readonly transparentBackground: boolean | null;
  readonly failure: object | null;
  /** Left out when the image was not saved. */
  readonly savedPath: string | undefined;
  /** Left out when the image was made from none. */
  readonly inputImages: readonly object[] | undefined;
  readonly generationId: string | null;
}

export interface ReviewModeItem {
  readonly type: "enteredReviewMode" | "exitedReviewMode";
  readonly id: string;
  readonly review: string;
}

export interface FunctionCallOutputItem {
  readonly type: "functionCallOutput";
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly output: string | readonly object[];
}

export interface SleepItem {
  readonly type: "sleep";
  readonly id: string;
  readonly durationMs: Integer;
}

export interface ContextCompactionItem {
  readonly type: "contextCompaction";
  readonly id: string;
}

/** Whether a legacy item waits for the event that ends it (projections §2.4). */
export function isOpenItem(item: ThreadItem): boolean {
  switch (item.type) {
    case "commandExecution":
    case "mcpToolCall":
    case "dynamicToolCall":
    case "collabAgentToolCall":
    case "fileChange":
      return item.status === "inProgress";
    case "webSearch":
      return item.action === null;
    case "imageGeneration":
      return item.status === "";
    default:
      return false;
  }
}
