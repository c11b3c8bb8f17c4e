import { type FunctionComponent, h, type JSX } from "preact";
import { text } from "../fields.ts";
import { CollabAgentToolCall, SubAgentActivity } from "./agents.ts";
import { CommandExecution } from "./command.ts";
import { FileChange } from "./file-change.ts";
import type { ItemProps } from "./item-props.ts";
import { ContextCompaction, EnteredReviewMode, ExitedReviewMode, Sleep, UnknownItem } from "./marks.ts";
import { AgentMessage, HookPrompt, Plan, Reasoning, UserMessage } from "./messages.ts";
import { DynamicToolCall, FunctionCallOutput, McpToolCall } from "./tools.ts";
import { ImageGeneration, ImageView, WebSearch } from "./web-and-images.ts";

/** By `type` of Codex's `ThreadItem`. */
const VIEWS: Readonly<Record<string, FunctionComponent<ItemProps>>> = {
  userMessage: UserMessage,
  hookPrompt: HookPrompt,
  agentMessage: AgentMessage,
  functionCallOutput: FunctionCallOutput,
  plan: Plan,
  reasoning: Reasoning,
  commandExecution: CommandExecution,
  fileChange: FileChange,
  mcpToolCall: McpToolCall,
  dynamicToolCall: DynamicToolCall,
  collabAgentToolCall: CollabAgentToolCall,
  subAgentActivity: SubAgentActivity,
  webSearch: WebSearch,
  imageView: ImageView,
  sleep: Sleep,
  imageGeneration: ImageGeneration,
  enteredReviewMode: EnteredReviewMode,
  exitedReviewMode: ExitedReviewMode,
  contextCompaction: ContextCompaction,
};

/** An item as people want to see it; one of a kind that is not known, as its data. */
export function ItemView(props: ItemProps): JSX.Element {
  const type = text(props.item.type) ?? "";
  return h((Object.hasOwn(VIEWS, type) ? VIEWS[type] : undefined) ?? UnknownItem, props);
}
