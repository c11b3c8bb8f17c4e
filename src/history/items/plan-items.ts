import type { ThreadPlace } from "../place.ts";
import type { TurnChange } from "../turns/change.ts";
import type { TurnsState } from "../turns/state.ts";
import { type ItemsChange, itemsChange } from "./items-change.ts";
import { planLegacyItem } from "./plan-legacy-item.ts";
import { planPaginatedItem } from "./plan-paginated-item.ts";
import { planRemovals } from "./removals.ts";
import type { GrowingReasoning, ItemsState } from "./state.ts";

/** What a line does to the items, once it is known what it does to the turns. Nothing is changed yet. */
export function planItems(state: ItemsState, turns: TurnsState, change: TurnChange, place: ThreadPlace): ItemsChange {
  if (change.itemCut !== null) return planCut(state, change);
  const reasoning = survivingReasoning(state.reasoning, turns, change);
  if (change.item === null) return itemsChange(state, reasoning);
  return change.head.mode === "legacy"
    ? planLegacyItem(state, reasoning, turns, change.item, place)
    : planPaginatedItem(state, change, change.item, place);
}

function planCut(state: ItemsState, change: TurnChange): ItemsChange {
  const removed = planRemovals(state, change);
  const total = removed.reduce((left, { row }) => left - row.copies, state.head.total);
  const head = { nextOrdinal: state.head.nextOrdinal, nextItemIndex: total + 1, total };
  return { head, reasoning: null, upsert: null, retimed: null, removed };
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
