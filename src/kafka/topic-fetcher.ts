import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "kafkajs";
import type { Offset } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { clusterOf, leaderOf, NO_LEADER, partitionsOf } from "./cluster.ts";
import { type FetchAnswer, fetchFrom } from "./fetch-answer.ts";
import { fetchedFrom, unreadFrom } from "./fetched.ts";
import { hasType, isRetriable, messageOf } from "./kafka-errors.ts";
import { OffsetOutOfRangeError, PartitionFeed, type Want } from "./partition-feed.ts";

export interface FetchOptions {
  /** How long the broker waits for records before it answers with none. A seek takes effect after it at the latest. */
  readonly waitMs: number;
  /** Bytes fetched of one partition at a time. A larger record is fetched all the same. */
  readonly partitionBytes: number;
  /** Bytes of one answer, of all partitions. */
  readonly answerBytes: number;
  /** Bytes buffered of one partition from which on it is not fetched. */
  readonly bufferBytes: number;
  /** Wait after a failed fetch; doubled with every further one, at most `maxRetryMs`. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  /** Whether records come with their headers. */
  readonly headers: boolean;
}

export const DEFAULT_FETCH_OPTIONS: FetchOptions = {
  waitMs: 250,
  partitionBytes: 1024 * 1024,
  answerBytes: 10 * 1024 * 1024,
  bufferBytes: 4 * 1024 * 1024,
  retryMs: 100,
  maxRetryMs: 5_000,
  headers: false,
};

const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;

/** Reads partitions of one topic, read committed, each by its feed. One request at a time and broker serves all feeds. */
export class TopicFetcher {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #options: FetchOptions;
  readonly #onError: (error: unknown) => void;
  readonly #feeds = new Set<PartitionFeed>();
  readonly #pulls = new Map<number, Promise<void>>();
  readonly #closed = new AbortController();
  #room = Promise.withResolvers<void>();

  /** `onError` is told of failed fetches; they are tried again until they succeed. */
  constructor(client: KafkaClient, topic: string, options: FetchOptions, onError: (error: unknown) => void) {
    this.#cluster = clusterOf(client.kafka);
    this.#topic = topic;
    this.#options = options;
    this.#onError = onError;
  }

  /** Connects. Again after a failure, or when it is not known whether it is connected. */
  async open(): Promise<void> {
    await this.#cluster.connect();
    await this.#cluster.addMultipleTargetTopics([this.#topic]);
    this.#pullFromLeaders();
  }

  /** The partitions of the topic, as far as they were known when it was last asked. */
  get partitions(): readonly number[] {
    return partitionsOf(this.#cluster, this.#topic);
  }

  /**
   * First offset at or after a time; null where no record is so late. `"end"`: that of the first open transaction, or the end.
   * `"written-end"`: the end, whatever is open.
   */
  async offsets(at: "start" | "end" | "written-end" | { readonly time: number }): Promise<Map<number, Offset | null>> {
    const partitions = this.partitions.map((partition) => ({ partition }));
    const from = typeof at === "object" ? { fromTimestamp: at.time } : { fromBeginning: at === "start" };
    const isolationLevel = at === "written-end" ? READ_UNCOMMITTED : READ_COMMITTED;
    const cluster: Cluster = Object.create(this.#cluster, { isolationLevel: { value: isolationLevel } });
    const found = await this.#retrying(() => cluster.fetchTopicsOffset([{ topic: this.#topic, partitions, ...from }]));
    return new Map(
      found.flatMap((topic) =>
        topic.partitions.map(
          ({ partition, offset }) => [partition, Number(offset) < 0 ? null : Number(offset)] as const,
        ),
      ),
    );
  }

  /** Brokers hear of a new topic, or of another leader, one after the other. */
  async #retrying<T>(ask: () => Promise<T>): Promise<T> {
    for (let retryMs = this.#options.retryMs; ; retryMs *= 2) {
      try {
        return await ask();
      } catch (error) {
        if (!isRetriable(error) || retryMs > this.#options.maxRetryMs) throw error;
        await sleep(retryMs);
        await this.#cluster.refreshMetadata();
      }
    }
  }

  /** A feed of one partition; nothing is fetched before its first seek. */
  feed(partition: number): PartitionFeed {
    const feed = new PartitionFeed(partition, this.#options.bufferBytes, () => this.#wake());
    this.#feeds.add(feed);
    return feed;
  }

  release(feed: PartitionFeed): void {
    this.#feeds.delete(feed);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#wake();
    await Promise.all([...this.#pulls.values(), this.#cluster.disconnect()]);
  }

  #wake(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  #pullFromLeaders(): void {
    const leaders = this.partitions.map((partition) => leaderOf(this.#cluster, this.#topic, partition));
    for (const node of [NO_LEADER, ...leaders]) if (!this.#pulls.has(node)) this.#pulls.set(node, this.#pull(node));
    this.#wake();
  }

  /** Fetches what is wanted of the partitions that a broker leads, for as long as this is open. */
  async #pull(node: number): Promise<void> {
    let retryMs = this.#options.retryMs;
    while (!this.#closed.signal.aborted) {
      const room = this.#room.promise;
      try {
        const wants = this.#wantsOf(node);
        if (wants.size === 0) {
          await room;
          continue;
        }
        await this.#fetch(node, wants);
        retryMs = this.#options.retryMs;
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        this.#onError(error);
        await sleep(retryMs, undefined, { signal: this.#closed.signal }).catch(() => undefined); // closed meanwhile
        retryMs = Math.min(2 * retryMs, this.#options.maxRetryMs);
        if (!this.#closed.signal.aborted) await this.#reconnect(error).catch(this.#onError);
      }
    }
  }

  #wantsOf(node: number): Map<PartitionFeed, Want> {
    const wants = new Map<PartitionFeed, Want>();
    for (const feed of this.#feeds) {
      const { want } = feed;
      if (want !== undefined && leaderOf(this.#cluster, this.#topic, feed.partition) === node) wants.set(feed, want);
    }
    return wants;
  }

  async #fetch(node: number, wants: ReadonlyMap<PartitionFeed, Want>): Promise<void> {
    if (node === NO_LEADER) throw new Error(`${this.#topic}: no broker leads ${[...wants.values()].map(placeOf)}`);
    await this.#cluster.refreshMetadataIfNecessary();
    const broker = await this.#cluster.findBroker({ nodeId: String(node) });
    const request = fetchFrom(broker, {
      maxWaitTime: this.#options.waitMs,
      minBytes: 1,
      maxBytes: this.#options.answerBytes,
      isolationLevel: READ_COMMITTED,
      topics: [
        {
          topic: this.#topic,
          partitions: [...wants.values()].map(({ partition, offset }) => ({
            partition,
            fetchOffset: String(offset),
            maxBytes: this.#options.partitionBytes,
          })),
        },
      ],
    });
    const answer: FetchAnswer | undefined = await request.catch((error: unknown) => this.#outOfRange(error, wants));
    const fetched = new Map(answer?.responses.flatMap(({ partitions }) => partitions.map((p) => [p.partition, p])));
    for (const [feed, want] of wants) {
      const partition = fetched.get(want.partition);
      if (partition === undefined) continue;
      const { headers } = this.#options;
      const isUnread = "batches" in partition;
      feed.accept(
        want,
        isUnread
          ? unreadFrom(want.offset, partition, headers)
          : fetchedFrom(want.offset, partition, wants.size === 1, headers),
      );
    }
  }

  /** Of all partitions that a request asked for, the error names the one that it is about. */
  #outOfRange(error: unknown, wants: ReadonlyMap<PartitionFeed, Want>): undefined {
    if (!hasType(error, "OFFSET_OUT_OF_RANGE")) throw error;
    const { partition } = error as { readonly partition?: number };
    for (const [feed, want] of wants) {
      if (want.partition !== partition) continue;
      const message = `${this.#topic}: offset ${placeOf(want)} is not in the log: seek to one that is`;
      feed.fail(want, new OffsetOutOfRangeError(message, { cause: error }));
      return;
    }
    throw new Error(`${this.#topic}: ${messageOf(error)}`, { cause: error });
  }

  async #reconnect(error: unknown): Promise<void> {
    if (error instanceof Error && error.name === "KafkaJSConnectionClosedError")
      this.#cluster.removeBroker(error as unknown as { readonly host: string; readonly port: number });
    await this.#cluster.connect();
    await this.#cluster.refreshMetadata();
    this.#pullFromLeaders();
  }
}

function placeOf({ partition, offset }: Want): string {
  return `${partition}:${offset}`;
}
