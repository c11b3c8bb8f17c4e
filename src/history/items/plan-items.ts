import { hash } from "node:crypto";
import { type Integer, stringify } from "../../json/index.ts";
import type { PlacedItem, TurnChange } from "../turns/change.ts";
import type { TurnsState } from "../turns/state.ts";
import type { LinePlace } from "../turns/tracker.ts";
import { itemOf, keyOf } from "./item-of-event.ts";
import { planRemovals, type RemovedItem } from "./removals.ts";
import {
  type GrowingReasoning,
  type ItemRow,
  type ItemsHead,
  type ItemsState,
  legacyScope,
  paginatedScope,
  rowOf,
} from "./state.ts";
import { type ItemTimes, isOpenItem, type ThreadItem } from "./thread-item.ts";

/** What one line does to the items of a thread: computed first, applied after. */
export interface ItemsChange {
  readonly head: ItemsHead;
  readonly reasoning: GrowingReasoning | null;
  readonly upsert: ItemUpsert | null;
  readonly removed: readonly RemovedItem[];
}

export interface ItemUpsert {
  readonly turnId: string;
  readonly scope: string;
  readonly key: string;
  readonly row: ItemRow;
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
export function planItems(state: ItemsState, turns: TurnsState, change: TurnChange, place: ThreadPlace): ItemsChange {
  if (change.itemCut !== null) return planCut(state, change);
  const reasoning = survivingReasoning(state, turns, change);
  const { item } = change;
  if (item === null) return { head: state.head, reasoning, upsert: null, removed: [] };
  return change.head.mode === "legacy"
    ? planLegacyItem({ ...state, reasoning }, turns, item, place)
    : planPaginatedItem(state, change, item, place);
}

function planCut(state: ItemsState, change: TurnChange): ItemsChange {
  const removed = planRemovals(state, change);
  const copies = removed.reduce((sum, { row }) => sum + row.copies, 0);
  const total = state.head.total - copies;
  return { head: { ...state.head, total, nextItemIndex: total + 1 }, reasoning: null, upsert: null, removed };
}

/** Only the current turn's last item grows: with another current turn, or none, no text extends it. */
function survivingReasoning(state: ItemsState, turns: TurnsState, change: TurnChange): GrowingReasoning | null {
  if (state.reasoning === null || change.head === turns.head) return state.reasoning;
  const opened = change.head.nextSeq !== turns.head.nextSeq;
  return change.head.hasCurrent && !opened ? state.reasoning : null;
}

function planLegacyItem(state: ItemsState, turns: TurnsState, placed: PlacedItem, place: ThreadPlace): ItemsChange {
  const { event, turn } = placed;
  if (turn === null) throw new TypeError("an item of a legacy thread has a turn");
  const scope = legacyScope(turn.seq);
  const growing = state.reasoning?.scope === scope ? state.reasoning : null;
  const isReasoning = event.type === "agent_reasoning" || event.type === "agent_reasoning_raw_content";
  const extended = isReasoning ? growing : null;
  const generates = extended === null && placed.how === "push" && event.type !== "hook_prompt";
  const key = extended?.key ?? keyOf(event, place) ?? `item-${state.head.nextItemIndex}`;
  const item = itemOf(event, key, extended);
  const before = rowOf(state, scope, key);
  const replaces = before !== undefined && (placed.how === "upsert" || extended !== null);
  // The first of several items with one key is replaced, and that one is not seen.
  if (replaces && before.copies > 1 && extended === null) return unchanged(state);
  const twins = twinRows(state, turns, turn.id, turn.seq, key);
  const times = mergedTimes(replaces ? before : undefined, itemTimes(event));
  const head = {
    nextOrdinal: (before ?? twins.older) === undefined ? state.head.nextOrdinal + 1 : state.head.nextOrdinal,
    nextItemIndex: generates ? state.head.nextItemIndex + 1 : state.head.nextItemIndex,
    total: replaces ? state.head.total : state.head.total + 1,
  };
  const text = shownText(item, times);
  const isOpen = isOpenItem(item);
  const row: ItemRow = {
    ordinal: before?.ordinal ?? twins.older?.ordinal ?? state.head.nextOrdinal,
    hash: hashOf(text),
    isOpen,
    ...times,
    copies: (before?.copies ?? 0) + (replaces ? 0 : 1),
    era: 0,
    lineOrdinal: 0,
  };
  const seen = before ?? twins.older;
  const isChanged = twins.newer === undefined && (seen?.hash !== row.hash || seen.isOpen !== isOpen);
  const isTail = growing !== null && (!replaces || growing.key === key);
  const reasoning =
    item.type === "reasoning" && isReasoning
      ? { scope, key, summary: item.summary, content: item.content }
      : isTail
        ? null
        : state.reasoning;
  return { head, reasoning, upsert: { turnId: turn.id, scope, key, row, item, text, isChanged }, removed: [] };
}

function unchanged(state: ItemsState): ItemsChange {
  return { head: state.head, reasoning: state.reasoning, upsert: null, removed: [] };
}

interface TwinRows {
  readonly older: ItemRow | undefined;
  readonly newer: ItemRow | undefined;
}

/** Rows of the same key in other turns that were started with the same id: to a consumer they are one row. */
function twinRows(state: ItemsState, turns: TurnsState, turnId: string, seq: number, key: string): TwinRows {
  let older: ItemRow | undefined;
  let newer: ItemRow | undefined;
  for (const twin of turns.byId.get(turnId) ?? []) {
    if (twin.seq === seq) continue;
    const row = rowOf(state, legacyScope(twin.seq), key);
    if (twin.seq < seq) older = row ?? older;
    else newer = row ?? newer;
  }
  return { older, newer };
}

/** A row by turn id and item id, whole with each line; open from its start to its completion (paginated §3.1, ADR 0023). */
function planPaginatedItem(state: ItemsState, change: TurnChange, placed: PlacedItem, place: ThreadPlace): ItemsChange {
  const { event, turnId } = placed;
  if (event.type !== "item_started" && event.type !== "item_completed") return unchanged(state);
  const scope = paginatedScope(turnId);
  const key = event.item.id;
  const era = change.head.lineage.length - 1;
  const shown = rowOf(state, scope, key);
  const before = shown?.era === era ? shown : undefined;
  const isOpen = event.type === "item_started";
  if (isOpen && before?.isOpen === false) return unchanged(state);
  const item = itemOf(event, key, null);
  const times = mergedTimes(before?.isOpen === true ? undefined : before, itemTimes(event));
  const text = shownText(item, times);
  const row: ItemRow = {
    ordinal: shown?.ordinal ?? state.head.nextOrdinal,
    hash: hashOf(text),
    isOpen,
    ...times,
    copies: 1,
    era,
    lineOrdinal: before?.lineOrdinal ?? place.ordinal ?? place.position,
  };
  const isNew = shown === undefined;
  const head = {
    nextOrdinal: isNew ? state.head.nextOrdinal + 1 : state.head.nextOrdinal,
    nextItemIndex: state.head.nextItemIndex,
    total: isNew ? state.head.total + 1 : state.head.total,
  };
  const isChanged = shown?.hash !== row.hash || shown.isOpen !== isOpen;
  return { head, reasoning: null, upsert: { turnId, scope, key, row, item, text, isChanged }, removed: [] };
}

function itemTimes(event: PlacedItem["event"]): ItemTimes {
  switch (event.type) {
    case "item_started":
    case "item_completed":
      return { startedAtMs: event.startedAtMs, completedAtMs: event.completedAtMs };
    case "sub_agent_activity":
      return { startedAtMs: null, completedAtMs: event.occurredAtMs === 0 ? null : event.occurredAtMs };
    default:
      return NO_TIMES;
  }
}

const NO_TIMES: ItemTimes = { startedAtMs: null, completedAtMs: null };

/** Of each time the first value that is not null stays. */
function mergedTimes(before: ItemTimes | undefined, now: ItemTimes): ItemTimes {
  return {
    startedAtMs: before?.startedAtMs ?? now.startedAtMs,
    completedAtMs: before?.completedAtMs ?? now.completedAtMs,
  };
}

function shownText(item: ThreadItem, times: ItemTimes): string {
  const started: Integer | null = times.startedAtMs;
  return `${stringify(item).slice(0, -1)},"startedAtMs":${String(started)},"completedAtMs":${String(times.completedAtMs)}}`;
}

/** 128 bits: enough to tell an item from its own earlier state. */
function hashOf(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}
