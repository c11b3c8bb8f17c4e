import type { SinkOptions } from "./options.ts";

/** What is in a batch. */
interface Amount {
  readonly records: number;
  readonly bytes: number;
}

/**
 * How much a batch takes: what the options say, and after one that took too long, half of that one. It doubles with each batch
 * that is written: were it all at once, a database that is slow for a while would fail at a full batch after each small one.
 */
export class BatchSize {
  readonly #most: Amount;
  #now: Amount;

  constructor({ batchRecords: records, batchBytes: bytes }: Pick<SinkOptions, "batchRecords" | "batchBytes">) {
    this.#most = { records, bytes };
    this.#now = this.#most;
  }

  isReachedBy({ records, bytes }: Amount): boolean {
    return records >= this.#now.records || bytes >= this.#now.bytes;
  }

  /** A batch took too long. One record is the least. */
  halve({ records, bytes }: Amount): void {
    this.#now = { records: half(records), bytes: half(bytes) };
  }

  /** A batch was written. */
  double(): void {
    const { records, bytes } = this.#now;
    this.#now = { records: Math.min(2 * records, this.#most.records), bytes: Math.min(2 * bytes, this.#most.bytes) };
  }
}

function half(of: number): number {
  return Math.max(1, Math.floor(of / 2));
}
