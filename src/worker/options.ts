/** What bounds a partition worker. Every value can be configured. */
export interface WorkerOptions {
  /** Mutations and dead letters in one transaction. Throughput of kafkajs flattens at 200 to 500. */
  readonly transactionRecords: number;
  /** Bytes of outputs in one transaction. */
  readonly transactionBytes: number;
  /** How long outputs gather before they are committed, in milliseconds. */
  readonly transactionMs: number;
  /** How long an offset without outputs may wait to be committed, in milliseconds. Longer: what is lost is only work. */
  readonly offsetCommitMs: number;
  /** How often changed state goes to the checkpoint store, in milliseconds. */
  readonly checkpointMs: number;
  /** Bytes of state that may wait for the checkpoint store before the partition pauses. */
  readonly unflushedBytes: number;
  /** Bytes of thread state kept in memory for each partition. */
  readonly hotBytes: number;
  /** Starts at one watermark without progress, after which each record is taken by itself until the culprit is known. */
  readonly startsWithoutProgress: number;
  /** Largest value of an output record; longer strings in a mutation are elided. */
  readonly maxRecordBytes: number;
  /** The log begins after what a checkpoint needs: stop and say so, or go on from what there is. */
  readonly onLostHistory: "stop" | "continue";
  /** A checkpoint without a committed offset, or a topic made again: stop and say so, or start over, emitting again. */
  readonly onLostOffset: "stop" | "start-over";
  /** The checkpoint store does not answer at the start: wait for it, or rebuild from the log without it. */
  readonly onStoreDown: "wait" | "rebuild";
}

export const DEFAULT_WORKER_OPTIONS: WorkerOptions = {
  transactionRecords: 500,
  transactionBytes: 800_000,
  transactionMs: 50,
  offsetCommitMs: 500,
  checkpointMs: 1_000,
  unflushedBytes: 64 * 1024 * 1024,
  hotBytes: 64 * 1024 * 1024,
  startsWithoutProgress: 3,
  maxRecordBytes: 8 * 1024 * 1024,
  onLostHistory: "stop",
  onLostOffset: "stop",
  onStoreDown: "wait",
};
