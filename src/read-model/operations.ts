/** One observer on one partition of the input. */
export interface ObserverStatus {
  readonly observer: string;
  readonly partition: number;
  /** What the worker is busy with, in its own word; null where only the log is known. */
  readonly phase: string | null;
  /** Why it stopped or waits; null when it does not. */
  readonly detail: string | null;
  /** Where reading goes on, and the end of the partition; null while unknown. */
  readonly position: number | null;
  readonly end: number | null;
  /** Records that a silent rebuild still has to apply; null when none is under way. */
  readonly rebuildRemaining: number | null;
}

/** A thread that an observer stopped at. */
export interface QuarantinedThread {
  readonly observer: string;
  readonly partition: number;
  readonly offset: number;
  readonly threadId: string;
  readonly reason: string;
  /** What was decided: `hold`, `skip` or `retry`. */
  readonly action: string;
}

/** A record that could not be taken, with the reason. */
export interface DeadLetterRow {
  readonly observer: string;
  readonly code: string;
  readonly reason: string;
  readonly threadId: string | null;
  readonly rolloutId: string | null;
  readonly position: number | null;
  readonly sourcePartition: number;
  readonly sourceOffset: number;
  /** Milliseconds since the epoch. */
  readonly recordedAtMs: number;
}
