import { KafkaDecisions, SharedAdmin, TopicAdmin, TopicsError, topicNames, topicsOf } from "../../kafka/index.ts";
import { assertNoEviction, untilReady } from "../../redis/index.ts";
import { AvroDecoder, type SchemaIds } from "../../schema-registry/index.ts";
import type { Log, Metrics } from "../../telemetry/index.ts";
import { kafkaClient } from "../kafka-client.ts";
import { NotYetError } from "../not-yet-error.ts";
import { redisClient } from "../redis-client.ts";
import { schemaIds, schemaRegistry } from "../schema-registry-client.ts";
import { type Settings, waysToSet, whereFrom } from "../settings.ts";
import type { Patience } from "./patience.ts";

/** What all workers of a process share. */
export type Services = Awaited<ReturnType<typeof openServices>>;

/**
 * Connects to everything and sees that it is as workers need it: topics, eviction policy, schemas.
 *
 * @throws CliError, TopicsError, EvictionPolicyError when it is not
 */
export async function openServices(settings: Settings, log: Log, metrics: Metrics, patience: Patience) {
  const { config } = settings;
  const kafka = kafkaClient(config, log);
  const registry = schemaRegistry(config);
  const redis = redisClient(config, {
    state: (state) => {
      metrics.storeConnected.set(state === "ready" ? 1 : 0);
      log.info({ client: "redis", state }, "connection");
    },
    failed: (error) => log.warn({ client: "redis", err: error }, "connection failed"),
  });
  const topics = topicNames(config.prefix);
  const admin = new SharedAdmin(kafka);
  const decisions = new KafkaDecisions(kafka, topics.decisions, (event) => {
    if (event.type === "malformed") log.warn({ offset: event.offset, reason: event.reason }, "no decision: left out");
    else log.warn({ err: event.error }, "decisions cannot be fetched");
  });

  async function close(): Promise<void> {
    redis.disconnect();
    await Promise.allSettled([decisions.close(), admin.close()]);
  }

  try {
    await patience.with("checks the topics", checkTopics);
    const ids: SchemaIds = await patience.with("asks the schema registry", () => schemaIds(registry, config.prefix));
    await patience.with("reads decisions", () => decisions.open());
    await patience.with("checks Redis", checkRedis);
    return { settings, kafka, redis, topics, admin, decisions, ids, decoder: new AvroDecoder(registry, ids), close };
  } catch (error) {
    await close();
    throw error;
  }

  /** Topics that are not there may be on their way: whatever makes them is started beside the workers. */
  async function checkTopics(): Promise<void> {
    try {
      await new TopicAdmin(admin, topicsOf(config.prefix, config.topics)).check();
    } catch (error) {
      const isMissing = error instanceof TopicsError && error.differences.every(({ what }) => what === "topic");
      throw isMissing ? new NotYetError(error.message, { cause: error }) : error;
    }
  }

  async function checkRedis(): Promise<void> {
    const { connectTimeoutMs, requireNoEviction } = config.redis;
    const timeout = AbortSignal.timeout(connectTimeoutMs);
    const isReady = await untilReady(redis, timeout).then(
      () => true,
      (error: unknown) => {
        if (!timeout.aborted) throw error;
        return false;
      },
    );
    if (isReady && requireNoEviction) await assertNoEviction(redis);
    if (isReady) return;
    const where = whereFrom(settings, "redis.url");
    if (config.worker.onStoreDown === "wait")
      throw new NotYetError(
        `Redis at ${where} does not answer: is it running there? Its address is set by ${waysToSet("redis.url")}; worker.onStoreDown=rebuild starts without it`,
      );
    log.warn(`Redis at ${where} does not answer: starts without it, its eviction policy unchecked`);
  }
}
