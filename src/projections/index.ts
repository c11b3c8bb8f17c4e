export { lifecycleObserver } from "./lifecycle.ts";
export {
  type LifecycleMutation,
  type LifecyclePayload,
  type Mutation,
  mutationJson,
  type ObserverName,
  type ThreadItemMutation,
  type ThreadItemPayload,
  type ThreadStarted,
  type TurnSummary,
  type TurnSummaryMutation,
  type TurnSummaryPayload,
} from "./mutation.ts";
export type { Observation, ObservedLine, Observer, StateCodec } from "./observer.ts";
export { type Admission, MAX_GAPS, type PositionedLine, Positions, REMEMBERED_HASHES } from "./positions.ts";
export { type LineChanges, mutationsOf, ThreadProjector } from "./projector.ts";
export { OBSERVER_NAMES, type RunningObserver, startObserver } from "./running.ts";
export { threadItemObserver } from "./thread-item.ts";
export { turnSummaryObserver } from "./turn-summary.ts";
