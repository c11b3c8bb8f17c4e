export interface SinkOptions {
  /** Records written in one transaction. */
  readonly batchRecords: number;
  /** Bytes of records written in one transaction. */
  readonly batchBytes: number;
  /** How long records gather while nothing is being written. */
  readonly batchMs: number;
  /** Progress without rows is noted after so long. */
  readonly idleMs: number;
  /** Wait before something is tried again; doubled each time, at most `maxRetryMs`. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  readonly onUnreadable: "stop" | "skip";
  readonly onLostOffset: "stop" | "start-over";
}

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_SINK_OPTIONS: SinkOptions = {
  batchRecords: 5_000,
  batchBytes: 8 * MEBIBYTE,
  batchMs: 20,
  idleMs: 1_000,
  retryMs: 500,
  maxRetryMs: 10_000,
  onUnreadable: "stop",
  onLostOffset: "stop",
};
