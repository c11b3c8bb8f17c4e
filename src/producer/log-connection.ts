import {
  type KafkaClient,
  noSuchTopic,
  type PublishedRecord,
  RolloutPublisher,
  SharedAdmin,
  topicNames,
} from "../kafka/index.ts";
import { envelopeSchemaId, type SchemaRegistry } from "../schema-registry/index.ts";
import type { CheckedOptions } from "./options.ts";

/** A way to the log that lines are written on until the first failure. */
export interface LogConnection {
  /** Of the envelope's schema. */
  readonly schemaId: number;
  /** Resolves when the records have room; they come in order as long as one waits for the other. */
  publish(records: Iterable<PublishedRecord>): Promise<void>;
  /** Resolves when the broker has what was published so far. */
  acknowledged(): Promise<void>;
  close(): Promise<void>;
}

type Options = Pick<
  CheckedOptions,
  "prefix" | "lingerMs" | "batchBytes" | "bufferBytes" | "deliveryMs" | "compression"
>;

/** @throws Error that says what is missing or does not answer */
export async function connectToLog(
  client: KafkaClient,
  registry: SchemaRegistry,
  options: Options,
): Promise<LogConnection> {
  const topic = topicNames(options.prefix).rolloutEvents;
  const schemaId = await envelopeSchemaId(registry, options.prefix);
  await demandTopic(client, topic);
  const publisher = new RolloutPublisher(client, topic, options);
  await publisher.connect();
  return {
    schemaId,
    publish: (records) => publisher.publish(records),
    acknowledged: () => publisher.acknowledged(),
    close: () => publisher.close(),
  };
}

/** A producer asks for a topic that is not there again and again. */
async function demandTopic(client: KafkaClient, topic: string): Promise<void> {
  const admin = new SharedAdmin(client);
  try {
    const topics = await (await admin.connected()).listTopics();
    if (!topics.includes(topic)) throw new Error(noSuchTopic(topic));
  } finally {
    await admin.close();
  }
}
