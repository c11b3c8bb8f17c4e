import type { Page, TurnView } from "../../read-model/index.ts";
import { itemAnchor } from "./item-anchor.ts";
import type { ItemsListParams, ThreadReadParams, TurnsListParams } from "./params.ts";
import { MAX_PAGE, pageFrom, pageSize, type Reading, visibleThread } from "./reading.ts";
import { invalidParams, RpcError, rpcCode } from "./rpc-error.ts";
import { threadIdOf } from "./thread-id.ts";
import { historyModeOf, threadOf } from "./thread-shape.ts";
import { itemEntryOf, turnOf } from "./turn-shape.ts";

/** `thread/read`. With turns it is the whole history: of a long thread better page through it with the lists. */
export async function readThread(reading: Reading, { threadId, includeTurns }: ThreadReadParams): Promise<object> {
  const thread = await visibleThread(reading, threadId);
  const turns: object[] = [];
  if (includeTurns) for await (const view of allTurns(reading, thread.threadId)) turns.push(...turnOf(view));
  return { thread: threadOf(thread, turns), readState: null };
}

async function* allTurns({ readModel, scope }: Reading, threadId: string): AsyncGenerator<TurnView> {
  let cursor: string | null = null;
  do {
    const query = { cursor, limit: MAX_PAGE, direction: "ascending", itemsView: "full", scope } as const;
    const page: Page<TurnView> = await readModel.turns(threadId, query);
    yield* page.data;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** `thread/turns/list`: the last turns first, unless asked otherwise. */
export async function listTurns(reading: Reading, params: TurnsListParams): Promise<object> {
  const { threadId } = await visibleThread(reading, params.threadId);
  const { scope } = reading;
  const { cursor } = params;
  const query = {
    cursor,
    limit: pageSize(params.limit),
    direction: params.sortDirection === "asc" ? "ascending" : "descending",
    itemsView: params.itemsView ?? "summary",
    scope,
  } as const;
  const page = await pageFrom(cursor, reading.readModel.turns(threadId, query));
  return {
    data: page.data.flatMap(turnOf),
    nextCursor: page.nextCursor,
    backwardsCursor: page.backwardsCursor,
  };
}

const NO_ITEMS = { data: [], nextCursor: null, backwardsCursor: null };

/** `thread/items/list`: in the order of the items, unless asked otherwise. Codex has no such list of legacy threads. */
export async function listItems(reading: Reading, params: ItemsListParams): Promise<object> {
  const thread = await reading.readModel.thread(threadIdOf(params.threadId), reading.scope);
  if (thread === null || historyModeOf(thread) === "legacy")
    throw new RpcError(rpcCode.methodNotFound, "thread/items/list is not supported yet");
  const list = {
    threadId: thread.threadId,
    turnId: params.turnId,
    direction: params.sortDirection === "desc" ? "descending" : "ascending",
  } as const;
  const start = await startOf(reading, list, params.cursor);
  if (start === "end") return NO_ITEMS;
  const query = { ...list, cursor: start, limit: pageSize(params.limit), scope: reading.scope };
  const page = await pageFrom(start, reading.readModel.items(list.threadId, query));
  return {
    data: page.data.flatMap(itemEntryOf),
    nextCursor: page.nextCursor,
    backwardsCursor: page.backwardsCursor,
  };
}

interface ItemsOfTurn {
  readonly threadId: string;
  readonly turnId: string | null;
  readonly direction: "ascending" | "descending";
}

/** Where the page begins: at a cursor, or past an item of the turn. @throws RpcError */
async function startOf(
  reading: Reading,
  { threadId, turnId, direction }: ItemsOfTurn,
  cursor: ItemsListParams["cursor"],
): Promise<string | "end" | null> {
  if (cursor === null || typeof cursor === "string") return cursor;
  if (turnId === null || turnId === "") throw invalidParams("turnId is required when cursor is an item anchor");
  const anchor = await itemAnchor(reading, { threadId, turnId, direction, itemId: cursor.itemId });
  if (anchor === null) throw invalidParams("cursor.itemId does not identify an item in the requested history scope");
  return anchor.nextCursor ?? "end";
}
