import type { ItemRow, ItemsView, TurnRow } from "../read-model/index.ts";
import { itemColumns } from "./columns.ts";
import type { SqlConnection } from "./connection.ts";
import { itemRow } from "./rows.ts";
import { type Part, shownOfPart } from "./shown.ts";
import { raw, sql } from "./sql.ts";
import { summaryItems } from "./summary.ts";

/** The items of turns, by the ids of these, in their order. */
export type ItemsOfTurns = ReadonlyMap<string, readonly ItemRow[]>;

const NONE: ItemsOfTurns = new Map();

export async function itemsOfTurns(
  connection: SqlConnection,
  parts: readonly Part[],
  turns: readonly TurnRow[],
  view: ItemsView,
): Promise<ItemsOfTurns> {
  if (view === "notLoaded" || turns.length === 0) return NONE;
  const items: ItemRow[] = [];
  for (const part of parts) {
    const found = view === "full" ? allItems(connection, part, turns) : summaryItems(connection, part, turns);
    for (const item of await found) items.push(item);
  }
  return Map.groupBy(items, ({ turnId }) => turnId);
}

/** Of all parts, whichever of them has the turn's row, and not merged (paginated §3.5). */
async function allItems(connection: SqlConnection, part: Part, turns: readonly TurnRow[]): Promise<readonly ItemRow[]> {
  const ids = turns.map(({ turnId }) => turnId);
  const found = await connection.all(sql`SELECT ${itemColumns("i")} FROM items AS i
    WHERE i.thread_id = ${part.threadId} AND ${connection.dialect.isOneOf(raw("i.turn_id"), ids)} AND ${shownOfPart(raw("i"), part)}
    ORDER BY i.turn_id, i.item_ordinal`);
  return found.map(itemRow);
}
