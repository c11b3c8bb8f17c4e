import { randomUUID } from "node:crypto";
import { Partitioners, type Producer } from "kafkajs";
import { expect, onTestFinished, vi } from "vitest";
import {
  createKafka,
  DEFAULT_GROUP_OPTIONS,
  DEFAULT_OUTBOX_OPTIONS,
  type GroupEvent,
  type KafkaClient,
  type KafkaConfig,
  KafkaOutbox,
  type KafkaOutboxOptions,
  ObserverGroup,
  type ObserverGroupOptions,
  type ReadFrom,
  readTopic,
  SharedAdmin,
  type TopicRecord,
  topicEnds,
} from "../../../src/kafka/index.ts";
import { DEFAULT_FETCH_OPTIONS, TopicFetcher } from "../../../src/kafka/topic-fetcher.ts";
import type { PartitionLog } from "../../../src/worker/index.ts";

const brokers = process.env.KAFKA_BROKERS?.split(",") ?? [];

/** The broker under test. */
export const BROKER = brokers[0] ?? "";
if (BROKER === "") throw new Error("KAFKA_BROKERS is not set: start the services first");

/** A client of the broker under test. */
export function testClient(config: Partial<KafkaConfig> = {}): KafkaClient {
  return createKafka({ brokers, clientId: "test", ...config }, () => undefined);
}

export const client = testClient();

/** A name that no other test has. */
export function unique(name: string): string {
  return `test-${name}-${randomUUID().slice(0, 8)}`;
}

/** Connections for administration, closed when the test is over. */
export function testAdmin(): SharedAdmin {
  const admin = new SharedAdmin(client);
  onTestFinished(() => admin.close());
  return admin;
}

/** A new topic, deleted when the test is over. */
export async function testTopic(
  name: string,
  partitions = 1,
  config: Record<string, string> = {},
  topic = unique(name),
): Promise<string> {
  const admin = await testAdmin().connected();
  const configEntries = Object.entries(config).map(([setting, value]) => ({ name: setting, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }], waitForLeaders: false });
  // A broker tells of a topic before it leads its partitions; their offsets only the leader answers.
  await vi.waitFor(() => admin.fetchTopicOffsets(topic), SOON);
  onTestFinished(async () => {
    const cleaner = client.kafka.admin();
    await cleaner.connect();
    await cleaner.deleteTopics({ topics: [topic] });
    await cleaner.disconnect();
  });
  return topic;
}

/** kafkajs's own producer: connected, and disconnected when the test is over. */
export async function testProducer(transactionalId?: string, kafka: KafkaClient = client): Promise<Producer> {
  const producer = kafka.transactional.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    ...(transactionalId === undefined ? {} : { transactionalId }),
  });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}

/** Writes values in order, each under its own text as key. */
export async function write(topic: string, values: readonly string[], partition = 0): Promise<void> {
  const producer = await testProducer();
  await producer.send({ topic, messages: values.map((value) => ({ key: value, value, partition })) });
}

/** Waits until no transaction is open: a commit or an abort is answered before its markers are written. */
export async function settled(topic: string): Promise<void> {
  const fetcher = new TopicFetcher(client, topic, DEFAULT_FETCH_OPTIONS, unexpected);
  onTestFinished(() => fetcher.close());
  await fetcher.open();
  await vi.waitFor(async () => {
    // Where an open transaction begins, reading ends.
    expect(await fetcher.offsets("end")).toEqual(await topicEnds(client, topic));
  }, SOON);
}

/** Long enough for whatever the brokers do by themselves. */
export const SOON = { timeout: 30_000, interval: 20 };

/** The records of a topic up to its end, no transaction being open any more. */
export async function contentOf(topic: string): Promise<TopicRecord[]> {
  await settled(topic);
  return await recordsFrom(topic, "earliest");
}

export async function recordsFrom(topic: string, from: ReadFrom): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  for await (const record of readTopic(client, topic, { from, follow: false, onError: unexpected }))
    records.push(record);
  return records;
}

export async function valuesOf(topic: string): Promise<string[]> {
  return (await contentOf(topic)).map(({ value }) => String(value));
}

export function unexpected(error: unknown): never {
  throw new Error("not expected", { cause: error });
}

/** An outbox of partition 0 with topics of its own, closed when the test is over. */
export function testOutbox(options: Partial<KafkaOutboxOptions> & OutboxTopics, kafka = client): KafkaOutbox {
  const outbox = new KafkaOutbox(kafka, {
    ...DEFAULT_OUTBOX_OPTIONS,
    partition: 0,
    deadLettersTopic: options.mutationsTopic,
    decisionsTopic: options.mutationsTopic,
    ...options,
  });
  onTestFinished(() => outbox.close());
  return outbox;
}

type OutboxTopics = Pick<KafkaOutboxOptions, "groupId" | "topic" | "mutationsTopic">;

/** A group with short times, stopped when the test is over, and what it told. */
export function testGroup(
  options: Partial<ObserverGroupOptions> & Pick<ObserverGroupOptions, "groupId" | "topic">,
  kafka = client,
) {
  const events: GroupEvent[] = [];
  const group = new ObserverGroup(
    kafka,
    { ...DEFAULT_GROUP_OPTIONS, heartbeatMs: 200, retryMs: 50, ...options },
    (event) => events.push(event),
  );
  onTestFinished(() => group.stop());
  return { group, events };
}

/** Takes batches until reading has come to `end`. */
export async function takeUntil(log: PartitionLog, end: number): Promise<string[]> {
  const values: string[] = [];
  for (let next = -1; next < end; ) {
    const batch = await log.take(1_000, new AbortController().signal);
    values.push(...(batch?.records ?? []).map(({ value }) => String(value)));
    next = batch?.next ?? next;
  }
  return values;
}
