import type {
  ItemRow,
  ItemsQuery,
  ItemsView,
  Page,
  TurnQuery,
  TurnRow,
  TurnsQuery,
  TurnView,
} from "../read-model/index.ts";
import { itemColumns, turnColumns } from "./columns.ts";
import type { SqlConnection } from "./connection.ts";
import { basesOf } from "./lineage.ts";
import { lineagePage } from "./lineage-list.ts";
import { itemRow, turnRow } from "./rows.ts";
import { type Part, partsOf, shownOfPart } from "./shown.ts";
import { raw, sql } from "./sql.ts";
import { itemsOfTurns } from "./turn-items.ts";

/** A page of a thread's turns with the items that are asked for. */
export async function turnsPage(
  connection: SqlConnection,
  threadId: string,
  query: TurnsQuery,
): Promise<Page<TurnView>> {
  const list = { table: "turns", threadId, turnId: null, columns: turnColumns("t"), entry: turnRow } as const;
  const bases = await basesOf(connection, threadId, query.scope);
  const page = await lineagePage<TurnRow>(connection, bases, list, query);
  return { ...page, data: await withItems(connection, partsOf(threadId, bases), page.data, query.itemsView) };
}

/** One turn; of several rows of its id, the newest part's. */
export async function oneTurn(
  connection: SqlConnection,
  threadId: string,
  turnId: string,
  { itemsView, scope }: TurnQuery,
): Promise<TurnView | null> {
  const parts = partsOf(threadId, await basesOf(connection, threadId, scope));
  for (const part of parts.toReversed()) {
    const found = await connection.all(sql`SELECT ${turnColumns("t")} FROM turns AS t
      WHERE t.thread_id = ${part.threadId} AND t.turn_id = ${turnId} AND ${shownOfPart(raw("t"), part)}`);
    const [view] = await withItems(connection, parts, found.map(turnRow), itemsView);
    if (view !== undefined) return view;
  }
  return null;
}

export async function itemsPage(
  connection: SqlConnection,
  threadId: string,
  query: ItemsQuery,
): Promise<Page<ItemRow>> {
  const list = { table: "items", threadId, turnId: query.turnId, columns: itemColumns("t"), entry: itemRow } as const;
  return lineagePage(connection, await basesOf(connection, threadId, query.scope), list, query);
}

async function withItems(
  connection: SqlConnection,
  parts: readonly Part[],
  turns: readonly TurnRow[],
  itemsView: ItemsView,
): Promise<TurnView[]> {
  const items = await itemsOfTurns(connection, parts, turns, itemsView);
  return turns.map((turn) => ({ turn, items: items.get(turn.turnId) ?? [], itemsView }));
}
