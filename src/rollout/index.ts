export type { DecodedLine, EventLine, NeutralLine, RejectedLine } from "./decoded-line.ts";
export { shownErrorInfo, type TurnFailure, wireErrorInfo } from "./error-info.ts";
export type { Compacted, HookPromptMessage, ItemLine, RolloutEvent } from "./events.ts";
export type { LegacyEventOf, LegacyItemEvent } from "./legacy-events.ts";
export { LineDecoder } from "./line.ts";
export { LineScanner } from "./line-scanner.ts";
export type { RejectionReason } from "./rejection.ts";
export {
  baseRolloutId,
  isIncarnationOf,
  type NamedRollout,
  parseRolloutFileName,
  replacedRolloutId,
} from "./rollout-id.ts";
export type { HistoryBase, HistoryMode, SessionMeta } from "./session-meta.ts";
export { ThreadMode } from "./thread-mode.ts";
export type {
  AbortReason,
  TaskComplete,
  TaskStarted,
  ThreadRolledBack,
  TurnAborted,
  TurnError,
} from "./turn-events.ts";
export type { TurnItem, TurnItemOf } from "./turn-items.ts";
export { type AgentState, type FileChange, normalizeThreadId, type ParsedCommand } from "./values.ts";
