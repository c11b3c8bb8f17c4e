import { setTimeout as sleep } from "node:timers/promises";
import { type Message, type PartitionerArgs, Partitioners, type Producer } from "kafkajs";
import type { KafkaClient } from "./client.ts";
import { hasType, isRetriable, messageOf } from "./kafka-errors.ts";
import { CompressionTypes } from "./kafkajs-exports.ts";
import { SEND_BYTES, sizeOf } from "./sends.ts";
import { ValueRing } from "./value-ring.ts";

/** A record for the input topic. */
export interface PublishedRecord {
  /** The key: all records of a thread go to one partition, in the order they are given. */
  readonly threadId: string;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PublisherOptions {
  /** Bytes that may wait to be acknowledged before `publish` waits. */
  readonly bufferBytes: number;
  /** How long records gather before they are sent, unless `batchBytes` of them wait. */
  readonly lingerMs: number;
  /** So much is sent at once at most; a larger record by itself. Brokers refuse batches over `max.message.bytes`. */
  readonly batchBytes: number;
  readonly compression: "none" | "gzip";
  /** How long records are sent again and again, such as to a broker that restarts, before it is an error. */
  readonly deliveryMs: number;
}

/** Batches of half of what brokers take are sent as fast, and half as much of them waits to be collected. */
export const DEFAULT_PUBLISHER_OPTIONS: PublisherOptions = {
  bufferBytes: 2 * 1024 * 1024,
  lingerMs: 10,
  batchBytes: SEND_BYTES / 2,
  compression: "none",
  deliveryMs: 120_000,
};

/**
 * Some records were not acknowledged: they may have been written. Publish them again, with a new publisher; copies are recognised
 * by their place.
 */
export class PublishError extends Error {
  override readonly name = "PublishError";
}

/** What to do about what brokers refuse, by the type of their error. */
const REMEDIES: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: "raise max.message.bytes of the topic, or lower producer.maxRecordBytes",
  TOPIC_AUTHORIZATION_FAILED: "give this user the right to write to the topic",
};
/** Few at a time, so that it is looked at often enough whether `deliveryMs` have passed. */
const RETRY = { retries: 5, maxRetryTime: 1_000 };
/** kafkajs gives up connecting after its own few tries, however many a producer has. */
const AGAIN_MS = 500;

type QueuedMessage = Message & { readonly value: Buffer };

/** Publishes rollout lines, in order and each once as long as this lives. The partition is Java's own: murmur2 of the key. */
export class RolloutPublisher {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #options: PublisherOptions;
  readonly #queue: QueuedMessage[] = [];
  readonly #values: ValueRing;
  #queuedBytes = 0;
  #unacknowledged = 0;
  /** How many records were taken, and how many of them the broker has. */
  #taken = 0;
  #written = 0;
  readonly #waiters: { readonly until: number; readonly settle: () => void }[] = [];
  #sending: Promise<void> | undefined;
  #progress = Promise.withResolvers<void>();
  #failure: PublishError | undefined;

  constructor(client: KafkaClient, topic: string, options: PublisherOptions = DEFAULT_PUBLISHER_OPTIONS) {
    this.#topic = topic;
    this.#options = options;
    this.#values = new ValueRing(options.bufferBytes);
    this.#producer = client.kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: rememberingPartitioner,
      retry: RETRY,
    });
  }

  async connect(): Promise<void> {
    await this.#producer.connect();
  }

  /**
   * Resolves once the records have room in the buffer; `flush` tells that they were written.
   *
   * @throws PublishError when any record before failed; nothing more is taken then
   */
  async publish(records: Iterable<PublishedRecord>): Promise<void> {
    for (const { threadId, value, headers } of records) {
      while (this.#unacknowledged >= this.#options.bufferBytes && this.#failure === undefined)
        await this.#progress.promise;
      if (this.#failure !== undefined) throw this.#failure;
      const kept = { key: threadId, value: this.#values.keep(value) };
      const message = headers === undefined ? kept : { ...kept, headers };
      this.#queue.push(message);
      this.#taken += 1;
      this.#queuedBytes += sizeOf(message);
      this.#unacknowledged += sizeOf(message);
      this.#sending ??= this.#send();
    }
  }

  /**
   * Resolves once the broker has all that was taken so far, whatever comes after it.
   *
   * @throws PublishError when it may not have all of that
   */
  async acknowledged(): Promise<void> {
    const until = this.#taken;
    while (this.#written < until && this.#failure === undefined)
      await new Promise<void>((settle) => this.#waiters.push({ until, settle }));
    if (this.#written < until && this.#failure !== undefined) throw this.#failure;
  }

  /** @throws PublishError when not all were written */
  async flush(): Promise<void> {
    await this.#sending;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Flushes and disconnects. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#producer.disconnect();
    }
  }

  async #send(): Promise<void> {
    while (this.#queue.length > 0 && this.#failure === undefined) {
      if (this.#queuedBytes < this.#options.batchBytes) await sleep(this.#options.lingerMs);
      const { messages, bytes } = this.#cut();
      try {
        await this.#deliver(messages);
        for (const { value } of messages) this.#values.release(value);
        this.#unacknowledged -= bytes;
        this.#written += messages.length;
      } catch (error) {
        const count = messages.length + this.#queue.length;
        const what = `${count} records for ${this.#topic} were not acknowledged: ${messageOf(error)}`;
        const remedies = Object.keys(REMEDIES).filter((type) => hasType(error, type));
        this.#failure = new PublishError([what, ...remedies.map((type) => REMEDIES[type])].join(": "), {
          cause: error,
        });
      }
      this.#progress.resolve();
      this.#progress = Promise.withResolvers();
      this.#settle();
    }
    this.#sending = undefined;
  }

  /** Waiters are in the order of what they wait for. */
  #settle(): void {
    const waiting = this.#waiters.findIndex(({ until }) => until > this.#written && this.#failure === undefined);
    for (const { settle } of this.#waiters.splice(0, waiting < 0 ? this.#waiters.length : waiting)) settle();
  }

  /** Sends until it is acknowledged. The sequence numbers stay, so that the broker knows what it has. */
  async #deliver(messages: Message[]): Promise<void> {
    const compression = this.#options.compression === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None;
    for (const until = Date.now() + this.#options.deliveryMs; ; await sleep(AGAIN_MS)) {
      try {
        await this.#producer.send({ topic: this.#topic, messages, compression });
        return;
      } catch (error) {
        if (!isRetriable(error) || Date.now() >= until) throw error;
      }
    }
  }

  /** As much as fits in one send, whatever partitions it goes to; a larger record by itself. */
  #cut(): { readonly messages: QueuedMessage[]; readonly bytes: number } {
    let bytes = 0;
    let count = 0;
    for (const message of this.#queue) {
      if (count > 0 && bytes + sizeOf(message) > this.#options.batchBytes) break;
      bytes += sizeOf(message);
      count++;
    }
    this.#queuedBytes -= bytes;
    return { messages: this.#queue.splice(0, count), bytes };
  }
}

/** To hash a key costs as much as all else that is done to a record; lines of a thread come one after the other. */
const REMEMBERED_THREADS = 10_000;

/** Java's own partitioner, asked once for each thread. */
function rememberingPartitioner(): (args: PartitionerArgs) => number {
  const partitionOf = Partitioners.DefaultPartitioner();
  const known = new Map<string, number>();
  let partitions = 0;
  return (args) => {
    const count = args.partitionMetadata.length;
    if (count !== partitions || known.size > REMEMBERED_THREADS) known.clear();
    partitions = count;
    const key = String(args.message.key);
    const partition = known.get(key) ?? partitionOf(args);
    known.set(key, partition);
    return partition;
  };
}
