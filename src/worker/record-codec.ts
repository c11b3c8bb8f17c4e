import type { Mutation } from "../projections/index.ts";
import type { DeadLetter, Offset, RolloutRecord } from "./records.ts";

/** What the bytes of a record's value are. */
export type DecodedRecord =
  | { readonly outcome: "record"; readonly record: RolloutRecord }
  | {
      readonly outcome: "undecodable";
      readonly code: "not-avro" | "incompatible-schema";
      readonly reason: string;
    }
  /** Its writer schema was not fetched yet: `fetchSchema`, then decode again. */
  | { readonly outcome: "unknown-schema"; readonly schemaId: number };

/** Values of records to and from bytes (Avro with a registry id). Synchronous but for schemas met for the first time. */
export interface RecordCodec {
  /** Never throws, whatever the bytes. The line is a view of `value`. */
  decode(value: Buffer): DecodedRecord;
  /**
   * Makes a schema known, also as unusable when the registry says there is none of that id.
   *
   * @throws RegistryUnavailableError when the registry cannot be asked now; try again later
   */
  fetchSchema(schemaId: number): Promise<void>;
  /** `elidedBytes`: how much of the mutation was left out because no record could hold it. */
  encodeMutation(mutation: Mutation, sourceOffset: Offset, elidedBytes: number): Buffer;
  encodeDeadLetter(letter: DeadLetter): Buffer;
}

/** The schema registry does not answer, or answers with an error of its own. */
export class RegistryUnavailableError extends Error {
  override readonly name = "RegistryUnavailableError";
}
