export { SinkHaltError } from "./errors.ts";
export type { SinkEvent, SinkListener, SinkPhase } from "./event.ts";
export { DEFAULT_SINK_OPTIONS } from "./options.ts";
export { PartitionSink } from "./partition-sink.ts";
export type { TopicContent } from "./records.ts";
export {
  type Claim,
  ClaimLostError,
  type Place,
  type SinkBatch,
  type SinkStore,
  SinkStoreRefusedError,
  SinkStoreTooSlowError,
  SinkStoreUnavailableError,
} from "./store.ts";
