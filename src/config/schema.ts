import { z } from "zod";
import { apiSchema } from "./schema/api.ts";
import { embeddedSchema } from "./schema/embedded.ts";
import { kafkaSchema } from "./schema/kafka.ts";
import { postgresSchema } from "./schema/postgres.ts";
import { shipSchema } from "./schema/ship.ts";
import { sinkSchema } from "./schema/sink.ts";
import { redisSchema, schemaRegistrySchema } from "./schema/stores.ts";
import { producerSchema, workerSchema } from "./schema/worker.ts";
import { choice, form, given, namedText, optionalWhole, whole } from "./setting.ts";

const DAY_MS = 86_400_000;

const topicsSchema = z
  .strictObject({
    partitions: whole(
      12,
      [1, 10_000],
      "Partitions of the input and of the mutation topics. Work is spread by them, and their number cannot be changed later.",
    ),
    replicationFactor: optionalWhole([1, 100], "Copies of each partition. Without it the broker's own default."),
    retentionMs: optionalWhole(
      [60_000, 100 * 365 * DAY_MS],
      "How long records of the input and of the mutation topics are kept. Without it for ever: the input is what everything is rebuilt from.",
    ),
    deadLetterRetentionMs: whole(
      30 * DAY_MS,
      [60_000, 100 * 365 * DAY_MS],
      "How long dead letters are kept: long enough for somebody to look at them.",
    ),
    maxMessageBytes: whole(
      9 * 1024 * 1024,
      [200_000, 600 * 1024 * 1024],
      "Largest record batch that the topics take: the largest record, and the envelope around it.",
    ),
  })
  .prefault({});

const httpSchema = z
  .strictObject({
    host: namedText("0.0.0.0", form.any, "Address that probes and metrics are served at."),
    port: whole(9_464, [0, 65_535], "Port of /livez, /readyz and /metrics; 0 takes any free one, which the log tells."),
  })
  .prefault({});

const logSchema = z
  .strictObject({
    level: choice(
      "info",
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "The least important messages that are logged.",
    ),
  })
  .prefault({});

/** Everything that can be configured: types, limits, defaults and their reasons. */
export const configSchema = z
  .strictObject({
    prefix: namedText(
      "thread-history",
      form.prefix,
      "Begins the names of topics, consumer groups and Redis keys, so that several installations can share servers.",
    ),
    kafka: kafkaSchema,
    topics: topicsSchema,
    schemaRegistry: schemaRegistrySchema,
    redis: redisSchema,
    postgres: postgresSchema,
    sink: sinkSchema,
    worker: workerSchema,
    producer: producerSchema,
    ship: shipSchema,
    embedded: embeddedSchema,
    api: apiSchema,
    http: httpSchema,
    log: logSchema,
  })
  .refine(({ kafka, worker }) => worker.handoverMs < kafka.sessionTimeoutMs, {
    path: ["worker", "handoverMs"],
    error: "it must be less than kafka.sessionTimeoutMs, or the worker counts as dead meanwhile",
    when: given("kafka", "worker"),
  })
  .refine(({ topics, worker }) => worker.maxRecordBytes < topics.maxMessageBytes, {
    path: ["worker", "maxRecordBytes"],
    error: "it must be less than topics.maxMessageBytes, which holds the envelope too",
    when: given("topics", "worker"),
  })
  .refine(({ topics, producer }) => producer.maxRecordBytes < topics.maxMessageBytes, {
    path: ["producer", "maxRecordBytes"],
    error: "it must be less than topics.maxMessageBytes, which holds the envelope too",
    when: given("topics", "producer"),
  });

/** The configuration, complete and checked. */
export type Config = z.output<typeof configSchema>;
