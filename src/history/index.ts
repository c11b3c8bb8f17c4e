export { CodexView } from "./codex-view.ts";
export {
  type FullTurn,
  FullTurns,
  type HistoryLine,
  reduceThread,
  type ShownError,
  type ShownItem,
  shownError,
} from "./full-turns.ts";
export {
  applyHistory,
  type HistoryChange,
  type HistoryState,
  initialHistoryState,
  planHistory,
} from "./history.ts";
export { changedItemsFields, decodeItems, encodeItemsField, isItemsField, itemsFields } from "./items/codec.ts";
export type { ItemTimes, ThreadItem } from "./items/thread-item.ts";
export type { LinePlace, ThreadPlace } from "./place.ts";
export type { LifecycleFact, TurnChange } from "./turns/change.ts";
export { changedTurnsFields, decodeTurns, encodeTurnsField, INDEX, turnsFields } from "./turns/codec.ts";
export { initialTurnsState, type TurnsState, visibleTurn } from "./turns/state.ts";
export { applyTurns, passLine, planTurns } from "./turns/tracker.ts";
export { sameSummary, type Turn, type TurnStatus } from "./turns/turn.ts";
