import {
  DEFAULT_PUBLISHER_OPTIONS,
  hasType,
  type KafkaClient,
  noSuchTopic,
  PublishError,
  type PublishedRecord,
  RolloutPublisher,
  readTopic,
  SharedAdmin,
  TopicAdmin,
  topicNames,
  topicsOf,
} from "../../kafka/index.ts";
import { AvroDecoder, encodeRolloutEvent, type SchemaRegistry } from "../../schema-registry/index.ts";
import type { RecordSink } from "../../ship/index.ts";
import type { Log } from "../../telemetry/index.ts";
import type { RolloutRecord } from "../../worker/index.ts";
import { CliError } from "../cli-error.ts";
import { kafkaClient } from "../kafka-client.ts";
import { NotYetError } from "../not-yet-error.ts";
import { envelopeSchema, schemaRegistry } from "../schema-registry-client.ts";
import type { Settings } from "../settings.ts";

/** Names of files that begin so, begin with when they were made. */
const NAME_TIME = /^rollout-(\d{4}-\d\d-\d\d)T/;
/** Names tell local time, and clocks differ. */
const DAY_MS = 86_400_000;

/** The input topic, seen from the one who fills it. */
export class Destination implements RecordSink, AsyncDisposable {
  /** Which topic of which cluster. */
  readonly name: string;
  /** Whether nothing was ever sent to it. */
  readonly isEmpty: boolean;
  readonly #kafka: KafkaClient;
  readonly #registry: SchemaRegistry;
  readonly #topic: string;
  readonly #schemaId: number;
  readonly #publisher: RolloutPublisher;

  private constructor(
    { name, isEmpty }: Examined,
    topic: string,
    kafka: KafkaClient,
    registry: SchemaRegistry,
    schemaId: number,
    publisher: RolloutPublisher,
  ) {
    this.name = name;
    this.isEmpty = isEmpty;
    this.#topic = topic;
    this.#kafka = kafka;
    this.#registry = registry;
    this.#schemaId = schemaId;
    this.#publisher = publisher;
  }

  /** @throws NotYetError when the topic or its schema is missing; errors of Kafka and of the registry */
  static async open({ config }: Settings, log: Log): Promise<Destination> {
    const topic = topicNames(config.prefix).rolloutEvents;
    const kafka = kafkaClient(config, log);
    const found = await examined(kafka, config);
    const registry = schemaRegistry(config);
    const schemaId = await envelopeSchema(registry, config.prefix);
    const options = {
      ...DEFAULT_PUBLISHER_OPTIONS,
      compression: config.kafka.compression,
      deliveryMs: config.ship.deliveryMs,
    };
    const publisher = new RolloutPublisher(kafka, topic, options);
    await publisher.connect();
    return new Destination(found, topic, kafka, registry, schemaId, publisher);
  }

  async send(records: Parameters<RecordSink["send"]>[0]): Promise<void> {
    await this.#publisher.publish(this.#messages(records));
  }

  *#messages(records: Parameters<RecordSink["send"]>[0]): Iterable<PublishedRecord> {
    for (const { record, headers } of records) {
      const message = { threadId: record.threadId, value: encodeRolloutEvent(record, this.#schemaId) };
      yield headers === null ? message : { ...message, headers };
    }
  }

  async acknowledged(): Promise<void> {
    await this.#publisher.acknowledged();
  }

  /** What the topic holds, from about when the first of these files was begun. */
  async *recordsSince(names: readonly string[], signal: AbortSignal): AsyncGenerator<RolloutRecord> {
    const decoder = new AvroDecoder(this.#registry);
    const from = beginningOf(names);
    for await (const { value } of readTopic(this.#kafka, this.#topic, { from, follow: false, signal, onError })) {
      if (value === null) continue;
      const decoded = await decoder.fetching(() => decoder.decodeRolloutEvent(value));
      if (decoded.outcome === "record") yield decoded.record;
    }
  }

  /** What was not written is told by `acknowledged`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#publisher.close().catch((error: unknown) => {
      if (!(error instanceof PublishError)) throw error;
    });
  }
}

/** A topic that cannot be read just now is tried again. */
function onError(): void {}

function beginningOf(names: readonly string[]): "earliest" | { readonly time: Date } {
  const times = names.map((name) => Date.parse(NAME_TIME.exec(name)?.[1] ?? ""));
  const earliest = Math.min(...times);
  return Number.isFinite(earliest) ? { time: new Date(earliest - DAY_MS) } : "earliest";
}

type Examined = Pick<Destination, "name" | "isEmpty">;

/** Sees that the topic is there and takes what will be sent. */
async function examined(kafka: KafkaClient, { prefix, topics, producer }: Settings["config"]): Promise<Examined> {
  const topic = topicNames(prefix).rolloutEvents;
  const admin = new SharedAdmin(kafka);
  try {
    const specs = topicsOf(prefix, topics).filter(({ name }) => name === topic);
    const { created, differences } = await new TopicAdmin(admin, specs).create({ dryRun: true });
    for (const { name } of created) throw new NotYetError(noSuchTopic(name));
    const limit = differences.find(({ what }) => what === "max.message.bytes");
    if (limit !== undefined && Number(limit.found) <= producer.maxRecordBytes)
      throw new CliError(
        `${limit.topic}: takes records of ${limit.found} bytes at most (max.message.bytes), but producer.maxRecordBytes is ${producer.maxRecordBytes}: lower that, or ${limit.remedy}`,
      );
    const connected = await admin.connected();
    const { clusterId } = await connected.describeCluster();
    const offsets = await connected.fetchTopicOffsets(topic);
    return { name: `${topic} of cluster ${clusterId}`, isEmpty: offsets.every(({ high }) => Number(high) === 0) };
  } catch (error) {
    if (!hasType(error, "TOPIC_AUTHORIZATION_FAILED")) throw error;
    throw new NotYetError(`${topic}: this user has not all rights that it needs: ${RIGHTS}`, { cause: error });
  } finally {
    await admin.close();
  }
}

/** By Kafka's own names. */
const RIGHTS =
  "give it Describe, DescribeConfigs (for max.message.bytes), Write, and Read (for positions that were lost) on the topic";
