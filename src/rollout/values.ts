import { ABSENT, type Integer } from "../json/index.ts";
import {
  bareKey,
  boolean,
  entries,
  Fields,
  int32,
  int64,
  list,
  literal,
  nullable,
  object,
  oneOf,
  opaque,
  opaqueList,
  type Read,
  soleMember,
  string,
  strings,
  tagged,
  uint32,
  uint64,
  unknownValue,
  unreadNumber,
  wrongType,
} from "./fields.ts";
import { absolutePath, pathParts } from "./paths.ts";

/** Values that several kinds of lines share, by rollout-format §3–§4 and §7. */

/** Milliseconds, rounded down; null when they do not fit in 64 bits. */
export const durationMs: Read<Integer | null> = (doc, node, name) => {
  const fields = new Fields(doc, node, name);
  fields.only("secs", "nanos");
  const seconds = fields.required("secs", uint64);
  const nanos = fields.required("nanos", uint32);
  if (BigInt(seconds) + BigInt(Math.floor(nanos / 1e9)) >= 2n ** 64n) throw wrongType(doc, node, name, "a duration");
  const total = BigInt(seconds) * 1000n + BigInt(Math.floor(nanos / 1e6));
  if (total > 2n ** 63n - 1n) return null;
  return total <= Number.MAX_SAFE_INTEGER ? Number(total) : total;
};

const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UNHYPHENATED = /^[0-9a-f]{32}$/i;
const WRAPPED = /^(?:urn:uuid:(?<urn>.{36})|\{(?<braced>.{36})\})$/;

/** A UUID, in lower case with hyphens. */
export const threadId: Read<string> = (doc, node, name) => {
  const text = string(doc, node, name);
  const id = normalizeThreadId(text);
  if (id === undefined) throw unknownValue(doc, node, name, text);
  return id;
};

/** A UUID in the form that thread ids have everywhere here, or undefined when the text is none. */
export function normalizeThreadId(text: string): string | undefined {
  if (HYPHENATED.test(text)) return text.toLowerCase();
  const { urn, braced } = WRAPPED.exec(text)?.groups ?? {};
  const wrapped = urn ?? braced;
  if (wrapped !== undefined) return HYPHENATED.test(wrapped) ? wrapped.toLowerCase() : undefined;
  if (!UNHYPHENATED.test(text)) return undefined;
  const hex = text.toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** UUIDs, in the form that thread ids have everywhere here. */
export const threadIds = list(threadId);

export const imageDetail = literal("auto", "low", "high", "original");

/** Details of images, by position. */
export const imageDetails = list(nullable(imageDetail));

const byteRange = object((range) => ({
  start: range.required("start", uint64),
  end: range.required("end", uint64),
}));

const textElement = object((fields) => ({
  byteRange: fields.required("byte_range", byteRange),
  placeholder: fields.optional("placeholder", string),
}));

const citedEntries = list(
  object((entry) => ({
    path: entry.required("path", string),
    lineStart: entry.required("lineStart", uint32),
    lineEnd: entry.required("lineEnd", uint32),
    note: entry.required("note", string),
  })),
);

export const textElements = list(textElement);

export const memoryCitation = object((fields) => ({
  entries: fields.required("entries", citedEntries),
  threadIds: fields.required("rolloutIds", strings),
}));

/** One of the objects that accept no other keys. */
const question = object((fields) => {
  fields.only("title", "options");
  return { title: fields.required("title", string), options: fields.optional("options", strings) };
});

const moderationDisplay = object((display) => ({
  action: display.required("action", string),
  blockType: display.optional("blockType", string),
  cyberTrustedAccess: display.optional("cyberTrustedAccess", boolean),
  checkTrustedContacts: display.optional("checkTrustedContacts", boolean),
}));

export const questions = list(question);

export const messagePhase = literal("commentary", "partial_answer", "final_answer");

export const messageDelivery = literal("async");

export const moderation = object((fields) => ({
  moderated: fields.required("moderated", boolean),
  display: fields.optional("display", moderationDisplay),
}));

const displayMode = literal("inline", "fullscreen");

export const mcpAppUi = object((ui) => ({
  resourceUri: ui.required("resourceUri", string),
  preferredModelDisplayMode: ui.required("preferredModelDisplayMode", displayMode),
}));

/** A generated image: a file wins over the bytes beside it. */
export function imageReference(fields: Fields): { fileId: string } | { result: string } {
  const fileId = stringMember(fields, "fileId");
  return fileId === undefined ? { result: fields.required("result", string) } : { fileId };
}

/** One of two ways to name the same thing: a member that is no string does not count. */
function stringMember(fields: Fields, key: string): string | undefined {
  const node = fields.doc.member(fields.node, key);
  return node !== ABSENT && fields.doc.isString(node) ? fields.doc.string(node) : undefined;
}

/** The address wins over the file; a member that is no string does not count. */
export function urlOrFile(fields: Fields, address: string): { url: string } | { fileId: string } {
  const url = stringMember(fields, address);
  if (url !== undefined) return { url };
  const fileId = stringMember(fields, "file_id");
  return fileId === undefined ? { url: fields.required(address, string) } : { fileId };
}

/** Images that a generated one was made from; an empty list reads as none. */
export const inputImages = list(
  object((image) => ({ path: image.required("path", absolutePath), sha256: image.required("sha256", string) })),
);

/** Why an image was not generated. */
export const imageFailure = tagged("type", {
  usageLimitExceeded: (fields) => ({
    type: "usageLimitExceeded",
    limitId: fields.required("limitId", string),
    resetsAt: fields.optional("resetsAt", int64),
  }),
});

/** What a web search did; a kind that this release does not know is `other`. */
export const searchAction = tagged<object>(
  "type",
  {
    search: (fields) => ({
      type: "search",
      query: fields.optional("query", string),
      queries: fields.optional("queries", strings),
    }),
    open_page: (fields) => ({ type: "openPage", url: fields.optional("url", string) }),
    find_in_page: (fields) => ({
      type: "findInPage",
      url: fields.optional("url", string),
      pattern: fields.optional("pattern", string),
    }),
  },
  () => ({ type: "other" }),
);

export type ParsedCommand =
  | { readonly type: "read"; readonly cmd: string; readonly name: string; readonly path: string }
  | { readonly type: "listFiles"; readonly cmd: string; readonly path: string | null }
  | { readonly type: "search"; readonly cmd: string; readonly query: string | null; readonly path: string | null }
  | { readonly type: "unknown"; readonly cmd: string };

export const parsedCommands = list(
  tagged<ParsedCommand>("type", {
    read: (fields) => ({
      type: "read",
      cmd: fields.required("cmd", string),
      name: fields.required("name", string),
      path: fields.required("path", string),
    }),
    list_files: (fields) => ({
      type: "listFiles",
      cmd: fields.required("cmd", string),
      path: fields.optional("path", string),
    }),
    search: (fields) => ({
      type: "search",
      cmd: fields.required("cmd", string),
      query: fields.optional("query", string),
      path: fields.optional("path", string),
    }),
    unknown: (fields) => ({ type: "unknown", cmd: fields.required("cmd", string) }),
  }),
);

export const commandSource = oneOf({
  agent: "agent",
  user_shell: "userShell",
  unified_exec_startup: "unifiedExecStartup",
  unified_exec_interaction: "unifiedExecInteraction",
} as const);

export type FileChange =
  | { readonly type: "add"; readonly content: string }
  | { readonly type: "delete"; readonly content: string }
  | { readonly type: "update"; readonly unifiedDiff: string; readonly movePath: string | null };

const fileChange = tagged<FileChange>("type", {
  add: (fields) => ({ type: "add", content: fields.required("content", string) }),
  delete: (fields) => ({ type: "delete", content: fields.required("content", string) }),
  update: (fields) => ({
    type: "update",
    unifiedDiff: fields.required("unified_diff", string),
    movePath: fields.optional("move_path", string),
  }),
});

const spelledChanges = entries(fileChange);

/** Changes by path. Of paths with the same parts the first spelling stays, with the last change. */
export const fileChanges: Read<ReadonlyMap<string, FileChange>> = (doc, node, name) => {
  const spellings = new Map<string, string>();
  const changes = new Map<string, FileChange>();
  for (const [path, change] of spelledChanges(doc, node, name)) {
    const parts = pathParts(path);
    const spelling = spellings.get(parts) ?? path;
    spellings.set(parts, spelling);
    changes.set(spelling, change);
  }
  return changes;
};

export const endedStatus = literal("completed", "failed", "declined");

/** What an MCP server answered. `isError` is read only where it decides the status. */
export const mcpResult = object((fields) => ({
  content: fields.required("content", opaqueList),
  structuredContent: fields.optional("structuredContent", opaque),
  isError: fields.optional("isError", boolean),
  meta: fields.optional("_meta", opaque),
}));

export const toolContentItems = list(
  tagged<object>("type", {
    inputText: (fields) => ({ type: "inputText", text: fields.required("text", string) }),
    inputImage: (fields) => ({ type: "inputImage", imageUrl: fields.required("imageUrl", string) }),
    inputAudio: (fields) => ({ type: "inputAudio", audioUrl: fields.required("audioUrl", string) }),
  }),
);

export type AgentState = { readonly status: string; readonly message: string | null };

const SIMPLE_AGENT_STATES = {
  pending_init: "pendingInit",
  running: "running",
  interrupted: "interrupted",
  shutdown: "shutdown",
  not_found: "notFound",
} as const;

const simpleAgentState = oneOf(SIMPLE_AGENT_STATES);

const stringOrNull = nullable(string);

export const agentState: Read<AgentState> = (doc, node, name) => {
  if (doc.isString(node) || Object.hasOwn(SIMPLE_AGENT_STATES, bareKey(doc, node) ?? ""))
    return { status: simpleAgentState(doc, node, name), message: null };
  const [key, value] = soleMember(doc, node, name) ?? ["", node];
  if (key === "completed") return { status: "completed", message: stringOrNull(doc, value, key) };
  if (key === "errored") return { status: "errored", message: string(doc, value, key) };
  throw wrongType(doc, node, name, "an agent status");
};

const spelledStates = entries(agentState);

/** Agent states by thread id. */
export const agentStates: Read<ReadonlyMap<string, AgentState>> = (doc, node, name) => {
  const states = new Map<string, AgentState>();
  for (const [text, state] of spelledStates(doc, node, name)) {
    const id = normalizeThreadId(text);
    if (id === undefined) throw unknownValue(doc, node, name, text);
    states.set(id, state);
  }
  return states;
};

export const reviewTarget = tagged<undefined>("type", {
  uncommittedChanges: () => undefined,
  baseBranch: (fields) => void fields.required("branch", string),
  commit: (fields) => {
    fields.required("sha", string);
    fields.optional("title", string);
    return undefined;
  },
  custom: (fields) => void fields.required("instructions", string),
});

const lineRange = object((range) => ({
  start: range.required("start", uint32),
  end: range.required("end", uint32),
}));

const codeLocation = object((place) => ({
  absoluteFilePath: place.required("absolute_file_path", string),
  range: place.required("line_range", lineRange),
}));

const reviewFinding = object((fields) => {
  fields.required("confidence_score", unreadNumber);
  fields.required("priority", int32);
  const location = fields.required("code_location", codeLocation);
  return {
    title: fields.required("title", string),
    body: fields.required("body", string),
    absoluteFilePath: location.absoluteFilePath,
    start: location.range.start,
    end: location.range.end,
  };
});

const reviewFindings = list(reviewFinding);

export const reviewOutput = object((fields) => {
  fields.required("overall_correctness", string);
  fields.required("overall_confidence_score", unreadNumber);
  return {
    overallExplanation: fields.required("overall_explanation", string),
    findings: fields.required("findings", reviewFindings),
  };
});

/** The id that an item line gives its item. */
export function itemId(fields: Fields): string {
  return fields.required("id", string);
}
