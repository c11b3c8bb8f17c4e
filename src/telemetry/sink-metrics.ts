import { MetricMaker } from "./metric-maker.ts";

/** A transaction takes some 5 ms to 1 s; 60 s is where a statement's time ends. */
const TRANSACTION_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

const PARTITION = ["partition"] as const;

/** All metrics of a sink process. */
export class SinkMetrics extends MetricMaker {
  readonly ready = this.gauge("sink_ready", [], "1 when /readyz answers 200, else 0.");
  readonly phase = this.gauge(
    "sink_partition_phase",
    ["partition", "phase"],
    "1 for what an assigned partition is busy with: taking-over, running, waiting-for-store, waiting-for-registry, halted, stopped.",
  );
  readonly lagRecords = this.gauge(
    "sink_lag_records",
    ["topic", "partition"],
    "Offsets between what is in the tables and the end of the topic's partition.",
  );
  readonly lagSeconds = this.gauge(
    "sink_lag_seconds",
    PARTITION,
    "Age of the last record written, while there are more; 0 when there are none. Missing until a record was written.",
  );
  readonly lastProgress = this.gauge(
    "sink_last_progress_timestamp_seconds",
    PARTITION,
    "When the partition last moved on, or had nothing to do.",
  );
  readonly records = this.counter("sink_records_total", PARTITION, "Records that are in the tables.");
  readonly rows = this.counter(
    "sink_rows_total",
    PARTITION,
    "Rows sent to the database; those that say nothing new too.",
  );
  readonly skipped = this.counter(
    "sink_skipped_records_total",
    PARTITION,
    "Records that could not be read, and were left out (sink.onUnreadable).",
  );
  readonly transactionSeconds = this.histogram(
    "sink_transaction_seconds",
    [],
    TRANSACTION_BUCKETS,
    "How long transactions took, from begin to committed.",
  );
  readonly restarts = this.counter(
    "sink_restarts_total",
    PARTITION,
    "Times the partition dropped what it had read and began again from what the database holds.",
  );

  /** Takes what an assigned partition measures off the registry; counters stay, as counters must. */
  forget(partition: string, topics: readonly string[]): void {
    for (const gauge of [this.lagSeconds, this.lastProgress]) gauge.remove({ partition });
    for (const topic of topics) this.lagRecords.remove({ topic, partition });
  }
}
