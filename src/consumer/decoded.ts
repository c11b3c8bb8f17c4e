import type { Mutation } from "../projections/index.ts";
import type { RowVersion } from "../read-model/index.ts";
import type { MutationPosition, MutationTopic } from "./position.ts";

/** What a record of a mutation topic holds. */
export type DecodedMutation = KnownMutation | UnreadableMutation;

export type KnownMutation = MutationOutcome | ResetOutcome;

/** One row is as given, or gone: `mutation.type` says of which kind it is. */
export interface MutationOutcome {
  readonly outcome: "mutation";
  readonly mutation: Mutation;
  /** Compares as text: a row takes a mutation whose version is greater than its own, and no other. */
  readonly version: RowVersion;
  /** Offset of the source record in the partition of the same number of the input. */
  readonly sourceOffset: number;
  /** Bytes of long strings left out; 0 when the mutation is whole. */
  readonly elidedBytes: number;
}

/** The thread is built anew: all its rows of older generations are void. */
export interface ResetOutcome {
  readonly outcome: "reset";
  readonly threadId: string;
  readonly generation: number;
  /** Compares as text: the thread's rows whose version is below it are void. */
  readonly version: RowVersion;
}

/** It is no mutation, or one that needs a newer release. */
export interface UnreadableMutation {
  readonly outcome: "unreadable";
  readonly code: "not-avro" | "incompatible-schema";
  /** What was found, where. */
  readonly reason: string;
}

/** A mutation or a reset, and where it was. */
export type ReadMutation = KnownMutation & {
  readonly topic: MutationTopic;
  readonly partition: number;
  readonly offset: number;
  /** Behind this record: stored with its rows, a reader `from` it goes on with what comes next. */
  readonly position: MutationPosition;
};

/** Reads the values of the mutation topics, whichever version of their schema wrote them. */
export interface MutationDecoder {
  /**
   * What a value holds; `unreadable`, never a throw, for bytes that are no mutation. Each schema is fetched once.
   *
   * @throws RegistryUnavailableError when the schema registry cannot be asked now: try again
   */
  decode(value: Buffer): Promise<DecodedMutation>;
}
