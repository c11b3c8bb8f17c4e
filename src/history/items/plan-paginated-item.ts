import type { ThreadPlace } from "../place.ts";
import type { PlacedItem, TurnChange } from "../turns/change.ts";
import { itemOf } from "./item-of-event.ts";
import { type ItemsChange, itemPut, itemsChange } from "./items-change.ts";
import { hashOf, mergedTimes, shownText, timesOf } from "./shown-item.ts";
import { type ItemRow, type ItemsState, paginatedScope, rowOf } from "./state.ts";

/** A row by turn id and item id, whole with each line; open from its start to its completion (paginated §3.1, ADR 0023). */
export function planPaginatedItem(
  state: ItemsState,
  change: TurnChange,
  { event, turnId }: PlacedItem,
  place: ThreadPlace,
): ItemsChange {
  if (event.type !== "item_started" && event.type !== "item_completed") return itemsChange(state, null);
  const scope = paginatedScope(turnId);
  const key = event.item.id;
  const era = change.head.lineage.length - 1;
  const shown = rowOf(state, scope, key);
  const before = shown?.era === era ? shown : undefined;
  const isOpen = event.type === "item_started";
  if (isOpen && before?.isOpen === false) return itemsChange(state, null);
  const item = itemOf(event, key, null);
  // The times of a completed item come from its completions alone.
  const times = mergedTimes(before?.isOpen === true ? undefined : before, timesOf(event));
  const text = shownText(item, times);
  const row: ItemRow = {
    ordinal: shown?.ordinal ?? state.head.nextOrdinal,
    hash: hashOf(text),
    isOpen,
    startedAtMs: times.startedAtMs,
    completedAtMs: times.completedAtMs,
    copies: 1,
    era,
    lineOrdinal: before?.lineOrdinal ?? place.ordinal ?? place.position,
  };
  const isChanged = shown?.hash !== row.hash || shown.isOpen !== isOpen;
  const { nextOrdinal, nextItemIndex, total } = state.head;
  const head = shown === undefined ? { nextOrdinal: nextOrdinal + 1, nextItemIndex, total: total + 1 } : state.head;
  return itemPut(head, null, { turnId, scope, key, row, item, text, isChanged }, null);
}
