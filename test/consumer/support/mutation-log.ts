import { Partitioners, type Producer, type Transaction } from "kafkajs";
import { onTestFinished } from "vitest";
import { createMutationReader, type MutationReaderOptions, type ReadMutation } from "../../../src/consumer/index.ts";
import {
  AvroDecoder,
  AvroRecordCodec,
  idsOf,
  registerSchemas,
  SchemaRegistry,
} from "../../../src/schema-registry/index.ts";
import type { DeliveredMutation } from "../../../src/testing/index.ts";
import { BROKER, client, settled, testTopic, unique } from "../../kafka/support/cluster.ts";

export const schemaRegistryUrl = process.env.SCHEMA_REGISTRY_URL ?? "";
const registry = new SchemaRegistry({ url: schemaRegistryUrl });

const TOPICS = { thread_item: "thread-items", turn_summary: "turn-summaries", lifecycle: "lifecycle-events" } as const;

/** The mutation topics of an installation of their own, written as the workers do. */
export class MutationLog {
  readonly prefix: string;
  readonly #codec: AvroRecordCodec;

  private constructor(prefix: string, codec: AvroRecordCodec) {
    this.prefix = prefix;
    this.#codec = codec;
  }

  static async make(partitions = 1): Promise<MutationLog> {
    const prefix = unique("consumer");
    const ids = idsOf(await registerSchemas(registry, prefix));
    for (const topic of Object.values(TOPICS)) await testTopic(topic, partitions, {}, `${prefix}.${topic}`);
    const source = { topic: `${prefix}.rollout-events`, partition: 0 };
    const decoder = new AvroDecoder(registry, ids);
    return new MutationLog(prefix, new AvroRecordCodec({ decoder, ids, source, maxRecordBytes: 1_000_000 }));
  }

  /** Options of a reader up to the present end. */
  options(more: Partial<MutationReaderOptions> = {}): MutationReaderOptions {
    return { brokers: [BROKER], schemaRegistryUrl, prefix: this.prefix, follow: false, ...more };
  }

  /** All that a reader gives. */
  async read(more: Partial<MutationReaderOptions> = {}): Promise<ReadMutation[]> {
    const read: ReadMutation[] = [];
    for await (const one of createMutationReader(this.options(more))) read.push(one);
    return read;
  }

  /** Writes mutations in one transaction. */
  async publish(mutations: readonly DeliveredMutation[], partition = 0): Promise<void> {
    const transaction = await this.begin(mutations, partition);
    await transaction.commit();
    await this.settled();
  }

  /** The value of a mutation's record. */
  valueOf({ mutation, sourceOffset }: DeliveredMutation): Buffer {
    return this.#codec.encodeMutation(mutation, sourceOffset, 0);
  }

  /** Writes mutations in a transaction that stays open. */
  async begin(mutations: readonly DeliveredMutation[], partition = 0): Promise<Transaction> {
    const transaction = await (await transactional()).transaction();
    for (const delivered of mutations) {
      const { type, threadId } = delivered.mutation;
      const value = this.valueOf(delivered);
      const topic = `${this.prefix}.${TOPICS[type]}`;
      await transaction.send({ topic, messages: [{ key: threadId, value, partition }] });
    }
    return transaction;
  }

  /** Writes any bytes. */
  async publishBytes(topic: (typeof TOPICS)[keyof typeof TOPICS], value: Buffer | null): Promise<void> {
    const transaction = await (await transactional()).transaction();
    await transaction.send({ topic: `${this.prefix}.${topic}`, messages: [{ key: "k", value, partition: 0 }] });
    await transaction.commit();
    await this.settled();
  }

  /** Waits until no transaction is open. */
  async settled(): Promise<void> {
    for (const topic of Object.values(TOPICS)) await settled(`${this.prefix}.${topic}`);
  }
}

async function transactional(): Promise<Producer> {
  const producer = client.transactional.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    transactionalId: unique("transaction"),
  });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}
