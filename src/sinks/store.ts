import type { DeadLetterRow, RowBatch } from "../read-model/index.ts";
import type { Offset } from "../worker/index.ts";

/** What is remembered of the last record of a topic's partition: whether the log still holds it tells a topic made again. */
export interface LastRecord {
  readonly offset: Offset;
  /** Tells its content from others. */
  readonly mark: string;
}

/** How far a topic's partition is in the tables. */
export interface Place {
  /** Null before anything was read. */
  readonly next: Offset | null;
  readonly last: LastRecord | null;
}

/** A partition taken over: whoever had it before is refused from then on. */
export interface Claim {
  readonly partition: number;
  /** Random: another for each time that the partition is taken over. */
  readonly token: string;
  /** By topic. */
  readonly places: ReadonlyMap<string, Place>;
}

/** What is written at once: rows, and how far the topics are with them. */
export interface SinkBatch {
  readonly rows: RowBatch;
  readonly deadLetters: readonly DeadLetterRow[];
  /** By topic; those that moved. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Where the rows go. Rows and places stand together, or not at all. */
export interface SinkStore {
  /** @throws StoreUnavailableError, StoreRefusedError */
  takeOver(partition: number, topics: readonly string[]): Promise<Claim>;
  /** @throws ClaimLostError, StoreTooSlowError, StoreUnavailableError, StoreRefusedError */
  write(claim: Claim, batch: SinkBatch): Promise<void>;
  /** How far each topic is, by partition. @throws StoreUnavailableError, StoreRefusedError */
  progress(topics: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, Offset>>>;
}

/** Somebody else has taken the partition over. */
export class ClaimLostError extends Error {
  override readonly name = "ClaimLostError";
}

/** The database cannot be used now: it is down, out of something, or refuses the login. Whether a write stands is not known. */
export class SinkStoreUnavailableError extends Error {
  override readonly name: string = "SinkStoreUnavailableError";
}

/** A statement took longer than it may: the database hangs, or was given too much at once. */
export class SinkStoreTooSlowError extends SinkStoreUnavailableError {
  override readonly name = "SinkStoreTooSlowError";
}

/** The database does not take what it is given; trying again would not help. */
export class SinkStoreRefusedError extends Error {
  override readonly name = "SinkStoreRefusedError";
}
