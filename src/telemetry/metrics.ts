import { MetricMaker } from "./metric-maker.ts";

/** A commit takes some 5 to 50 ms; 30 s is where the broker's patience ends. */
const TRANSACTION_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

const PARTITION = ["observer", "partition"] as const;
type Partition = (typeof PARTITION)[number];

/** All metrics of a worker process. Labels have few values: never an id, a path or a message. */
export class Metrics extends MetricMaker {
  readonly ready = this.gauge("ready", [], "1 when /readyz answers 200, else 0.");
  readonly phase = this.gauge(
    "partition_phase",
    [...PARTITION, "phase"],
    "1 for what an assigned partition is busy with: fencing, restoring, running, waiting-for-store, waiting-for-registry, halted, stopped.",
  );
  readonly lagRecords = this.gauge(
    "lag_records",
    PARTITION,
    "Offsets between the worker's position and the end of the partition. Scale by it.",
  );
  readonly lagSeconds = this.gauge(
    "lag_seconds",
    PARTITION,
    "Age of the last record taken, while there are more; 0 when there are none. Missing until a record was taken.",
  );
  readonly lastProgress = this.gauge(
    "last_progress_timestamp_seconds",
    PARTITION,
    "When the partition last moved on, or had nothing to do.",
  );
  readonly records = this.counter(
    "records_total",
    [...PARTITION, "result"],
    "Records taken, by what became of them: applied, passed (no effect on this observer), silent (applied without output, in a rebuild), duplicate, late, conflict, superseded, undecodable, malformed, oversized, waiting (of a quarantined thread).",
  );
  readonly mutations = this.counter("mutations_total", PARTITION, "Mutations committed.");
  readonly deadLetters = this.counter("dead_letters_total", [...PARTITION, "code"], "Dead letters, by error code.");
  readonly elidedMutations = this.counter(
    "elided_mutations_total",
    PARTITION,
    "Mutations over worker.maxRecordBytes, whose longest strings were left out.",
  );
  readonly elidedBytes = this.counter("elided_bytes_total", PARTITION, "Bytes left out of mutations.");
  readonly transactionSeconds = this.histogram(
    "transaction_seconds",
    ["observer"],
    TRANSACTION_BUCKETS,
    "How long transactions took, from begin to committed.",
  );
  readonly checkpointLag = this.gauge(
    "checkpoint_lag_records",
    PARTITION,
    "Offsets between the worker's position and the checkpoint: what a restart applies again.",
  );
  readonly checkpointThreads = this.counter("checkpoint_threads_total", PARTITION, "Thread states written to Redis.");
  readonly checkpointBytes = this.counter("checkpoint_bytes_total", PARTITION, "Bytes of state written to Redis.");
  readonly unflushedBytes = this.gauge(
    "unflushed_bytes",
    PARTITION,
    "State that waits for Redis. At worker.unflushedBytes the partition pauses.",
  );
  readonly storeConnected = this.gauge("store_connected", [], "1 while there is a connection to Redis, else 0.");
  readonly quarantinedThreads = this.gauge(
    "quarantined_threads",
    PARTITION,
    "Threads that stopped at a record on which the observer failed, and wait for somebody's decision.",
  );
  readonly rebuildRemaining = this.gauge(
    "rebuild_remaining_records",
    PARTITION,
    "Offsets that a rebuild of state from the log has before it; 0 when none is under way.",
  );
  readonly restarts = this.counter(
    "restarts_total",
    PARTITION,
    "Times the partition dropped its memory and began again from its checkpoint, as after a timeout.",
  );
  readonly failures = this.counter("failures_total", PARTITION, "Errors that the worker met and dealt with.");
  readonly clientRestarts = this.counter(
    "client_restarts_total",
    ["observer"],
    "Times the watchdog restarted a consumer because a partition with lag made no progress.",
  );

  /** Takes what an assigned partition measures off the registry; counters stay, as counters must. */
  forget(partition: Readonly<Record<Partition, string>>): void {
    const gauges = [
      this.lagRecords,
      this.lagSeconds,
      this.lastProgress,
      this.checkpointLag,
      this.unflushedBytes,
      this.quarantinedThreads,
      this.rebuildRemaining,
    ];
    for (const gauge of gauges) gauge.remove(partition);
  }
}
