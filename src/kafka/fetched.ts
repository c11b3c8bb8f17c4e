import type { Offset, SourceRecord } from "../worker/index.ts";
import { type AbortedTransaction, committedMessages, type RawMessage } from "./read-committed.ts";

/** One partition in the answer to a fetch request, as kafkajs decodes it. */
export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  /** Records from here on belong to transactions that are still open. */
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly messages: readonly RawMessage[];
}

/** What a fetch from an offset gave. */
export interface Fetched {
  readonly records: readonly SourceRecord[];
  /** Where to fetch next: past control records, aborted ones and those that were compacted away. */
  readonly next: Offset;
  /** One past the last offset in the partition, open transactions included. */
  readonly end: Offset;
  readonly bytes: number;
}

/** `alone`: nothing else was fetched by the same request. */
export function fetchedFrom(from: Offset, fetched: FetchedPartition, alone: boolean): Fetched {
  const messages = fetched.messages as RawMessage[];
  const records = committedMessages(messages, fetched.abortedTransactions)
    .map(recordOf)
    .filter(({ offset }) => offset >= from); // a batch is sent as a whole, from its beginning
  const bytes = records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
  return { records, next: nextOffset(from, fetched, alone), end: Number(fetched.highWatermark), bytes };
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
