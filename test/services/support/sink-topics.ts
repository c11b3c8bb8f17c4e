import { Partitioners } from "kafkajs";
import { createKafka } from "../../../src/kafka/index.ts";
import type { Mutation } from "../../../src/projections/index.ts";
import { checkSchemas, idsOf, type SchemaIds, SchemaRegistry } from "../../../src/schema-registry/index.ts";
import { mutationToAvro } from "../../../src/schema-registry/mutation-values.ts";
import { MUTATION_SCHEMAS, SCHEMAS } from "../../../src/schema-registry/schemas.ts";
import { encodeValue } from "../../../src/schema-registry/wire.ts";
import type { Delivery } from "../../read-model/support/mutations.ts";
import type { Deployment } from "./deployment.ts";
import { OUTPUTS } from "./workload.ts";

const TOPICS = new Map<Mutation["type"], string>(Object.values(OUTPUTS).map(({ type, topic }) => [type, topic]));

/** Writes to the mutation topics of a deployment as workers do, without any. */
export class SinkTopics {
  readonly #prefix: string;
  readonly #ids: SchemaIds;
  readonly #brokers: string[];

  private constructor({ prefix, env }: Deployment, ids: SchemaIds) {
    this.#prefix = prefix;
    this.#ids = ids;
    this.#brokers = (env.KAFKA_BROKERS ?? "").split(",");
  }

  static async open(deployment: Deployment): Promise<SinkTopics> {
    const registry = new SchemaRegistry({ url: deployment.env.SCHEMA_REGISTRY_URL ?? "" });
    return new SinkTopics(deployment, idsOf(await checkSchemas(registry, deployment.prefix)));
  }

  topic(type: Mutation["type"]): string {
    return `${this.#prefix}.${TOPICS.get(type) ?? ""}`;
  }

  /** In the order given, within each topic. */
  async publish(deliveries: readonly Delivery[], partition: number): Promise<void> {
    const records = deliveries.map((delivery) => this.#recordOf(delivery));
    await this.publishValues(records, partition);
  }

  /** Any bytes. */
  async publishValues(records: readonly SentRecord[], partition: number): Promise<void> {
    const { kafka } = createKafka({ brokers: this.#brokers, clientId: "test" }, () => undefined);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });
    await producer.connect();
    const topicMessages = [...Map.groupBy(records, ({ type }) => type)].map(([type, of]) => ({
      topic: this.topic(type),
      messages: of.map(({ key, value }) => ({ key, value, partition })),
    }));
    await producer.sendBatch({ topicMessages });
    await producer.disconnect();
  }

  #recordOf(delivery: Delivery): SentRecord {
    if (delivery.type === "reset") return this.#resetOf(delivery);
    const { mutation, sourceOffset } = delivery;
    const value = mutationToAvro({ mutation, sourceOffset, elidedBytes: 0 });
    return { type: mutation.type, key: mutation.threadId, value: this.#encoded(mutation.type, value) };
  }

  #resetOf({ threadId, generation }: Extract<Delivery, { type: "reset" }>): SentRecord {
    const type = "turn_summary";
    const mutation: Mutation = {
      ...{
        type,
        generation,
        threadId,
        mutationId: `${threadId}/r/0/turn-summary/0@${generation}`,
        rolloutId: threadId,
      },
      ...{ sourcePosition: 0, occurredAt: "", observerVersion: 1, schema_version: 1 },
      payload: { turnId: "", mutation: null },
    };
    const value = mutationToAvro({ mutation, sourceOffset: 0, elidedBytes: 0 });
    const payload = { ...value.payload, mutationKind: "reset" };
    return { type, key: threadId, value: this.#encoded(type, { ...value, payload }) };
  }

  #encoded(type: Mutation["type"], value: unknown): Buffer {
    const name = MUTATION_SCHEMAS[type];
    return encodeValue(SCHEMAS[name].type, this.#ids[name], value);
  }
}

export interface SentRecord {
  readonly type: Mutation["type"];
  readonly key: string;
  readonly value: Buffer;
}
