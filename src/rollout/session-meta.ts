import { type Integer, type JsonText, OBJECT } from "../json/index.ts";
import {
  boolean,
  type Fields,
  literal,
  object,
  opaque,
  type Read,
  string,
  uint64,
  unread,
  unreadList,
  unreadString,
  unreadStrings,
  wrongType,
} from "./fields.ts";
import { threadId } from "./values.ts";

/** `legacy`: history is reduced from events. `paginated`: items come whole (paginated §1). */
export type HistoryMode = "legacy" | "paginated";

/** Where the history that a rollout goes on from is cut: below this ordinal of that rollout (paginated §3.5). */
export interface HistoryBase {
  readonly rolloutId: string;
  readonly endOrdinalExclusive: Integer;
  readonly endByteOffset: Integer;
}

/** The first line of a rollout: what thread it is, and where it comes from. */
export interface SessionMeta {
  readonly type: "session_meta";
  readonly threadId: string;
  readonly historyMode: HistoryMode;
  readonly historyBase: HistoryBase | null;
  readonly forkedFromId: string | null;
  /** Lines below it are the parent's (paginated §3.4). */
  readonly subagentHistoryStartOrdinal: Integer | null;
  readonly cwd: string;
  readonly source: JsonText | null;
  readonly originator: string;
  readonly cliVersion: string;
  readonly modelProvider: string | null;
  readonly parentThreadId: string | null;
  readonly agentNickname: string | null;
  readonly agentRole: string | null;
  readonly git: GitInfo | null;
}

export interface GitInfo {
  readonly commitHash: string | null;
  readonly branch: string | null;
  readonly repositoryUrl: string | null;
}

const historyBase = object((fields) => ({
  rolloutId: fields.required("thread_id", threadId),
  endOrdinalExclusive: fields.required("end_ordinal_exclusive", uint64),
  endByteOffset: fields.required("end_byte_offset", uint64),
}));

const git = object((fields) => ({
  commitHash: fields.optional("commit_hash", string),
  branch: fields.optional("branch", string),
  repositoryUrl: fields.optional("repository_url", string),
}));

/** Where the thread was started from: a name, or an object for a sub-agent. */
const source: Read<JsonText | null> = (doc, node, name) => {
  if (!doc.isString(node) && doc.kind(node) !== OBJECT) throw wrongType(doc, node, name, "a string or an object");
  return opaque(doc, node, name);
};

const baseInstructions = object((fields) => fields.required("text", unreadString));
const contextWindow = object((fields) => fields.required("window_id", unread));

const multiAgentVersion = literal("disabled", "v1", "v2");

/** Fields that no observer reads: a line on which one of them is malformed is refused all the same. */
function checkUnread(fields: Fields): void {
  fields.required("timestamp", unreadString);
  fields.defaulted<string | null>("session_id", threadId, null);
  fields.defaulted("account_scoped", boolean, false);
  fields.optional("attached_thread", boolean);
  fields.optional("base_instructions", baseInstructions);
  fields.optional("context_window", contextWindow);
  fields.optional("dynamic_tools", unreadList);
  fields.optional("selected_capability_roots", unreadList);
  fields.optional("runtime_workspace_roots", unreadStrings);
  fields.optional("multi_agent_version", multiAgentVersion);
  fields.optional("forked_from_ordinal_exclusive", uint64);
  for (const key of UNREAD_STRINGS) fields.optional(key, unreadString);
}

const UNREAD_STRINGS = [
  "agent_path",
  "agent_type",
  "creator_account_id",
  "creator_user_id",
  "memory_mode",
  "thread_source",
] as const;

const historyMode = literal("legacy", "paginated");

export function sessionMeta(fields: Fields): SessionMeta {
  checkUnread(fields);
  return {
    type: "session_meta",
    threadId: fields.required("id", threadId),
    historyMode: fields.defaulted("history_mode", historyMode, "legacy"),
    historyBase: fields.optional("history_base", historyBase),
    forkedFromId: fields.optional("forked_from_id", threadId),
    subagentHistoryStartOrdinal: fields.optional("subagent_history_start_ordinal", uint64),
    cwd: fields.required("cwd", string),
    source: fields.defaulted("source", source, null),
    originator: fields.required("originator", string),
    cliVersion: fields.required("cli_version", string),
    modelProvider: fields.optional("model_provider", string),
    parentThreadId: fields.optional("parent_thread_id", threadId),
    agentNickname: fields.optional("agent_nickname", string),
    agentRole: fields.optional("agent_role", string),
    git: fields.optional("git", git),
  };
}
