import { type Fields, kindOf, tagged } from "./fields.ts";
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

/** In Codex's order, as are the items below: a tag may be a number. */
const EXTENSIONS = {
  "image_gen.generation": extensionImageGeneration,
  "clock.sleep": sleep,
  "web.search": extensionWebSearch,
} as const;

const readExtension = tagged<ExtensionItem>("kind", EXTENSIONS);

const TURN_ITEMS = {
  UserMessage: userMessage,
  FunctionCallOutput: functionCallOutput,
  HookPrompt: hookPrompt,
  AgentMessage: agentMessage,
  Plan: plan,
  Reasoning: reasoning,
  CommandExecution: commandExecution,
  DynamicToolCall: dynamicToolCall,
  CollabAgentToolCall: collabAgentToolCall,
  SubAgentActivity: subAgentActivity,
  WebSearch: webSearch,
  ImageView: imageView,
  Extension: (fields: Fields) => readExtension(fields.doc, fields.node, fields.name),
  ImageGeneration: imageGeneration,
  EnteredReviewMode: enteredReviewMode,
  ExitedReviewMode: exitedReviewMode,
  FileChange: fileChange,
  McpToolCall: mcpToolCall,
  ContextCompaction: contextCompaction,
} as const;

type ExtensionItem = ReturnType<(typeof EXTENSIONS)[keyof typeof EXTENSIONS]>;

export type TurnItem = ReturnType<(typeof TURN_ITEMS)[keyof typeof TURN_ITEMS]>;

export type TurnItemOf<T extends TurnItem["type"]> = Extract<TurnItem, { readonly type: T }>;

export const turnItem = tagged<TurnItem>("type", TURN_ITEMS);

/** The kind of an item, which may be told as a number. */
export const turnItemType = kindOf(Object.keys(TURN_ITEMS));
