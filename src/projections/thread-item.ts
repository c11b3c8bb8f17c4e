import {
  applyHistory,
  changedItemsFields,
  changedTurnsFields,
  decodeItems,
  decodeTurns,
  encodeItemsField,
  encodeTurnsField,
  type HistoryChange,
  type HistoryState,
  initialHistoryState,
  isItemsField,
  itemsFields,
  planHistory,
  turnsFields,
} from "../history/index.ts";
import { JsonText } from "../json/index.ts";
import type { ThreadItemMutation, ThreadItemPayload } from "./mutation.ts";
import { type ObservedLine, type Observer, passed, type StateCodec, stampedAs } from "./observer.ts";

const codec: StateCodec<HistoryState> = {
  *fields(state) {
    yield* turnsFields(state.turns);
    yield* itemsFields(state.items);
  },
  encode: (state, field) =>
    isItemsField(field) ? encodeItemsField(state.items, field) : encodeTurnsField(state.turns, field),
  decode: (fields) => ({ turns: decodeTurns(fields), items: decodeItems(fields) }),
};

/** Items of a thread as they appear, change and go (projections §2). */
export const threadItemObserver: Observer<HistoryState> = {
  name: "thread-item",
  version: 1,
  initialState: initialHistoryState,
  codec,

  observe(state, line) {
    const pass = passed(state.turns, line);
    if (pass !== undefined) return pass;
    const change = planHistory(state, line, line.event);
    const mutations = stampedItems(threadItemPayloads(change), line);
    const fields = [...changedTurnsFields(state.turns, change.turns), ...changedItemsFields(state.items, change.items)];
    applyHistory(state, change);
    return { mutations, fields };
  },
};

/** The mutations of a line. */
export function stampedItems(
  payloads: readonly ThreadItemPayload[],
  line: ObservedLine,
): readonly ThreadItemMutation[] {
  return stampedAs(threadItemObserver, "thread_item", line, payloads);
}

const NONE: readonly never[] = [];

/** What a planned change does to the items that are seen. A line removes items or brings one, never both. */
export function threadItemPayloads({ items }: HistoryChange): readonly ThreadItemPayload[] {
  const { upsert, removed } = items;
  if (removed.length > 0) return removed.filter(({ row }) => row.copies > 0).map(tombstone);
  if (upsert === null || !upsert.isChanged) return NONE;
  const { turnId, key, row, text } = upsert;
  return [
    {
      turnId,
      itemKey: key,
      itemOrdinal: row.ordinal,
      mutationKind: "upsert",
      isOpen: row.isOpen,
      materializedThreadItem: new JsonText(text),
    },
  ];
}

function tombstone({ turnId, key, row }: HistoryChange["items"]["removed"][number]): ThreadItemPayload {
  return {
    turnId,
    itemKey: key,
    itemOrdinal: row.ordinal,
    mutationKind: "tombstone",
    isOpen: false,
    materializedThreadItem: null,
  };
}
