import type { Decision, Decisions, Offset } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { decisionMessage, readDecision } from "./decision-record.ts";
import type { PartitionFeed } from "./partition-feed.ts";
import { DEFAULT_FETCH_OPTIONS, TopicFetcher } from "./topic-fetcher.ts";

export type DecisionsEvent =
  /** A record that is not a decision; it is left out. */
  | { readonly type: "malformed"; readonly offset: Offset; readonly reason: string }
  | { readonly type: "fetch-failed"; readonly error: unknown };

/** The topic has one partition. */
const PARTITION = 0;
/** How long the broker holds a request for decisions, which are rare. */
const WAIT_MS = 1_000;

/** The decisions topic, followed from its beginning. One serves all workers of a process. */
export class KafkaDecisions implements Decisions {
  readonly #topic: string;
  readonly #fetcher: TopicFetcher;
  readonly #onEvent: (event: DecisionsEvent) => void;
  readonly #closed = new AbortController();
  readonly #byKey = new Map<string, Decision>();
  #next: Offset = 0;
  #version = 0;
  #following: Promise<void> | undefined;
  #moved = Promise.withResolvers<void>();

  constructor(client: KafkaClient, topic: string, onEvent: (event: DecisionsEvent) => void) {
    this.#topic = topic;
    this.#onEvent = onEvent;
    this.#fetcher = new TopicFetcher(client, topic, { ...DEFAULT_FETCH_OPTIONS, waitMs: WAIT_MS }, (error) =>
      onEvent({ type: "fetch-failed", error }),
    );
  }

  /** Connects and begins to follow the topic. */
  async open(): Promise<void> {
    await this.#fetcher.open();
    this.#following ??= this.#follow(this.#fetcher.feed(PARTITION));
  }

  get version(): number {
    return this.#version;
  }

  async settled(signal: AbortSignal): Promise<void> {
    await this.#reach(await this.#fetcher.offsets("written-end"), signal);
  }

  async read(): Promise<readonly Decision[]> {
    await this.#reach(await this.#fetcher.offsets("end"), new AbortController().signal);
    return [...this.#byKey.values()];
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#following;
    await this.#fetcher.close();
  }

  async #reach(ends: ReadonlyMap<number, Offset | null>, signal: AbortSignal): Promise<void> {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    const end = ends.get(PARTITION) ?? 0;
    while (this.#next < end && !signal.aborted) {
      if (this.#closed.signal.aborted) throw new Error(`${this.#topic} was closed while decisions were being read`);
      await Promise.race([this.#moved.promise, aborted]);
    }
    signal.removeEventListener("abort", onAbort);
  }

  async #follow(feed: PartitionFeed): Promise<void> {
    feed.seek(0);
    while (!this.#closed.signal.aborted) {
      try {
        const batch = await feed.take(WAIT_MS, this.#closed.signal);
        for (const record of batch?.records ?? []) this.#apply(record);
        this.#next = batch?.next ?? this.#next;
      } catch (error) {
        this.#onEvent({ type: "fetch-failed", error });
        await this.#startOver(feed).catch((failure) => this.#onEvent({ type: "fetch-failed", error: failure }));
      }
      this.#moved.resolve();
      this.#moved = Promise.withResolvers();
    }
  }

  #apply({ offset, key, value }: { offset: Offset; key: Buffer | null; value: Buffer | null }): void {
    const name = key?.toString("utf8") ?? "";
    const read = value === null ? undefined : readDecision(value);
    if (read === undefined) this.#byKey.delete(name);
    else if (read.outcome === "decision") this.#byKey.set(name, read.decision);
    else this.#onEvent({ type: "malformed", offset, reason: read.reason });
    this.#version++;
  }

  /** Its beginning was deleted, or the topic was made again. */
  async #startOver(feed: PartitionFeed): Promise<void> {
    const starts = await this.#fetcher.offsets("start");
    this.#byKey.clear();
    this.#next = starts.get(PARTITION) ?? 0;
    feed.seek(this.#next);
  }
}

/** Writes a decision, as an operator does. Workers take it up by themselves. */
export async function writeDecision(client: KafkaClient, topic: string, decision: Decision): Promise<void> {
  const producer = client.kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: () => () => PARTITION,
  });
  await producer.connect();
  try {
    await producer.send({ topic, messages: [decisionMessage(decision)] });
  } finally {
    await producer.disconnect();
  }
}
