/**
 * `node read-and-produce.ts BROKERS TOPIC FILE`: what `ship` would be if it did nothing but read lines and produce them, with a key,
 * through kafkajs' idempotent producer.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Kafka, type Message, Partitioners } from "kafkajs";

const SEND_BYTES = 900 * 1024;

const [brokers = "", topic = "", file = ""] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(","), clientId: "read-and-produce", logLevel: 0 });
const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
let messages: Message[] = [];
let bytes = 0;
for await (const line of createInterface({ input: createReadStream(file) })) {
  messages.push({ key: "thread", value: line });
  bytes += line.length;
  if (bytes < SEND_BYTES) continue;
  await producer.send({ topic, messages });
  messages = [];
  bytes = 0;
}
if (messages.length > 0) await producer.send({ topic, messages });
await producer.disconnect();
