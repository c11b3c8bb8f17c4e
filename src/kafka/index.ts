export { createKafka, type KafkaClient, type KafkaConfig, type SaslConfig, type TlsConfig } from "./client.ts";
export { type DecisionsEvent, KafkaDecisions, writeDecision } from "./kafka-decisions.ts";
export { hasType } from "./kafka-errors.ts";
export { DEFAULT_OUTBOX_OPTIONS, KafkaOutbox, type KafkaOutboxOptions } from "./kafka-outbox.ts";
export { partitionOfKey, topicEnds } from "./key-partition.ts";
export type { KafkaLogger, LogLevel } from "./log-routing.ts";
export {
  type AssignedPartition,
  DEFAULT_GROUP_OPTIONS,
  type GroupEvent,
  ObserverGroup,
  type ObserverGroupOptions,
} from "./observer-group.ts";
export { OffsetOutOfRangeError } from "./partition-feed.ts";
export { LINE_HEADERS, NO_HEADERS, type RecordHeaders } from "./record-headers.ts";
export { type ReplayedPartition, type ReplayOptions, type ReplayTo, replayGroup } from "./replay.ts";
export {
  DEFAULT_PUBLISHER_OPTIONS,
  PublishError,
  type PublishedRecord,
  type PublisherOptions,
  RolloutPublisher,
} from "./rollout-publisher.ts";
export { SharedAdmin } from "./shared-admin.ts";
export { TokenError } from "./token.ts";
export { type CreatedTopics, TopicAdmin } from "./topic-admin.ts";
export { noSuchTopic, type TopicDifference, TopicsError } from "./topic-differences.ts";
export type { FetchOptions } from "./topic-fetcher.ts";
export { type HeldLog, TopicLogs } from "./topic-logs.ts";
export {
  type ExactPlaces,
  type ReadFrom,
  type ReadOptions,
  type ReadTopicsOptions,
  readTopic,
  readTopics,
  type TopicBatch,
  type TopicRecord,
} from "./topic-reader.ts";
export {
  type TopicNames,
  type TopicOptions,
  type TopicSetting,
  type TopicSpec,
  topicNames,
  topicsOf,
} from "./topics.ts";
