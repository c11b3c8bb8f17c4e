import type { IHeaders } from "kafkajs";
import type { Batch, Offset, SourceRecord } from "../worker/index.ts";
import { type AbortedTransaction, committedMessages, type RawMessage } from "./read-committed.ts";
import { messagesOf, type RecordBatch } from "./record-batches.ts";
import { headersFrom, type RecordHeaders } from "./record-headers.ts";

/** One partition in the answer to a fetch request, as kafkajs decodes it. */
export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  /** Records from here on belong to transactions that are still open. */
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly messages: readonly KafkajsMessage[];
}

type KafkajsMessage = RawMessage & { readonly headers?: IHeaders | undefined };

/** The same as it came: its records are still to be read. */
export interface UnreadPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: Offset;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly bytes: Buffer;
  readonly batches: readonly RecordBatch[];
}

export interface FetchedRecord extends SourceRecord {
  /** Only where they were asked for. */
  readonly headers?: RecordHeaders;
}

export interface FetchedBatch extends Batch {
  readonly records: readonly FetchedRecord[];
}

/** What a fetch from an offset gave. */
export interface Fetched {
  /** May be read only when asked for. */
  readonly records: readonly FetchedRecord[];
  /** Whether there is no record, as far as could be told without reading them. */
  readonly isEmpty: boolean;
  /** Where to fetch next: past control records, aborted ones and those that were compacted away. */
  readonly next: Offset;
  /** One past the last offset in the partition, open transactions included. */
  readonly end: Offset;
  readonly bytes: number;
}

/** `alone`: nothing else was fetched by the same request. */
export function fetchedFrom(from: Offset, fetched: FetchedPartition, alone: boolean, withHeaders = false): Fetched {
  const records = committedMessages(fetched.messages, fetched.abortedTransactions)
    .map((message) =>
      withHeaders ? { ...recordOf(message), headers: headersFrom(message.headers) } : recordOf(message),
    )
    .filter(({ offset }) => offset >= from); // a batch is sent as a whole, from its beginning
  const bytes = records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
  const next = nextOffset(from, fetched, alone);
  return { records, isEmpty: records.length === 0, next, end: Number(fetched.highWatermark), bytes };
}

/** The same of records that are still to be read: each is made when it is taken, and does not outlive much of a batch. */
export function unreadFrom(from: Offset, unread: UnreadPartition, withHeaders = false): Fetched {
  const { batches, bytes, highWatermark } = unread;
  const last = batches.at(-1);
  const records = batches.filter(({ isControl }) => !isControl);
  return {
    get records() {
      return recordsIn(unread, withHeaders).filter(({ offset }) => offset >= from);
    },
    isEmpty: records.every(({ count }) => count === 0),
    next: last === undefined ? from : Math.max(from, last.firstOffset + last.lastOffsetDelta + 1),
    end: highWatermark,
    bytes: records.length === 0 ? 0 : bytes.length,
  };
}

function recordsIn(
  { batches, bytes, abortedTransactions }: UnreadPartition,
  withHeaders: boolean,
): readonly FetchedRecord[] {
  if (abortedTransactions.length > 0)
    return committedMessages(
      batches.flatMap((batch) => messagesOf(bytes, batch, withHeaders)),
      abortedTransactions,
    );
  return batches.flatMap((batch) => (batch.isControl ? [] : messagesOf(bytes, batch, withHeaders)));
}

function nextOffset(from: Offset, { messages, lastStableOffset }: FetchedPartition, alone: boolean): Offset {
  const last = messages.at(-1);
  if (last !== undefined)
    return Math.max(from, Number(last.batchContext.firstOffset) + last.batchContext.lastOffsetDelta + 1);
  // A request for one partition is answered with one whole batch at least. If that holds no record, compaction took them
  // all, and how far it reaches is not told.
  return alone && Number(lastStableOffset) > from ? from + 1 : from;
}

function recordOf({ offset, timestamp, key, value }: RawMessage): SourceRecord {
  return { offset: Number(offset), timestamp: Number(timestamp), key, value };
}
