import type { Offset } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import type { FetchedBatch, FetchedRecord } from "./fetched.ts";
import type { PartitionFeed } from "./partition-feed.ts";
import { DEFAULT_FETCH_OPTIONS, TopicFetcher } from "./topic-fetcher.ts";

/** Where to begin. An offset outside of what a partition holds becomes the nearest one that it does. */
export type ReadFrom = "earliest" | "latest" | { readonly offset: Offset } | { readonly time: Date };

export interface ReadOptions {
  readonly from: ReadFrom;
  /** Wait for more at the end; without it reading stops at what was the end when it began. */
  readonly follow: boolean;
  /** All when left out. */
  readonly partitions?: readonly number[] | undefined;
  /** Whether records come with their headers. */
  readonly headers?: boolean | undefined;
  /** Told where reading will stop, before anything is read. */
  readonly onEnds?: ((ends: ReadonlyMap<number, Offset>) => void) | undefined;
  /** Ends reading. */
  readonly signal?: AbortSignal | undefined;
  /** Told of failed fetches, which are tried again. */
  readonly onError: (error: unknown) => void;
}

export interface TopicRecord extends FetchedRecord {
  readonly partition: number;
}

/** How long a round waits for records of any partition. */
const ROUND_MS = 1_000;

/**
 * The committed records of a topic; in order within a partition. Reads as nobody: without a consumer group. The end is the
 * first open transaction where there is one.
 */
export async function* readTopic(
  client: KafkaClient,
  topic: string,
  options: ReadOptions,
): AsyncGenerator<TopicRecord> {
  const fetching = { ...DEFAULT_FETCH_OPTIONS, headers: options.headers ?? false };
  const fetcher = new TopicFetcher(client, topic, fetching, options.onError);
  const signal = options.signal ?? new AbortController().signal;
  try {
    await fetcher.open();
    let readings = await beginnings(fetcher, options);
    while (readings.length > 0 && !signal.aborted) {
      for (const { reading, batch } of await round(readings, signal)) {
        if (batch === undefined) continue;
        reading.next = batch.next;
        yield* recordsOf(batch, reading);
      }
      readings = readings.filter(({ next, end }) => next < end);
    }
  } finally {
    await fetcher.close();
  }
}

/** A partition and how far it is read. */
interface Reading {
  readonly feed: PartitionFeed;
  next: Offset;
  readonly end: Offset;
}

/** What each partition has, as soon as one has something. A take that is aborted takes nothing. */
async function round(readings: readonly Reading[], signal: AbortSignal) {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  return await Promise.all(
    readings.map(async (reading) => {
      const batch = await reading.feed.take(ROUND_MS, either);
      over.abort();
      return { reading, batch };
    }),
  );
}

function* recordsOf({ records }: FetchedBatch, { feed: { partition }, end }: Reading): Iterable<TopicRecord> {
  for (const record of records) if (record.offset < end) yield { ...record, partition };
}

async function beginnings(fetcher: TopicFetcher, options: ReadOptions): Promise<Reading[]> {
  const { from, follow, partitions = fetcher.partitions } = options;
  const starts = await fetcher.offsets("start");
  const ends = await fetcher.offsets("end");
  options.onEnds?.(new Map([...ends].map(([partition, end]) => [partition, end ?? 0])));
  const timed =
    typeof from === "object" && "time" in from ? await fetcher.offsets({ time: from.time.getTime() }) : null;
  return partitions
    .map((partition) => {
      const start = starts.get(partition) ?? 0;
      const end = ends.get(partition) ?? 0;
      const next = timed === null ? beginning(from, start, end) : (timed.get(partition) ?? end);
      return { partition, next, end: follow ? Number.POSITIVE_INFINITY : end };
    })
    .filter(({ next, end }) => next < end)
    .map(({ partition, next, end }) => {
      const feed = fetcher.feed(partition);
      feed.seek(next);
      return { feed, next, end };
    });
}

function beginning(from: ReadFrom, start: Offset, end: Offset): Offset {
  if (from === "latest") return end;
  return typeof from === "object" && "offset" in from ? Math.min(Math.max(from.offset, start), end) : start;
}
