import { tagged } from "./fields.ts";
import { collabAgentToolCall, subAgentActivity } from "./items/agents.ts";
import { extensionImageGeneration, extensionWebSearch, imageGeneration, imageView, webSearch } from "./items/media.ts";
import {
  agentMessage,
  contextCompaction,
  enteredReviewMode,
  exitedReviewMode,
  hookPrompt,
  plan,
  reasoning,
  userMessage,
} from "./items/messages.ts";
import {
  commandExecution,
  dynamicToolCall,
  fileChange,
  functionCallOutput,
  mcpToolCall,
  sleep,
} from "./items/tools.ts";

const EXTENSIONS = {
  "clock.sleep": sleep,
  "web.search": extensionWebSearch,
  "image_gen.generation": extensionImageGeneration,
} as const;

const readExtension = tagged<TurnItem>("kind", EXTENSIONS);

const TURN_ITEMS = {
  UserMessage: userMessage,
  HookPrompt: hookPrompt,
  AgentMessage: agentMessage,
  Plan: plan,
  Reasoning: reasoning,
  CommandExecution: commandExecution,
  FileChange: fileChange,
  McpToolCall: mcpToolCall,
  DynamicToolCall: dynamicToolCall,
  CollabAgentToolCall: collabAgentToolCall,
  SubAgentActivity: subAgentActivity,
  WebSearch: webSearch,
  ImageView: imageView,
  ImageGeneration: imageGeneration,
  EnteredReviewMode: enteredReviewMode,
  ExitedReviewMode: exitedReviewMode,
  FunctionCallOutput: functionCallOutput,
  ContextCompaction: contextCompaction,
} as const;

export type TurnItem =
  | ReturnType<(typeof TURN_ITEMS)[keyof typeof TURN_ITEMS]>
  | ReturnType<(typeof EXTENSIONS)[keyof typeof EXTENSIONS]>;

export type TurnItemOf<T extends TurnItem["type"]> = Extract<TurnItem, { readonly type: T }>;

export const turnItem = tagged<TurnItem>("type", {
  ...TURN_ITEMS,
  Extension: (fields) => readExtension(fields.doc, fields.node, fields.name),
});
