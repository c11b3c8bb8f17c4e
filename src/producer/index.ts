export type { AppendedLine } from "./appended-lines.ts";
export { AppendError, AppendRefusedError, ProducerClosedError, ProducerOptionsError } from "./errors.ts";
export { createRolloutProducer } from "./lazy-producer.ts";
export type { RolloutProducerOptions } from "./options.ts";
export { RecordMaker } from "./record-maker.ts";
export type { Appended, RolloutProducer } from "./rollout-producer.ts";
export type { GivenPlace } from "./thread-places.ts";
