import {
  DEFAULT_GROUP_OPTIONS,
  SharedAdmin,
  TopicAdmin,
  TopicLogs,
  TopicsError,
  topicNames,
  topicsOf,
} from "../../kafka/index.ts";
import { migratePostgres, PostgresSinkStore } from "../../postgres/index.ts";
import { AvroDecoder } from "../../schema-registry/index.ts";
import type { TopicContent } from "../../sinks/index.ts";
import type { Log } from "../../telemetry/index.ts";
import { kafkaClient } from "../kafka-client.ts";
import { NotYetError } from "../not-yet-error.ts";
import { schemaRegistry } from "../schema-registry-client.ts";
import type { Settings } from "../settings.ts";
import type { Patience } from "../worker/patience.ts";

/** The partitions of one topic that is read. */
export interface SinkTopic {
  readonly content: TopicContent;
  readonly logs: TopicLogs;
}

/** What all partitions of a sink process share. */
export type SinkServices = Awaited<ReturnType<typeof openSinkServices>>;

/**
 * Connects to everything, and makes or upgrades the tables.
 *
 * @throws CliError, TopicsError, SinkStoreRefusedError when something is not as it must be
 */
export async function openSinkServices(settings: Settings, log: Log, patience: Patience) {
  const { config } = settings;
  const kafka = kafkaClient(config, log);
  const decoder = new AvroDecoder(schemaRegistry(config));
  const groupId = `${config.prefix}.sink-postgres`;
  const names = topicNames(config.prefix);
  const admin = new SharedAdmin(kafka);
  const url = config.postgres.url ?? "";
  const store = new PostgresSinkStore(url, config.sink);
  const contents: readonly (readonly [string, TopicContent])[] = [
    [names.threadItems, "mutations"],
    [names.turnSummaries, "mutations"],
    [names.lifecycleEvents, "mutations"],
    [names.deadLetters, "dead-letters"],
  ];
  const fetch = {
    ...DEFAULT_GROUP_OPTIONS.fetch,
    waitMs: config.kafka.fetchWaitMs,
    partitionBytes: config.kafka.fetchBytes,
    // Of all topics together a partition buffers what a worker does.
    bufferBytes: config.kafka.fetchBufferBytes / contents.length,
  };
  const topics = contents.map(([topic, content]): SinkTopic => {
    const onError = (err: unknown): void => log.warn({ topic, err }, "cannot fetch records");
    return { content, logs: new TopicLogs(kafka, { groupId, topic, fetch }, onError) };
  });

  async function close(): Promise<void> {
    await Promise.allSettled([store.close(), admin.close(), ...topics.map(({ logs }) => logs.close())]);
  }

  try {
    await patience.with("checks the tables", async () => {
      const { before, after } = await migratePostgres(url, config.sink.connectMs);
      if (before !== after) log.info({ before, after }, "made or upgraded the tables");
    });
    await patience.with("checks the topics", checkTopics);
    await patience.with("connects to Kafka", () => Promise.all(topics.map(({ logs }) => logs.open())));
    return { settings, kafka, decoder, store, groupId, groupTopic: names.threadItems, topics, fetch, close };
  } catch (error) {
    await close();
    throw error;
  }

  /** Topics that are not there may be on their way. */
  async function checkTopics(): Promise<void> {
    const specs = topicsOf(config.prefix, config.topics).filter(({ name }) =>
      contents.some(([topic]) => topic === name),
    );
    try {
      await new TopicAdmin(admin, specs).check();
    } catch (error) {
      const isMissing = error instanceof TopicsError && error.differences.every(({ what }) => what === "topic");
      throw isMissing ? new NotYetError(error.message, { cause: error }) : error;
    }
  }
}
