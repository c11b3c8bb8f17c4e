import { setTimeout as sleep } from "node:timers/promises";
import type { CompressionTypes, Transaction as KafkaTransaction, Producer, TopicMessages } from "kafkajs";
import type { Offset } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { hasType } from "./kafka-errors.ts";

/** Where a group stands in a partition of its topic. */
export interface GroupOffset {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: Offset;
}

/** The same for every owner of a group's partition: so that a new one ends what an older one left open (KIP-98). */
export function transactionalIdOf(groupId: string, topic: string, partition: number): string {
  return `${groupId}-${topic}-${partition}`;
}

/**
 * The brokers are not ready for offsets yet. kafkajs retries the first of these for records, but not for offsets, and means to
 * retry the others, but looks for them by names that they do not have.
 */
const NOT_READY = [
  "CONCURRENT_TRANSACTIONS",
  "NOT_COORDINATOR_FOR_GROUP",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
];
const NOT_READY_RETRY_MS = 10;

/** A producer that has fenced all older ones of its transactional id. After any failure it has to be discarded. */
export class TransactionalProducer {
  readonly #producer: Producer;
  readonly #working = new Set<Promise<unknown>>();
  #discarded = false;

  constructor(client: KafkaClient, transactionalId: string, transactionTimeoutMs: number) {
    this.#producer = client.transactional.producer({
      transactionalId,
      transactionTimeout: transactionTimeoutMs,
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: () => partitionOf,
    });
  }

  /** Connecting does not fence: kafkajs asks for the producer's epoch when its first transaction begins. */
  fence(): Promise<void> {
    return this.#work(async () => {
      await this.#producer.connect();
      const empty = await this.#producer.transaction();
      await empty.abort();
    });
  }

  commit(
    sends: readonly TopicMessages[][],
    compression: CompressionTypes,
    { groupId, topic, partition, offset }: GroupOffset,
  ): Promise<void> {
    return this.#work(async () => {
      const transaction = await this.#producer.transaction();
      for (const topicMessages of sends) await transaction.sendBatch({ topicMessages, compression });
      const topics = [{ topic, partitions: [{ partition, offset: String(offset) }] }];
      await this.#addOffsets(transaction, { consumerGroupId: groupId, topics });
      await transaction.commit();
    });
  }

  /** Lets go of the connection, also once work that was given up on has ended: kafkajs connects again for its retries. */
  async discard(): Promise<void> {
    this.#discarded = true;
    await this.#producer.disconnect();
    await Promise.allSettled(this.#working);
    await this.#producer.disconnect();
  }

  async #work<T>(work: () => Promise<T>): Promise<T> {
    const working = work();
    this.#working.add(working);
    try {
      return await working;
    } finally {
      this.#working.delete(working);
    }
  }

  async #addOffsets(transaction: KafkaTransaction, offsets: Parameters<KafkaTransaction["sendOffsets"]>[0]) {
    for (;;) {
      try {
        return await transaction.sendOffsets(offsets);
      } catch (error) {
        if (this.#discarded || !hasType(error, ...NOT_READY)) throw error;
        await sleep(NOT_READY_RETRY_MS);
      }
    }
  }
}

function partitionOf({ message }: { readonly message: { readonly partition?: number } }): number {
  if (message.partition === undefined) throw new TypeError("a message of a transaction names its partition");
  return message.partition;
}
