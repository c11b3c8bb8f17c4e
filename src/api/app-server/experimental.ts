import type { ItemsListParams, ThreadListParams } from "./params.ts";

/** Members that Codex takes only from clients that declared `experimentalApi`: the first one that a request has. */

export function experimentalOfThreads(params: ThreadListParams): string | null {
  if (params.includeAttachedThreads) return "thread/list.includeAttachedThreads";
  if (params.projectId !== undefined) return "thread/list.projectId";
  if (params.parentThreadId !== null) return "thread/list.parentThreadId";
  if (params.ancestorThreadId !== null) return "thread/list.ancestorThreadId";
  return params.attachedToThreadId === null ? null : "thread/list.attachedToThreadId";
}

export function experimentalOfItems({ deferOutput }: ItemsListParams): string | null {
  if (deferOutput?.commandExecution) return "thread/items/list.deferOutput.commandExecution";
  return deferOutput?.mcpToolCall ? "thread/items/list.deferOutput.mcpToolCall" : null;
}
