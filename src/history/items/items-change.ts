import type { RemovedItem } from "./removals.ts";
import type { GrowingReasoning, ItemRow, ItemsHead, ItemsState } from "./state.ts";
import type { ThreadItem } from "./thread-item.ts";

/** What one line does to the items of a thread: computed first, applied after. */
export interface ItemsChange {
  readonly head: ItemsHead;
  readonly reasoning: GrowingReasoning | null;
  readonly upsert: ItemUpsert | null;
  /** Times that came without their item. */
  readonly retimed: RetimedItem | null;
  readonly removed: readonly RemovedItem[];
}

export interface RetimedItem {
  readonly scope: string;
  readonly key: string;
  readonly row: ItemRow;
}

export interface ItemUpsert extends RetimedItem {
  readonly turnId: string;
  readonly item: ThreadItem;
  /** The item as it is shown, its times included, as JSON. */
  readonly text: string;
  /** Whether the item, as a consumer sees it, is another than before (ADR 0003). */
  readonly isChanged: boolean;
}

const NONE: readonly never[] = [];

/** A change of what grows only, or of nothing. */
export function itemsChange({ head }: ItemsState, reasoning: GrowingReasoning | null): ItemsChange {
  return { head, reasoning, upsert: null, retimed: null, removed: NONE };
}

/** A change of one item. */
export function itemPut(
  head: ItemsHead,
  reasoning: GrowingReasoning | null,
  upsert: ItemUpsert | null,
  retimed: RetimedItem | null,
): ItemsChange {
  return { head, reasoning, upsert, retimed, removed: NONE };
}
