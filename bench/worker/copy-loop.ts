/**
 * `node copy-loop.ts BROKERS GROUP FROM TO`: what a worker would be if it did no work. Each record of a topic goes to the partition of the
 * same number of another, in transactions of 500 that commit the offset too, with one producer for each partition, as kafkajs needs
 * for exactly once. Ends at SIGTERM.
 */
import { Kafka, type Producer } from "kafkajs";
import { PARTITIONS } from "./installation.ts";

const TRANSACTION_RECORDS = 500;
const FETCH_BYTES = 1024 * 1024;

const [brokers = "", groupId = "", topic = "", to = ""] = process.argv.slice(2);
const config = { brokers: brokers.split(","), clientId: "copy-loop", logLevel: 0 };
const kafka = new Kafka(config);
/** With kafkajs's own retries a producer is held to a few transactions a second (tulios/kafkajs#304). */
const retry = { initialRetryTime: 5, factor: 0.2, multiplier: 1.5, maxRetryTime: 300, retries: 100 };
const transactional = new Kafka({ ...config, retry });
const producers = new Map<number, Promise<Producer>>();
const consumer = kafka.consumer({ groupId, maxBytesPerPartition: FETCH_BYTES, maxWaitTimeInMs: 250 });

consumer.on(consumer.events.GROUP_JOIN, () => console.log("joined its group"));
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: PARTITIONS,
  async eachBatch({ batch: { partition, messages }, heartbeat }) {
    const producer = await producerOf(partition);
    for (let from = 0; from < messages.length; from += TRANSACTION_RECORDS) {
      const part = messages.slice(from, from + TRANSACTION_RECORDS);
      const next = String(Number(part.at(-1)?.offset) + 1);
      const transaction = await producer.transaction();
      await transaction.send({ topic: to, messages: part.map(({ key, value }) => ({ partition, key, value })) });
      await transaction.sendOffsets({
        consumerGroupId: groupId,
        topics: [{ topic, partitions: [{ partition, offset: next }] }],
      });
      await transaction.commit();
      await heartbeat();
    }
  },
});

process.once("SIGTERM", () => {
  void consumer.disconnect().then(() => process.exit());
});

function producerOf(partition: number): Promise<Producer> {
  const known = producers.get(partition);
  if (known !== undefined) return known;
  const made = connected(partition);
  producers.set(partition, made);
  return made;
}

async function connected(partition: number): Promise<Producer> {
  const producer = transactional.producer({
    transactionalId: `${groupId}-${partition}`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  return producer;
}
