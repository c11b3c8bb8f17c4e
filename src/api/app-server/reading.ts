import { BadCursorError, type Page, type ReadModel, type ThreadRow, type ThreadScope } from "../../read-model/index.ts";
import { shortened } from "./params.ts";
import { invalidRequest } from "./rpc-error.ts";
import { threadIdOf } from "./thread-id.ts";

/** What the methods of one connection work with. */
export interface Reading {
  readonly readModel: ReadModel;
  readonly scope: ThreadScope;
}

/** Codex's own: entries of a page where the request does not say, and the most that a page has. */
const DEFAULT_PAGE = 25;
export const MAX_PAGE = 100;

/** Entries of a page: a request for none gets one. */
export function pageSize(limit: number | null): number {
  return Math.min(Math.max(limit ?? DEFAULT_PAGE, 1), MAX_PAGE);
}

/** A thread that the reader may see. @throws RpcError */
export async function visibleThread({ readModel, scope }: Reading, id: string): Promise<ThreadRow> {
  const threadId = threadIdOf(id);
  const thread = await readModel.thread(threadId, scope);
  if (thread === null) throw invalidRequest(`thread not loaded: ${threadId}`);
  return thread;
}

/** A page that goes on from a cursor of the client's. @throws RpcError for one that nobody gave out */
export async function pageFrom<T>(cursor: string | null, page: Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof BadCursorError) || cursor === null) throw error;
    throw invalidRequest(`invalid cursor: ${shortened(cursor)}`);
  }
}
