import type { RolloutEvent } from "../rollout/index.ts";
import type { ItemsChange } from "./items/items-change.ts";
import { planItems } from "./items/plan-items.ts";
import { type ItemsState, initialItemsState, putRow, removeRow } from "./items/state.ts";
import type { ThreadPlace } from "./place.ts";
import type { TurnChange } from "./turns/change.ts";
import { initialTurnsState, type TurnsState } from "./turns/state.ts";
import { applyTurns, planTurns } from "./turns/tracker.ts";

/** State of the event-to-turn reduction of one thread: its turns, and what must be known of their items. */
export interface HistoryState {
  readonly turns: TurnsState;
  readonly items: ItemsState;
}

/** Everything that one line changes. */
export interface HistoryChange {
  readonly turns: TurnChange;
  readonly items: ItemsChange;
}

export function initialHistoryState(): HistoryState {
  return { turns: initialTurnsState(), items: initialItemsState() };
}

/** What an event changes. The state stays as it is; the cost is that of the change, whatever the length of the thread. */
export function planHistory(state: HistoryState, place: ThreadPlace, event: RolloutEvent | null): HistoryChange {
  const turns = planTurns(state.turns, place, event);
  return { turns, items: planItems(state.items, state.turns, turns, place) };
}

/** Makes a planned change. It cannot throw. */
export function applyHistory(state: HistoryState, change: HistoryChange): void {
  applyTurns(state.turns, change.turns);
  const { head, reasoning, upsert, retimed, removed } = change.items;
  state.items.head = head;
  state.items.reasoning = reasoning;
  for (const { scope, key } of removed) removeRow(state.items, scope, key);
  const put = upsert ?? retimed;
  if (put !== null) putRow(state.items, put.scope, put.key, put.row);
}
