export type { DeadLetterRow, ObserverStatus, QuarantinedThread } from "./operations.ts";
export {
  BadCursorError,
  type Change,
  type ChangesQuery,
  type Direction,
  type FeedPosition,
  type ItemsQuery,
  type ItemsView,
  type Operations,
  type Page,
  type PageRequest,
  type ReadModel,
  ReadModelUnavailableError,
  type SearchHit,
  type ThreadQuery,
  type ThreadScope,
  type TurnQuery,
  type TurnsQuery,
  type TurnView,
} from "./read-model.ts";
export { RowBatch, type ThreadTouch } from "./row-batch.ts";
export { generationOf, generationStart, nthOf, type RowVersion, rowVersion, sourceOffsetOf } from "./row-version.ts";
export type {
  FirstSource,
  ItemContent,
  ItemRow,
  LifecycleRow,
  RolloutRow,
  ThreadOrigin,
  ThreadRow,
  TurnContent,
  TurnRow,
} from "./rows.ts";
export { namedSourceKind } from "./source-kind.ts";
export { MutationTable } from "./table.ts";
