import type { TurnChange } from "../turns/change.ts";
import type { TurnsState } from "../turns/state.ts";
import type { LinePlace } from "../turns/tracker.ts";
import { planLegacyItem } from "./plan-legacy-item.ts";
import { planPaginatedItem } from "./plan-paginated-item.ts";
import { planRemovals, type RemovedItem } from "./removals.ts";
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

export interface ThreadPlace extends LinePlace {
  readonly threadId: string;
}

/** What a line does to the items, once it is known what it does to the turns. Nothing is changed yet. */
export function planItems(
  state: ItemsState,
  turns: TurnsState,
  change: TurnChange,
  place: ThreadPlace,
): Partial<ItemsChange> {
  if (change.itemCut !== null) return planCut(state, change);
  const reasoning = survivingReasoning(state.reasoning, turns, change);
  if (change.item === null) return { reasoning };
  return change.head.mode === "legacy"
    ? planLegacyItem({ ...state, reasoning }, turns, change.item, place)
    : planPaginatedItem(state, change, change.item, place);
}

function planCut(state: ItemsState, change: TurnChange): Partial<ItemsChange> {
  const removed = planRemovals(state, change);
  const total = removed.reduce((left, { row }) => left - row.copies, state.head.total);
  return { head: { ...state.head, total, nextItemIndex: total + 1 }, reasoning: null, removed };
}

/** Only the current turn's last item grows: with another current turn, or none, no text extends it. */
function survivingReasoning(
  reasoning: GrowingReasoning | null,
  turns: TurnsState,
  change: TurnChange,
): GrowingReasoning | null {
  if (reasoning === null || change.head === turns.head) return reasoning;
  const opened = change.head.nextSeq !== turns.head.nextSeq;
  return change.head.hasCurrent && !opened ? reasoning : null;
}
