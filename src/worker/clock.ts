/** Time, for everything in the worker that waits or measures. */
export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
