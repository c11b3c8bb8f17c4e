import type { ThreadPlace } from "../place.ts";
import type { ItemEvent, PlacedItem } from "../turns/change.ts";
import type { TurnsState } from "../turns/state.ts";
import type { Turn } from "../turns/turn.ts";
import { itemOf, keyOf } from "./item-of-event.ts";
import { type ItemsChange, itemPut, itemsChange } from "./items-change.ts";
import { hashOf, mergedTimes, shownText, timesOf } from "./shown-item.ts";
import { type GrowingReasoning, type ItemRow, type ItemsHead, type ItemsState, legacyScope, rowOf } from "./state.ts";
import { isOpenItem, type ThreadItem } from "./thread-item.ts";

/** What is known before an item of a legacy thread takes its place. */
interface Placing {
  readonly turn: Turn;
  readonly scope: string;
  readonly key: string;
  /** Times are kept by key, whichever item they came with. */
  readonly known: ItemRow | undefined;
  /** The item that stands under the key. */
  readonly before: ItemRow | undefined;
  /** Whether that item is replaced in its place; else the new one is appended. */
  readonly replaces: boolean;
  /** The reasoning item that the line before still let grow. */
  readonly growing: GrowingReasoning | null;
  /** One more than before when an id was generated. */
  readonly nextItemIndex: number;
}

/** An item takes its place by the rules of reduction §4: pushed at the end of its turn, or put where its id stands. */
export function planLegacyItem(
  state: ItemsState,
  growing: GrowingReasoning | null,
  turns: TurnsState,
  { event, how, turn }: PlacedItem,
  place: ThreadPlace,
): ItemsChange {
  if (turn === null) throw new TypeError("an item of a legacy thread has a turn");
  const scope = legacyScope(turn.seq);
  const extended = isReasoning(event) && growing?.scope === scope ? growing : null;
  const ownKey = extended?.key ?? keyOf(event, place);
  const key = ownKey ?? `item-${state.head.nextItemIndex}`;
  const known = rowOf(state, scope, key);
  const before = known?.copies === 0 ? undefined : known;
  const replaces = before !== undefined && (how === "upsert" || extended !== null);
  // A message draws an id, even when it is moderated and has its own.
  const nextItemIndex = state.head.nextItemIndex + (ownKey === undefined || event.type === "agent_message" ? 1 : 0);
  const placing: Placing = { turn, scope, key, known, before, replaces, growing, nextItemIndex };
  if (how === "time") return itemPut(state.head, growing, null, { scope, key, row: timesOnly(known, event) });
  // The first of several items with one key is replaced, and that one is not seen (ADR 0003).
  if (replaces && before.copies > 1 && extended === null)
    return { ...itemsChange(state, growing), head: { ...state.head, nextItemIndex } };
  const item = itemOf(event, key, extended);
  return upsertOf(state, turns, event, item, placing);
}

function isReasoning(event: ItemEvent): boolean {
  return event.type === "agent_reasoning" || event.type === "agent_reasoning_raw_content";
}

function timesOnly(known: ItemRow | undefined, event: ItemEvent): ItemRow {
  const row = known ?? { ordinal: 0, hash: "", isOpen: false, copies: 0, era: 0, lineOrdinal: 0 };
  return { ...row, ...mergedTimes(known, timesOf(event)) };
}

function upsertOf(
  state: ItemsState,
  turns: TurnsState,
  event: ItemEvent,
  item: ThreadItem,
  placing: Placing,
): ItemsChange {
  const { turn, scope, key, known, before, replaces, nextItemIndex } = placing;
  const { older, newer } = twinRows(state, turns, turn, key);
  const shown = before ?? older;
  const ordinal = (shown ?? newer)?.ordinal;
  const times = mergedTimes(known, timesOf(event));
  const text = shownText(item, times);
  const row: ItemRow = {
    ordinal: ordinal ?? state.head.nextOrdinal,
    hash: hashOf(text),
    isOpen: isOpenItem(item),
    startedAtMs: times.startedAtMs,
    completedAtMs: times.completedAtMs,
    copies: (before?.copies ?? 0) + (replaces ? 0 : 1),
    era: 0,
    lineOrdinal: 0,
  };
  const head: ItemsHead = {
    nextOrdinal: state.head.nextOrdinal + (ordinal === undefined ? 1 : 0),
    nextItemIndex,
    total: state.head.total + (replaces ? 0 : 1),
  };
  const isChanged = newer === undefined && (shown?.hash !== row.hash || shown.isOpen !== row.isOpen);
  const reasoning = reasoningAfter(event, item, placing);
  return itemPut(head, reasoning, { turnId: turn.id, scope, key, row, item, text, isChanged }, null);
}

interface TwinRows {
  readonly older: ItemRow | undefined;
  readonly newer: ItemRow | undefined;
}

/** Rows of the same key in other turns that were started with the same id: to a consumer they are one row. */
function twinRows(state: ItemsState, turns: TurnsState, { id, seq }: Turn, key: string): TwinRows {
  let older: ItemRow | undefined;
  let newer: ItemRow | undefined;
  for (const twin of turns.byId.get(id) ?? []) {
    if (twin.seq === seq) continue;
    const row = rowOf(state, legacyScope(twin.seq), key);
    if (row === undefined || row.copies === 0) continue;
    if (twin.seq < seq) older = row;
    else newer = row;
  }
  return { older, newer };
}

/** Reasoning goes on growing while it is the last item of its turn. */
function reasoningAfter(
  event: ItemEvent,
  item: ThreadItem,
  { scope, key, replaces, growing }: Placing,
): GrowingReasoning | null {
  if (isReasoning(event) && item.type === "reasoning")
    return { scope, key, summary: item.summary, content: item.content };
  const losesTail = growing?.scope === scope && (!replaces || growing.key === key);
  return losesTail ? null : growing;
}
