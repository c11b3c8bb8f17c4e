import type { Mutation } from "../projections/index.ts";
import type { DeadLetter, DecodedRecord, RecordCodec, RolloutRecord } from "../worker/index.ts";
import { deadLetterToAvro, type SourcePartition, withoutBytes } from "./dead-letter-values.ts";
import type { AvroDecoder } from "./decoder.ts";
import { mutationToAvro } from "./mutation-values.ts";
import { MUTATION_SCHEMAS, SCHEMAS, type SchemaIds } from "./schemas.ts";
import { encodeValue } from "./wire.ts";

export interface AvroRecordCodecOptions {
  /** Shared by all partitions of a process. */
  readonly decoder: AvroDecoder;
  /** Of this release's schemas, as the registry answered (see `idsOf`). */
  readonly ids: SchemaIds;
  /** Named in dead letters. */
  readonly source: SourcePartition;
  /** A dead letter above it keeps hashes of its record's bytes instead of the bytes. */
  readonly maxRecordBytes: number;
}

/** Values of records as Avro with a registry id, for the worker of one partition. */
export class AvroRecordCodec implements RecordCodec {
  readonly #options: AvroRecordCodecOptions;

  constructor(options: AvroRecordCodecOptions) {
    this.#options = options;
  }

  decode(value: Buffer): DecodedRecord {
    return this.#options.decoder.decodeRolloutEvent(value);
  }

  fetchSchema(schemaId: number): Promise<void> {
    return this.#options.decoder.fetchSchema(schemaId);
  }

  encodeMutation(mutation: Mutation, sourceOffset: number, elidedBytes: number): Buffer {
    const name = MUTATION_SCHEMAS[mutation.type];
    const value = mutationToAvro({ mutation, sourceOffset, elidedBytes });
    return encodeValue(SCHEMAS[name].type, this.#options.ids[name], value);
  }

  encodeDeadLetter(letter: DeadLetter): Buffer {
    const { ids, source, maxRecordBytes } = this.#options;
    const { type } = SCHEMAS["dead-letter"];
    const whole = deadLetterToAvro(letter, source);
    const bytes = encodeValue(type, ids["dead-letter"], whole);
    return bytes.length <= maxRecordBytes ? bytes : encodeValue(type, ids["dead-letter"], withoutBytes(whole));
  }
}

/**
 * A rollout line in its envelope, as bytes: what a producer sends.
 *
 * @param schemaId of `rollout-event`, as the registry answered
 * @throws TypeError that names the field when the record is not as its type says
 */
export function encodeRolloutEvent(record: RolloutRecord, schemaId: number): Buffer {
  return encodeValue(SCHEMAS["rollout-event"].type, schemaId, record);
}
