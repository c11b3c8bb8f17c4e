import type { Mutation } from "../projections/index.ts";
import type { DecodedRecord, RolloutRecord } from "../worker/index.ts";
import { deadLetterFromAvro, type PublishedDeadLetter } from "./dead-letter-values.ts";
import { decodeValue, type Undecodable, type UnknownSchema, UnreadableValueError } from "./decode-value.ts";
import { KnownSchemas, type SchemaSource } from "./known-schemas.ts";
import { mutationFromAvro, type PublishedMutation, type PublishedReset, resetFromAvro } from "./mutation-values.ts";
import { MUTATION_SCHEMAS, type SchemaIds, type SchemaName } from "./schemas.ts";

export type DecodedMutation =
  | ({ readonly outcome: "mutation" } & PublishedMutation)
  | ({ readonly outcome: "reset" } & PublishedReset)
  | Undecodable
  | UnknownSchema;

export type DecodedDeadLetter =
  | { readonly outcome: "dead-letter"; readonly letter: PublishedDeadLetter }
  | Undecodable
  | UnknownSchema;

const MUTATION_NAMES: readonly SchemaName[] = Object.values(MUTATION_SCHEMAS);
const MUTATION_TYPES = new Map(
  Object.entries(MUTATION_SCHEMAS).map(([type, name]) => [name, type as Mutation["type"]] as const),
);

/**
 * Reads the values of all topics, whichever version of their schema wrote them. Never throws, whatever the bytes; answers
 * `unknown-schema` for an id met for the first time: `fetchSchema`, then decode again; `fetching` does both. One serves a
 * whole process.
 */
export class AvroDecoder {
  readonly #schemas: KnownSchemas;

  /** @param ids of this release's schemas, where they are known: those need no fetching */
  constructor(source: SchemaSource, ids?: Partial<SchemaIds>) {
    this.#schemas = new KnownSchemas(source, ids);
  }

  /** The line is a view of `value`. */
  decodeRolloutEvent(value: Buffer): DecodedRecord {
    return decodeValue(value, this.#schemas, ["rollout-event"], rolloutEvent);
  }

  /** Of any of the three mutation topics: its canonical JSON is that of the mutation published. */
  decodeMutation(value: Buffer): DecodedMutation {
    return decodeValue(value, this.#schemas, MUTATION_NAMES, mutation);
  }

  /** Key and value of the source are views of `value`. */
  decodeDeadLetter(value: Buffer): DecodedDeadLetter {
    return decodeValue(value, this.#schemas, ["dead-letter"], deadLetter);
  }

  /**
   * What `decode` says, which asks this decoder, once the schema that it needs is fetched.
   *
   * @throws RegistryUnavailableError as `fetchSchema`
   */
  async fetching<T extends object>(decode: () => T | UnknownSchema): Promise<T> {
    let decoded = decode();
    while (isUnknownSchema(decoded)) {
      await this.fetchSchema(decoded.schemaId);
      decoded = decode();
    }
    return decoded;
  }

  /**
   * Makes a schema known, also as unusable when the registry says there is none of that id.
   *
   * @throws RegistryUnavailableError when the registry cannot be asked now; try again later
   */
  fetchSchema(schemaId: number): Promise<void> {
    return this.#schemas.fetch(schemaId);
  }
}

function isUnknownSchema(decoded: object | UnknownSchema): decoded is UnknownSchema {
  return "outcome" in decoded && decoded.outcome === "unknown-schema";
}

/** The Avro value has the shape of a record already. */
function rolloutEvent(value: unknown): DecodedRecord {
  const record = value as RolloutRecord;
  if (!Number.isSafeInteger(record.position) || record.position < 0)
    throw new UnreadableValueError(`position is ${record.position}, not a whole number from 0 to 2^53`);
  if (!Number.isSafeInteger(record.recordedAt))
    throw new UnreadableValueError(`recordedAt is ${record.recordedAt}, beyond what is exact here (2^53)`);
  return { outcome: "record", record };
}

function mutation(value: unknown, name: SchemaName): DecodedMutation {
  const type = MUTATION_TYPES.get(name);
  if (type === undefined) throw new UnreadableValueError(`${name} is no mutation`);
  const published = value as Parameters<typeof mutationFromAvro>[1];
  const reset = resetFromAvro(published);
  if (reset !== null) return { outcome: "reset", ...reset };
  const { mutation, sourceOffset, elidedBytes } = mutationFromAvro(type, published);
  return { outcome: "mutation", mutation, sourceOffset, elidedBytes };
}

function deadLetter(value: unknown): DecodedDeadLetter {
  return { outcome: "dead-letter", letter: deadLetterFromAvro(value as Parameters<typeof deadLetterFromAvro>[0]) };
}
