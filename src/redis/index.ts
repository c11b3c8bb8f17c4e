export { RedisCheckpointStore } from "./checkpoint-store.ts";
export type { ScriptLimits } from "./chunks.ts";
export { type ConnectionListener, createRedis, type RedisClient, untilReady } from "./client.ts";
export type { RedisAddress, RedisConfig, RedisServer } from "./config.ts";
export { assertNoEviction, EvictionPolicyError } from "./eviction.ts";
export type { CheckpointPlace } from "./keys.ts";
