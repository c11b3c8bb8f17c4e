export {
  type CheckpointHead,
  type CheckpointStore,
  type Flush,
  type LoadedThread,
  type RecordMark,
  RefusedError,
  type StartAttempts,
  type StoredThread,
  StoreUnavailableError,
  type ThreadDelta,
} from "./checkpoint-store.ts";
export type { Clock } from "./clock.ts";
export type { Decisions } from "./decisions.ts";
export { HaltError } from "./errors.ts";
export type { Batch, LogBounds, PartitionLog } from "./log.ts";
export type { Membership } from "./membership.ts";
export { DEFAULT_WORKER_OPTIONS, type WorkerOptions } from "./options.ts";
export { FencedError, IndefiniteError, type Outbox, type Transaction } from "./outbox.ts";
export type { PartitionName } from "./partition-name.ts";
export { PartitionWorker, type WorkerEnd } from "./partition-worker.ts";
export type { PartitionPorts } from "./ports.ts";
export { type DecodedRecord, type RecordCodec, RegistryUnavailableError } from "./record-codec.ts";
export type {
  DeadLetter,
  DeadLetterCode,
  Decision,
  Offset,
  Output,
  OversizedLine,
  RolloutRecord,
  SourceRecord,
} from "./records.ts";
export { takeAny } from "./take-any.ts";
export type { RecordResult, WorkerEvent, WorkerListener, WorkerPhase } from "./worker-event.ts";
