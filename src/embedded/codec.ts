import type { RecordCodec, RolloutRecord, SourceRecord } from "../worker/index.ts";

/** Nothing goes out as bytes, so nothing has to be measured. */
export const NO_BYTES = Buffer.alloc(0);

/** Records that never leave the process: the value of one is its line, and the envelope is kept beside it. */
export class EmbeddedCodec implements RecordCodec {
  readonly #records = new WeakMap<Buffer, RolloutRecord>();
  #key: { readonly threadId: string; readonly bytes: Buffer } | null = null;

  encode(record: RolloutRecord, offset: number): SourceRecord {
    // Empty lines may be one and the same buffer.
    const value = record.line.length === 0 ? Buffer.alloc(0) : record.line;
    this.#records.set(value, record);
    return { offset, timestamp: record.recordedAt, key: this.#keyOf(record.threadId), value };
  }

  /** The record of a value that was encoded here. */
  record(value: Buffer): RolloutRecord {
    const record = this.#records.get(value);
    if (record === undefined) throw new Error("a record that was not encoded here");
    return record;
  }

  decode(value: Buffer): ReturnType<RecordCodec["decode"]> {
    return { outcome: "record", record: this.record(value) };
  }

  fetchSchema(): Promise<void> {
    return Promise.resolve();
  }

  encodeMutation(): Buffer {
    return NO_BYTES;
  }

  encodeDeadLetter(): Buffer {
    return NO_BYTES;
  }

  #keyOf(threadId: string): Buffer {
    if (this.#key?.threadId !== threadId) this.#key = { threadId, bytes: Buffer.from(threadId) };
    return this.#key.bytes;
  }
}
