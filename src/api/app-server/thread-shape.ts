import { posix } from "node:path";
import type { ThreadOrigin, ThreadRow } from "../../read-model/index.ts";
import { sessionSourceOf } from "./session-source.ts";

/** What Codex means when a rollout names no model provider and nothing else is configured. */
const DEFAULT_MODEL_PROVIDER = "openai";

/** A thread as lists show it. Codex's index of threads, which they are read from there, does not know of forks. */
export function listedThread(row: ThreadRow): object {
  return { ...threadOf(row, []), forkedFromId: null };
}

/**
 * A thread as Codex's protocol shows it (`Thread`), its members in its order. What mutations do not tell is null, as the
 * protocol's types allow.
 */
export function threadOf(row: ThreadRow, turns: readonly object[]): object {
  const { threadId, started } = row;
  const updatedAt = secondsOf(row.updatedAtMs);
  return {
    id: threadId,
    environments: null,
    extra: null,
    sessionId: threadId,
    forkedFromId: started?.forkedFromId ?? null,
    attachedToThreadId: null,
    parentThreadId: started?.parentThreadId ?? null,
    preview: previewOf(row.preview),
    ephemeral: false,
    section: null,
    sectionEnteredAt: null,
    projectId: null,
    historyMode: historyModeOf(row),
    modelProvider: started?.modelProvider ?? DEFAULT_MODEL_PROVIDER,
    model: null,
    reasoningEffort: null,
    createdAt: secondsOf(row.createdAtMs),
    updatedAt,
    recencyAt: updatedAt,
    status: { type: "notLoaded" },
    path: null,
    cwd: folderOf(started?.cwd ?? ""),
    cliVersion: started?.cliVersion ?? "",
    originator: started?.originator ?? null,
    source: sessionSourceOf(started?.source ?? null),
    canAcceptDirectInput: null,
    threadSource: null,
    agentNickname: started?.agentNickname ?? null,
    agentRole: started?.agentRole ?? null,
    gitInfo: gitOf(started),
    name: null,
    daybreakEnabled: null,
    turns,
  };
}

/** Until its first line has come, a thread is taken for one of today's Codex. */
export function historyModeOf({ started }: ThreadRow): ThreadOrigin["historyMode"] {
  return started?.historyMode ?? "paginated";
}

/** A folder as Codex writes it: without `..`, and without a slash at its end. */
export function folderOf(path: string): string {
  if (!posix.isAbsolute(path)) return path;
  const folder = posix.normalize(path);
  return folder.endsWith("/") && folder !== "/" ? folder.slice(0, -1) : folder;
}

/** Editors put context before what the user asked; this line ends it. */
const REQUEST_BEGINS = "## My request for Codex:";

function previewOf(text: string): string {
  const at = text.indexOf(REQUEST_BEGINS);
  return (at < 0 ? text : text.slice(at + REQUEST_BEGINS.length)).trim();
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

function gitOf(started: ThreadOrigin | null): object | null {
  const git = started?.git ?? null;
  if (git === null) return null;
  const { commitHash: sha, branch, repositoryUrl: originUrl } = git;
  return sha === null && branch === null && originUrl === null ? null : { sha, branch, originUrl };
}
