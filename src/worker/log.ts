import type { Offset, SourceRecord } from "./records.ts";

/** Some records of the partition, in order. */
export interface Batch {
  readonly records: readonly SourceRecord[];
  /** Where reading goes on: past the last record, and past control records and aborted ones that carry none. */
  readonly next: Offset;
  /** One past the last offset in the partition, as of this batch. */
  readonly end: Offset;
}

/** What the partition holds: offsets `[start, end)`. */
export interface LogBounds {
  readonly start: Offset;
  readonly end: Offset;
}

/** One partition of the input topic, read committed. */
export interface PartitionLog {
  bounds(): Promise<LogBounds>;
  /** The group's committed offset; null when it has none. Only true after fencing. */
  committed(): Promise<Offset | null>;
  /** Moves reading to `offset`. What was fetched before is never delivered afterwards. */
  seek(offset: Offset): void;
  /**
   * The next batch; undefined when nothing came for `waitMs`. May come without records: control records move `next`.
   *
   * @throws Error when the log does not hold the position (any more): what is there must be looked at anew
   */
  take(waitMs: number, signal: AbortSignal): Promise<Batch | undefined>;
}
