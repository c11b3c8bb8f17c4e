import { type Offset, takeAny } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import type { FetchedBatch, FetchedRecord } from "./fetched.ts";
import { hasType } from "./kafka-errors.ts";
import { OffsetOutOfRangeError, type PartitionFeed } from "./partition-feed.ts";
import { noSuchTopic } from "./topic-differences.ts";
import { DEFAULT_FETCH_OPTIONS, TopicFetcher } from "./topic-fetcher.ts";

/** Where to begin. An offset outside of what a partition holds becomes the nearest one that it does. */
export type ReadFrom = "earliest" | "latest" | { readonly offset: Offset } | { readonly time: Date };

/** Where to begin, by partition: exactly there, or not at all. A partition that is left out is read from its first record. */
export interface ExactPlaces {
  readonly places: ReadonlyMap<number, Offset>;
}

export interface ReadOptions extends ReadTopicsOptions {
  readonly from: ReadFrom;
}

export interface ReadTopicsOptions {
  /** Wait for more at the end; without it reading stops at what was the end when it began. */
  readonly follow: boolean;
  /** All when left out. */
  readonly partitions?: readonly number[] | undefined;
  /** Whether records come with their headers. */
  readonly headers?: boolean | undefined;
  /** Told where reading will stop, before anything is read. */
  readonly onEnds?: ((ends: ReadonlyMap<number, Offset>) => void) | undefined;
  /** Told where reading of a partition begins, before anything is read. */
  readonly onStart?: ((topic: string, partition: number, next: Offset) => void) | undefined;
  /** Ends reading. */
  readonly signal?: AbortSignal | undefined;
  /** Told of failed fetches, which are tried again. */
  readonly onError: (error: unknown) => void;
}

export interface TopicRecord extends FetchedRecord {
  readonly partition: number;
}

/** Committed records of one partition that follow each other. */
export interface TopicBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly FetchedRecord[];
  /** Where the partition goes on: past what does not count, too. */
  readonly next: Offset;
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
  for await (const { records, partition } of readTopics(client, new Map([[topic, options.from]]), options))
    for (const record of records) yield { ...record, partition };
}

/**
 * The committed records of several topics, each from its own beginning, as `readTopic` gives them; some of each in turn.
 *
 * @throws OffsetOutOfRangeError when the log no longer holds, or never held, an exact place
 */
export async function* readTopics(
  client: KafkaClient,
  topics: ReadonlyMap<string, ReadFrom | ExactPlaces>,
  options: ReadTopicsOptions,
): AsyncGenerator<TopicBatch> {
  const fetching = { ...DEFAULT_FETCH_OPTIONS, headers: options.headers ?? false };
  const fetchers = [...topics].map(([topic, from]) => ({
    topic,
    from,
    fetcher: new TopicFetcher(client, topic, fetching, options.onError),
  }));
  const signal = options.signal ?? new AbortController().signal;
  try {
    let readings: Reading[] = [];
    for (const { topic, from, fetcher } of fetchers) {
      await open(fetcher, topic);
      readings.push(...(await beginnings(fetcher, topic, from, options)));
    }
    while (readings.length > 0 && !signal.aborted) {
      const take = ({ feed }: Reading, over: AbortSignal) => feed.take(ROUND_MS, over);
      for (const { source, taken } of await takeAny(readings, take, new AbortController(), signal)) {
        source.next = taken.next;
        yield batchOf(taken, source);
      }
      readings = readings.filter(({ next, end }) => next < end);
    }
  } finally {
    await Promise.all(fetchers.map(({ fetcher }) => fetcher.close()));
  }
}

/** A partition and how far it is read. */
interface Reading {
  readonly topic: string;
  readonly feed: PartitionFeed;
  next: Offset;
  readonly end: Offset;
}

function batchOf(batch: FetchedBatch, { topic, feed: { partition }, end }: Reading): TopicBatch {
  const isBeyond = batch.next > end;
  const records = isBeyond ? batch.records.filter(({ offset }) => offset < end) : batch.records;
  return { topic, partition, records, next: Math.min(batch.next, end) };
}

async function beginnings(
  fetcher: TopicFetcher,
  topic: string,
  from: ReadFrom | ExactPlaces,
  options: ReadTopicsOptions,
): Promise<Reading[]> {
  const { follow, partitions = fetcher.partitions } = options;
  demandPartitions(fetcher, topic, from, partitions);
  const starts = await fetcher.offsets("start");
  const ends = await fetcher.offsets("end");
  options.onEnds?.(new Map([...ends].map(([partition, end]) => [partition, end ?? 0])));
  const timed =
    typeof from === "object" && "time" in from ? await fetcher.offsets({ time: from.time.getTime() }) : null;
  return partitions
    .map((partition) => {
      const start = starts.get(partition) ?? 0;
      const end = ends.get(partition) ?? 0;
      const bounds = { topic, partition, start, end };
      const next = timed === null ? beginning(from, bounds) : (timed.get(partition) ?? end);
      options.onStart?.(topic, partition, next);
      return { partition, next, end: follow ? Number.POSITIVE_INFINITY : end };
    })
    .filter(({ next, end }) => next < end)
    .map(({ partition, next, end }) => {
      const feed = fetcher.feed(partition);
      feed.seek(next);
      return { topic, feed, next, end };
    });
}

async function open(fetcher: TopicFetcher, topic: string): Promise<void> {
  try {
    await fetcher.open();
  } catch (error) {
    if (hasType(error, "UNKNOWN_TOPIC_OR_PARTITION")) throw new Error(noSuchTopic(topic), { cause: error });
    throw error;
  }
}

function demandPartitions(
  { partitions: present }: TopicFetcher,
  topic: string,
  from: ReadFrom | ExactPlaces,
  wanted: readonly number[],
): void {
  const lacks = (partition: number) => `${topic}: there is no partition ${partition}, it has ${present.length}`;
  const absent = wanted.find((partition) => !present.includes(partition));
  if (absent !== undefined) throw new Error(lacks(absent));
  const places = typeof from === "object" && "places" in from ? [...from.places.keys()] : [];
  const lost = places.find((partition) => !present.includes(partition));
  if (lost !== undefined) throw new OffsetOutOfRangeError(lacks(lost));
}

interface Bounds {
  readonly topic: string;
  readonly partition: number;
  readonly start: Offset;
  readonly end: Offset;
}

function beginning(from: ReadFrom | ExactPlaces, bounds: Bounds): Offset {
  const { start, end } = bounds;
  if (from === "latest") return end;
  if (typeof from === "object" && "places" in from) return exactly(from.places.get(bounds.partition) ?? start, bounds);
  return typeof from === "object" && "offset" in from ? Math.min(Math.max(from.offset, start), end) : start;
}

function exactly(offset: Offset, { topic, partition, start, end }: Bounds): Offset {
  if (offset >= start && offset <= end) return offset;
  const holds = `partition ${partition} holds ${start} to ${end}`;
  throw new OffsetOutOfRangeError(`${topic}: offset ${partition}:${offset} is not in the log: ${holds}`);
}
