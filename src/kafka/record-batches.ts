import type { Offset, SourceRecord } from "../worker/index.ts";
import type { RawMessage } from "./read-committed.ts";
import { NO_HEADERS, type RecordHeaders } from "./record-headers.ts";

/** Fields of a record batch, by their first byte (Kafka's format 2, of 0.11 and later). */
const LENGTH = 8;
const MAGIC = 16;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const FIRST_TIMESTAMP = 27;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
const COUNT = 57;
const RECORDS = 61;
/** What the length leaves out: the first offset and itself. */
const BEFORE_LENGTH_COUNTS = 12;

const FORMAT = 2;
const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const IN_TRANSACTION = 0x10;
const IS_CONTROL = 0x20;

/** A batch in the bytes of a fetch: its header is read, its records are not. */
export interface RecordBatch {
  readonly firstOffset: Offset;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControl: boolean;
  readonly firstTimestamp: number;
  /** Of all its records, where the broker sets it. */
  readonly appendTimestamp: number | null;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** A record of a batch that was read here: a source record, and what it takes to tell whether it counts. */
export type BatchMessage = RawMessage & SourceRecord & { readonly headers?: RecordHeaders };

/** The whole batches; undefined when one is compressed or of an older format. The last may have been cut off. */
export function batchesIn(bytes: Buffer): readonly RecordBatch[] | undefined {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + MAGIC < bytes.length; ) {
    if (bytes[at + MAGIC] !== FORMAT) return undefined;
    const end = at + BEFORE_LENGTH_COUNTS + bytes.readInt32BE(at + LENGTH);
    if (end > bytes.length || end < at + RECORDS) break;
    const attributes = bytes.readInt16BE(at + ATTRIBUTES);
    if ((attributes & COMPRESSION) !== 0) return undefined;
    batches.push({
      firstOffset: Number(bytes.readBigInt64BE(at)),
      lastOffsetDelta: bytes.readInt32BE(at + LAST_OFFSET_DELTA),
      producerId: String(bytes.readBigInt64BE(at + PRODUCER_ID)),
      inTransaction: (attributes & IN_TRANSACTION) !== 0,
      isControl: (attributes & IS_CONTROL) !== 0,
      firstTimestamp: Number(bytes.readBigInt64BE(at + FIRST_TIMESTAMP)),
      appendTimestamp: (attributes & LOG_APPEND_TIME) === 0 ? null : Number(bytes.readBigInt64BE(at + MAX_TIMESTAMP)),
      count: bytes.readInt32BE(at + COUNT),
      start: at + RECORDS,
      end,
    });
    at = end;
  }
  return batches;
}

/**
 * The records of a batch; keys and values are views. Headers are read only for who wants them: it costs workers nothing.
 *
 * @throws RangeError when they do not end with the batch
 */
export function messagesOf(bytes: Buffer, batch: RecordBatch, withHeaders = false): BatchMessage[] {
  const { count, firstOffset, firstTimestamp, appendTimestamp, isControl } = batch;
  const messages: BatchMessage[] = [];
  at = batch.start;
  for (let i = 0; i < count; i++) {
    const length = varint(bytes);
    const end = at + length;
    at += 1; // attributes: none are defined
    const timestamp = appendTimestamp ?? firstTimestamp + varint(bytes);
    if (appendTimestamp !== null) varint(bytes);
    const offset = firstOffset + varint(bytes);
    const key = view(bytes);
    const value = view(bytes);
    const message = { offset, timestamp, key, value, isControlRecord: isControl, batchContext: batch };
    messages.push(withHeaders ? { ...message, headers: headers(bytes, end) } : message);
    if (at > end) throw new RangeError(`the record at offset ${offset} does not end where it should`);
    at = end;
  }
  if (at !== batch.end) throw new RangeError(`the batch at offset ${firstOffset} does not end where it should`);
  return messages;
}

/** Where reading stands. One batch is read at a time. */
let at = 0;

/** A zigzag integer of up to 64 bits, exact as far as numbers are. */
function varint(bytes: Buffer): number {
  let byte = bytes[at++] as number;
  let raw = byte & 0x7f;
  for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
    byte = bytes[at++] as number;
    raw += (byte & 0x7f) * scale;
  }
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
}

function view(bytes: Buffer): Buffer | null {
  const length = varint(bytes);
  if (length < 0) return null;
  const start = at;
  at += length;
  return bytes.subarray(start, at);
}

function headers(bytes: Buffer, end: number): RecordHeaders {
  const count = varint(bytes);
  if (count === 0) return NO_HEADERS;
  const found = new Map<string, string>();
  for (let i = 0; i < count && at <= end; i++) {
    const name = view(bytes);
    const value = view(bytes);
    if (value !== null) found.set(String(name), value.toString());
  }
  return found;
}
