import { Partitioners, type Producer } from "kafkajs";
import { createKafka, type KafkaClient, topicNames } from "../../../src/kafka/index.ts";
import { encodeRolloutEvent, SchemaRegistry } from "../../../src/schema-registry/index.ts";
import { servicesEnv } from "./deployment.ts";

/** A line as some producer puts it into the log. */
export interface LogLine {
  readonly threadId: string;
  /** @default the thread's first rollout */
  readonly rolloutId?: string;
  readonly position: number;
  readonly line: string | Buffer;
  readonly recordedAt?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a marker says in place of its line. */
  readonly oversized?: { readonly bytes: number; readonly sha256: string };
  /** @default where the thread belongs */
  readonly partition?: number;
}

export function servicesClient(): KafkaClient {
  const brokers = (servicesEnv().KAFKA_BROKERS ?? "").split(",");
  return createKafka({ brokers, clientId: "test" }, () => undefined);
}

/** The input topic of an installation, written line by line. */
export class LineLog {
  readonly topic: string;
  readonly #producer: Producer;
  readonly #schemaId: number;

  private constructor(topic: string, producer: Producer, schemaId: number) {
    this.topic = topic;
    this.#producer = producer;
    this.#schemaId = schemaId;
  }

  static async open(prefix: string): Promise<LineLog> {
    const topic = topicNames(prefix).rolloutEvents;
    const registry = new SchemaRegistry({ url: servicesEnv().SCHEMA_REGISTRY_URL ?? "" });
    const id = (await registry.versions(`${topic}-value`)).at(-1)?.id;
    if (id === undefined) throw new Error(`${topic} has no schema: register it first`);
    const producer = servicesClient().kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return new LineLog(topic, producer, id);
  }

  /** They are in the log afterwards, in this order. */
  async send(...lines: readonly LogLine[]): Promise<void> {
    await this.#producer.send({ topic: this.topic, messages: lines.map((line) => this.messageOf(line)) });
  }

  messageOf({ threadId, rolloutId = threadId, position, line, recordedAt = 0, headers, ...more }: LogLine) {
    const { oversized = null, partition } = more;
    const envelope = { threadId, rolloutId, position, recordedAt, kind: "", eventType: null, oversized };
    const value = encodeRolloutEvent({ ...envelope, line: Buffer.from(line) }, this.#schemaId);
    const place = partition === undefined ? {} : { partition };
    return { key: threadId, value, ...place, ...(headers === undefined ? {} : { headers }) };
  }

  /** Values that no schema helps with. */
  async sendBytes(threadId: string, value: Buffer): Promise<void> {
    await this.#producer.send({ topic: this.topic, messages: [{ key: threadId, value }] });
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }
}

/** Lines at positions from 0 on. */
export function linesFrom(threadId: string, lines: readonly string[], more: Partial<LogLine> = {}): LogLine[] {
  return lines.map((line, position) => ({ threadId, position, line, ...more }));
}
