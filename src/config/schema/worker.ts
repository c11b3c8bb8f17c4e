import { z } from "zod";
import { OBSERVER_NAMES } from "../../projections/index.ts";
import { DEFAULT_WORKER_OPTIONS as PRESET } from "../../worker/index.ts";
import { choice, choices, given, whole } from "../setting.ts";

const MEBIBYTE = 1024 * 1024;

export const workerSchema = z
  .strictObject({
    observers: choices(OBSERVER_NAMES, "Which observers a worker process runs."),
    transactionRecords: whole(
      PRESET.transactionRecords,
      [1, 10_000],
      "Mutations and dead letters in one transaction. Throughput of kafkajs flattens at 200 to 500.",
    ),
    transactionBytes: whole(
      PRESET.transactionBytes,
      [1_000, 100_000_000],
      "Bytes of mutations and dead letters in one transaction.",
    ),
    transactionMs: whole(
      PRESET.transactionMs,
      [0, 10_000],
      "How long mutations gather before they are committed. It is what a mutation comes later at most; below 20 ms throughput falls.",
    ),
    offsetCommitMs: whole(
      PRESET.offsetCommitMs,
      [0, 60_000],
      "How long an offset without mutations may wait to be committed. Longer costs fewer transactions; what a crash repeats has no output.",
    ),
    checkpointMs: whole(
      PRESET.checkpointMs,
      [10, 600_000],
      "How often changed state goes to Redis. What is not there yet is applied again after a crash.",
    ),
    unflushedBytes: whole(
      PRESET.unflushedBytes,
      [MEBIBYTE, 64 * 1024 * MEBIBYTE],
      "State of one partition that may wait for Redis before the partition pauses: so much memory an outage costs.",
    ),
    hotBytes: whole(
      PRESET.hotBytes,
      [MEBIBYTE, 64 * 1024 * MEBIBYTE],
      "Thread state kept in memory for each partition; the rest is read back from Redis when needed.",
    ),
    startsWithoutProgress: whole(
      PRESET.startsWithoutProgress,
      [1, 1_000],
      "Starts of a partition without progress after which each record is taken by itself, until the one that ends the process is known and quarantined.",
    ),
    maxRecordBytes: whole(
      PRESET.maxRecordBytes,
      [100_000, 512 * MEBIBYTE],
      "Largest mutation; above it its longest strings are elided. 8 MiB is the usual ceiling of managed Kafka.",
    ),
    onLostHistory: choice(
      PRESET.onLostHistory,
      ["stop", "continue"],
      "What to do when the log begins after what a checkpoint needs: stop the partition and say so, or go on from what there is.",
    ),
    onLostOffset: choice(
      PRESET.onLostOffset,
      ["stop", "start-over"],
      "What to do when the committed offset is gone, or the topic was made again: stop the partition and say so, or start over, emitting again.",
    ),
    onStoreDown: choice(
      PRESET.onStoreDown,
      ["wait", "rebuild"],
      "What to do when Redis does not answer at the start: wait for it, or rebuild the state from the log without it.",
    ),
    watchdogMs: whole(
      30_000,
      [1_000, 3_600_000],
      "A partition with lag and without progress for so long makes the process unready, and its client is restarted.",
    ),
    handoverMs: whole(
      3_000,
      [100, 600_000],
      "How long a rebalance waits for the transactions under way; then it goes on beside them, and what they still write is refused. No heartbeat is sent meanwhile, so it is less than kafka.sessionTimeoutMs.",
    ),
    drainMs: whole(
      20_000,
      [1_000, 3_600_000],
      "How long a worker that is told to stop may take to finish its transactions and flush; then it exits as it is. Must be less than the grace of whatever stops it.",
    ),
  })
  .refine(({ transactionBytes, unflushedBytes }) => transactionBytes <= unflushedBytes, {
    path: ["unflushedBytes"],
    error: "it must hold at least what one transaction changes: worker.transactionBytes",
    when: given("transactionBytes", "unflushedBytes"),
  })
  .prefault({});

export const producerSchema = z
  .strictObject({
    maxRecordBytes: whole(
      8 * MEBIBYTE,
      [100_000, 512 * MEBIBYTE],
      "Largest record of a rollout line. Of a longer line values that no observer reads are left out, or a marker takes its place. 8 MiB is the usual ceiling of managed Kafka.",
    ),
  })
  .prefault({});
