export type { AppendedLine } from "./appended-lines.ts";
export { AppendError, AppendRefusedError, ProducerClosedError, ProducerOptionsError } from "./errors.ts";
export type { RolloutProducerOptions, SaslOptions, Secret, TlsOptions } from "./options.ts";
export { RecordMaker } from "./record-maker.ts";
export { type Appended, createRolloutProducer, type RolloutProducer } from "./rollout-producer.ts";
export type { GivenPlace } from "./thread-places.ts";
