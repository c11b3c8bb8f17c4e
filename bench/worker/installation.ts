import { once } from "node:events";
import type { Admin } from "kafkajs";
import { createKafka, type KafkaClient, RolloutPublisher, SharedAdmin, topicNames } from "../../src/kafka/index.ts";
import type { ObserverName } from "../../src/projections/index.ts";
import { createRedis, type RedisClient, untilReady } from "../../src/redis/index.ts";
import { checkSchemas, encodeRolloutEvent, idsOf, SchemaRegistry } from "../../src/schema-registry/index.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";
import { command } from "./command.ts";

export const PARTITIONS = 12;
const CONNECT_MS = 10_000;
const SCANNED_KEYS = 1_000;

/** Topics, groups and keys of its own on the services that the environment names; gone after it is disposed of. */
export class Installation {
  readonly prefix: string;
  readonly kafka: KafkaClient;
  readonly #admin: SharedAdmin;
  readonly #redis: RedisClient;
  readonly #schemaId: number;

  private constructor(prefix: string, kafka: KafkaClient, redis: RedisClient, schemaId: number) {
    this.prefix = prefix;
    this.kafka = kafka;
    this.#admin = new SharedAdmin(kafka);
    this.#redis = redis;
    this.#schemaId = schemaId;
  }

  static async open(name: string): Promise<Installation> {
    const prefix = `bench-${name}-${process.pid}`;
    await command("topics", "create", "--prefix", prefix, "--set", `topics.partitions=${PARTITIONS}`);
    await command("schemas", "register", "--prefix", prefix);
    const registry = new SchemaRegistry({ url: address("SCHEMA_REGISTRY_URL") });
    const ids = idsOf(await checkSchemas(registry, prefix));
    const kafka = createKafka({ brokers: address("KAFKA_BROKERS").split(","), clientId: "bench" }, () => undefined);
    const server = { type: "standalone", url: address("REDIS_URL") } as const;
    const [username, password, tls] = [null, null, null];
    const times = { commandTimeoutMs: CONNECT_MS, connectTimeoutMs: CONNECT_MS };
    const redis = createRedis(
      { server, username, password, tls, ...times },
      { state: () => undefined, failed: () => undefined },
    );
    await untilReady(redis, AbortSignal.timeout(CONNECT_MS));
    return new Installation(prefix, kafka, redis, ids["rollout-event"]);
  }

  get topics() {
    return topicNames(this.prefix);
  }

  admin(): Promise<Admin> {
    return this.#admin.connected();
  }

  groupOf(observer: ObserverName): string {
    return `${this.prefix}.${observer}`;
  }

  /** Publishes records; answers how many. */
  async publish(records: Iterable<RolloutRecord>): Promise<number> {
    let count = 0;
    const publisher = new RolloutPublisher(this.kafka, this.topics.rolloutEvents);
    await publisher.connect();
    try {
      for (const record of records) {
        count += 1;
        await publisher.publish([{ threadId: record.threadId, value: encodeRolloutEvent(record, this.#schemaId) }]);
      }
    } finally {
      await publisher.close();
    }
    return count;
  }

  /** One past the last record of each partition of the input. */
  async ends(): Promise<Map<number, number>> {
    const found = await (await this.admin()).fetchTopicOffsets(this.topics.rolloutEvents);
    return new Map(found.map(({ partition, high }) => [partition, Number(high)]));
  }

  /** Whether a group has committed all that the input holds. */
  async hasCommitted(groupId: string, ends: ReadonlyMap<number, number>): Promise<boolean> {
    const [found] = await (await this.admin()).fetchOffsets({ groupId, topics: [this.topics.rolloutEvents] });
    const committed = new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return [...ends].every(([partition, end]) => end === 0 || (committed.get(partition) ?? -1) >= end);
  }

  /** Forgets what an observer did, so that it begins again. */
  async forget(observer: ObserverName): Promise<void> {
    const group = this.groupOf(observer);
    await (await this.admin()).deleteGroups([group]);
    await this.#removeKeys(`{${group}:*`);
  }

  /** Removes all but the schemas, which registries keep. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#removeKeys(`{${this.prefix}.*`);
    const admin = await this.admin();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    await admin.deleteGroups(groups.filter((group) => group.startsWith(`${this.prefix}.`))).catch(() => undefined);
    await admin.deleteTopics({ topics: Object.values(this.topics) });
    await this.#admin.close();
    this.#redis.disconnect();
    await once(this.#redis, "end");
  }

  async #removeKeys(pattern: string): Promise<void> {
    let cursor = "0";
    do {
      const [next, keys] = await this.#redis.scan(cursor, "MATCH", pattern, "COUNT", SCANNED_KEYS);
      if (keys.length > 0) await this.#redis.unlink(...keys);
      cursor = next;
    } while (cursor !== "0");
  }
}

export function address(name: "KAFKA_BROKERS" | "REDIS_URL" | "SCHEMA_REGISTRY_URL"): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: npm run services -- up, then eval "$(npm run -s services -- env)"`);
  return value;
}
