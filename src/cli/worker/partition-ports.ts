import { type AssignedPartition, DEFAULT_OUTBOX_OPTIONS, KafkaOutbox, type TopicNames } from "../../kafka/index.ts";
import type { ObserverName } from "../../projections/index.ts";
import { RedisCheckpointStore } from "../../redis/index.ts";
import { AvroRecordCodec } from "../../schema-registry/index.ts";
import { systemClock } from "../../time/index.ts";
import type { PartitionPorts, WorkerListener } from "../../worker/index.ts";
import { groupOf } from "../arguments.ts";
import type { Services } from "./services.ts";

const MUTATIONS: Readonly<Record<ObserverName, keyof TopicNames>> = {
  "thread-item": "threadItems",
  "turn-summary": "turnSummaries",
  lifecycle: "lifecycleEvents",
};

/** What the worker of one partition works with in production. */
export function partitionPorts(
  observer: ObserverName,
  { partition, log, membership }: AssignedPartition,
  services: Services,
  listener: WorkerListener,
): PartitionPorts {
  const { settings, kafka, redis, topics, decisions, decoder, ids } = services;
  const { prefix, kafka: kafkaConfig, redis: redisConfig, worker } = settings.config;
  const place = { group: groupOf(prefix, observer), topic: topics.rolloutEvents, partition };
  return {
    log,
    membership,
    decisions,
    clock: systemClock,
    listener,
    store: new RedisCheckpointStore(redis, { ...place, keyPrefix: redisConfig.keyPrefix }),
    codec: new AvroRecordCodec({ decoder, ids, source: place, maxRecordBytes: worker.maxRecordBytes }),
    outbox: new KafkaOutbox(kafka, {
      ...DEFAULT_OUTBOX_OPTIONS,
      groupId: place.group,
      topic: place.topic,
      partition,
      mutationsTopic: topics[MUTATIONS[observer]],
      deadLettersTopic: topics.deadLetters,
      decisionsTopic: topics.decisions,
      compression: kafkaConfig.compression,
      transactionTimeoutMs: kafkaConfig.transactionTimeoutMs,
      fenceMs: kafkaConfig.fenceTimeoutMs,
      commitMs: kafkaConfig.commitTimeoutMs,
    }),
  };
}
