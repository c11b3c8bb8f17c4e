import {
  boolean,
  type Fields,
  int32,
  list,
  literal,
  nonEmptyString,
  object,
  oneOf,
  opaque,
  opaqueList,
  type Read,
  string,
  tagged,
  uint64,
  unread,
  unreadString,
} from "./fields.ts";
import { absolutePath, agentPath, fileUriPath } from "./paths.ts";
import {
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
  stringMember,
  textElement,
  threadId,
  toolContentItems,
} from "./values.ts";

/** Whole items, as item lines carry them, kind by kind (paginated §2). */

/** The address wins over the file; a member that is no string does not count. */
const oneReference = (fields: Fields, address: string) => {
  const url = stringMember(fields, address);
  if (url !== undefined) return { url };
  const fileId = stringMember(fields, "file_id");
  return fileId === undefined ? { url: fields.required(address, string) } : { fileId };
};

/** A piece of what the user said, in the shape it is shown in. */
const userContent = tagged<object>("type", {
  text: (fields) => ({
    type: "text",
    text: fields.required("text", string),
    text_elements: fields.defaulted("text_elements", list(textElement), []),
  }),
  image: (fields) => ({
    type: "image",
    ...oneReference(fields, "image_url"),
    detail: fields.optional("detail", imageDetail),
  }),
  local_image: (fields) => ({
    type: "localImage",
    detail: fields.optional("detail", imageDetail),
    path: fields.required("path", string),
  }),
  audio: (fields) => ({ type: "audio", ...oneReference(fields, "audio_url") }),
  local_audio: (fields) => ({ type: "localAudio", path: fields.required("path", string) }),
  skill: (fields) => ({
    type: "skill",
    name: fields.required("name", string),
    path: fields.required("path", string),
  }),
  mention: (fields) => ({
    type: "mention",
    name: fields.required("name", string),
    path: fields.required("path", string),
  }),
});

const id = (fields: Fields): string => fields.required("id", string);

function userMessage(fields: Fields) {
  return {
    type: "UserMessage",
    id: id(fields),
    clientId: fields.optional("client_id", string),
    content: fields.required("content", list(userContent)),
  } as const;
}

function hookPrompt(fields: Fields) {
  return {
    type: "HookPrompt",
    id: id(fields),
    fragments: fields.required(
      "fragments",
      list(
        object((fragment) => ({
          text: fragment.required("text", string),
          hookRunId: fragment.required("hookRunId", string),
        })),
      ),
    ),
  } as const;
}

const agentText = tagged("type", { Text: (fields) => fields.required("text", string) });

function agentMessage(fields: Fields) {
  return {
    type: "AgentMessage",
    id: id(fields),
    text: fields.required("content", list(agentText)).join(""),
    phase: fields.optional("phase", literal("commentary", "partial_answer", "final_answer")),
    memoryCitation: fields.optional("memory_citation", memoryCitation),
    delivery: fields.optional("delivery", literal("async")),
    questions: fields.optional("questions", list(question)),
    moderation: fields.optional("moderation", moderation),
  } as const;
}

function plan(fields: Fields) {
  return { type: "Plan", id: id(fields), text: fields.required("text", string) } as const;
}

function reasoning(fields: Fields) {
  return {
    type: "Reasoning",
    id: id(fields),
    summary: fields.required("summary_text", list(string)),
    content: fields.defaulted("raw_content", list(string), []),
  } as const;
}

function commandExecution(fields: Fields) {
  fields.optional("interaction_input", unreadString);
  return {
    type: "CommandExecution",
    id: id(fields),
    pluginId: fields.optional("plugin_id", string),
    scriptPath: fields.optional("script_path", string),
    processId: fields.optional("process_id", string),
    command: fields.required("command", list(string)),
    cwd: fields.required("cwd", fileUriPath),
    parsedCommands: fields.required("parsed_cmd", parsedCommands),
    source: fields.required("source", commandSource),
    status: fields.required(
      "status",
      oneOf({ in_progress: "inProgress", completed: "completed", failed: "failed", declined: "declined" } as const),
    ),
    aggregatedOutput: fields.optional("aggregated_output", string),
    exitCode: fields.optional("exit_code", int32),
    durationMs: fields.optional("duration", durationMs),
  } as const;
}

function fileChange(fields: Fields) {
  fields.optional("auto_approved", boolean);
  fields.optional("stdout", unreadString);
  fields.optional("stderr", unreadString);
  return {
    type: "FileChange",
    id: id(fields),
    changes: fields.required("changes", fileChanges),
    status: fields.optional("status", endedStatus),
  } as const;
}

function mcpToolCall(fields: Fields) {
  return {
    type: "McpToolCall",
    id: id(fields),
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
    status: fields.required("status", literal("inProgress", "completed", "failed")),
    result: fields.optional("result", mcpResult),
    error: fields.optional(
      "error",
      object((error) => ({ message: error.required("message", string) })),
    ),
    durationMs: fields.optional("duration", durationMs),
  } as const;
}

function dynamicToolCall(fields: Fields) {
  fields.optional("error", unreadString);
  return {
    type: "DynamicToolCall",
    id: id(fields),
    namespace: fields.optional("namespace", string),
    tool: fields.required("tool", string),
    arguments: fields.required("arguments", opaque),
    status: fields.required(
      "status",
      oneOf({ in_progress: "inProgress", completed: "completed", failed: "failed" } as const),
    ),
    contentItems: fields.optional("content_items", toolContentItems),
    success: fields.optional("success", boolean),
    durationMs: fields.optional("duration", durationMs),
  } as const;
}

const collabTool = oneOf({
  spawn_agent: "spawnAgent",
  send_input: "sendInput",
  resume_agent: "resumeAgent",
  wait: "wait",
  close_agent: "closeAgent",
  send_message: "sendMessage",
  followup_task: "followupTask",
  interrupt_agent: "interruptAgent",
  list_agents: "listAgents",
} as const);

function collabAgentToolCall(fields: Fields) {
  fields.defaulted(
    "receiver_agents",
    list(
      object((agent) => {
        agent.required("thread_id", threadId);
        agent.optional("agent_nickname", unreadString);
        agent.optional("agent_role", unreadString);
      }),
    ),
    [],
  );
  return {
    type: "CollabAgentToolCall",
    id: id(fields),
    tool: fields.required("tool", collabTool),
    status: fields.required(
      "status",
      oneOf({
        in_progress: "inProgress",
        completed: "completed",
        failed: "failed",
        interrupted: "interrupted",
      } as const),
    ),
    senderThreadId: fields.required("sender_thread_id", threadId),
    receiverThreadIds: fields.defaulted("receiver_thread_ids", list(threadId), []),
    prompt: fields.optional("prompt", string),
    model: fields.optional("model", string),
    reasoningEffort: fields.optional("reasoning_effort", nonEmptyString),
    agentsStates: fields.defaulted("agents_states", agentStates, new Map()),
  } as const;
}

function subAgentActivity(fields: Fields) {
  return {
    type: "SubAgentActivity",
    id: id(fields),
    model: fields.optional("model", string),
    reasoningEffort: fields.optional("reasoning_effort", nonEmptyString),
    kind: fields.required("kind", literal("started", "interacted", "interrupted", "completed")),
    agentThreadId: fields.required("agent_thread_id", threadId),
    agentPath: fields.required("agent_path", agentPath),
  } as const;
}

function webSearch(fields: Fields) {
  return {
    type: "WebSearch",
    id: id(fields),
    query: fields.required("query", string),
    action: fields.required("action", searchAction),
    results: fields.optional("results", opaqueList),
  } as const;
}

function imageView(fields: Fields) {
  return { type: "ImageView", id: id(fields), path: fields.required("path", fileUriPath) } as const;
}

function imageGeneration(fields: Fields) {
  return {
    type: "ImageGeneration",
    id: id(fields),
    status: fields.required("status", string),
    revisedPrompt: fields.optional("revised_prompt", string),
    image: { result: fields.required("result", string) },
    transparentBackground: null,
    failure: null,
    savedPath: fields.optional("saved_path", absolutePath),
    generationId: null,
  } as const;
}

function enteredReviewMode(fields: Fields) {
  fields.required("target", reviewTarget);
  return {
    type: "EnteredReviewMode",
    id: id(fields),
    review: fields.required("user_facing_hint", string),
  } as const;
}

function exitedReviewMode(fields: Fields) {
  return {
    type: "ExitedReviewMode",
    id: id(fields),
    reviewOutput: fields.optional("review_output", reviewOutput),
  } as const;
}

const outputContent = tagged<object>("type", {
  input_text: (fields) => ({ type: "input_text", text: fields.required("text", string) }),
  input_image: (fields) => {
    const reference = oneReference(fields, "image_url");
    return {
      type: "input_image",
      ...("url" in reference ? { image_url: reference.url } : { file_id: reference.fileId }),
      detail: fields.optional("detail", imageDetail) ?? undefined,
    };
  },
  input_audio: (fields) => {
    const reference = oneReference(fields, "audio_url");
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

const toolOutput: Read<string | readonly object[]> = (doc, node, name) =>
  doc.isString(node) ? doc.string(node) : list(outputContent)(doc, node, name);

function functionCallOutput(fields: Fields) {
  return {
    type: "FunctionCallOutput",
    id: id(fields),
    name: fields.required("name", string),
    namespace: fields.optional("namespace", string),
    output: fields.required("output", toolOutput),
  } as const;
}

function contextCompaction(fields: Fields) {
  return { type: "ContextCompaction", id: id(fields) } as const;
}

function sleep(fields: Fields) {
  return { type: "Sleep", id: id(fields), durationMs: fields.required("durationMs", uint64) } as const;
}

/** Here the action is spelled in camelCase; the snake_case spellings are unknown kinds, and so `other`. */
const extensionSearchAction = tagged<object>(
  "type",
  {
    search: (fields) => ({
      type: "search",
      query: fields.optional("query", string),
      queries: fields.optional("queries", list(string)),
    }),
    openPage: (fields) => ({ type: "openPage", url: fields.optional("url", string) }),
    findInPage: (fields) => ({
      type: "findInPage",
      url: fields.optional("url", string),
      pattern: fields.optional("pattern", string),
    }),
  },
  () => ({ type: "other" }),
);

function extensionWebSearch(fields: Fields) {
  return {
    type: "WebSearch",
    id: id(fields),
    query: fields.required("query", string),
    action: fields.optional("action", extensionSearchAction),
    results: fields.optional("results", opaqueList),
  } as const;
}

function extensionImageGeneration(fields: Fields) {
  fields.optional("inputImages", list(unread));
  return {
    type: "ImageGeneration",
    id: id(fields),
    status: fields.required("status", string),
    revisedPrompt: fields.optional("revisedPrompt", string),
    image: imageReference(fields),
    transparentBackground: fields.optional("transparentBackground", boolean),
    failure: fields.optional("failure", imageFailure),
    savedPath: fields.optional("savedPath", absolutePath),
    generationId: fields.optional("generationId", string),
  } as const;
}

const EXTENSIONS = {
  "clock.sleep": sleep,
  "web.search": extensionWebSearch,
  "image_gen.generation": extensionImageGeneration,
} as const;

const readExtension = tagged<TurnItem>("kind", EXTENSIONS);

/** Readers by the item's `type`. */
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

/** A whole item. An `Extension` reads as the item that its `kind` stands for. */
export type TurnItem =
  | ReturnType<(typeof TURN_ITEMS)[keyof typeof TURN_ITEMS]>
  | ReturnType<(typeof EXTENSIONS)[keyof typeof EXTENSIONS]>;

/** The item of one kind. */
export type TurnItemOf<T extends TurnItem["type"]> = Extract<TurnItem, { readonly type: T }>;

export const turnItem = tagged<TurnItem>("type", {
  ...TURN_ITEMS,
  Extension: (fields) => readExtension(fields.doc, fields.node, fields.name),
});
