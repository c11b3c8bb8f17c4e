export { parseSchema } from "./avro-types.ts";
export { incompatibilities } from "./compatibility.ts";
export type { PublishedDeadLetter, SourcePartition } from "./dead-letter-values.ts";
export type { Undecodable, UnknownSchema } from "./decode-value.ts";
export { AvroDecoder, type DecodedDeadLetter, type DecodedMutation } from "./decoder.ts";
export type { FetchedSchema, SchemaSource } from "./known-schemas.ts";
export type { PublishedMutation, PublishedReset } from "./mutation-values.ts";
export { AvroRecordCodec, type AvroRecordCodecOptions, encodeRolloutEvent } from "./record-codec.ts";
export { type RegisteredVersion, type Registration, type RegistryOptions, SchemaRegistry } from "./registry.ts";
export {
  checkSchemas,
  envelopeSchemaId,
  idsOf,
  MissingSchemasError,
  registerSchemas,
  type SchemaStatus,
} from "./schema-set.ts";
export { SCHEMA_NAMES, type SchemaIds, type SchemaName, subjectOf } from "./schemas.ts";
