import type { ObserverName } from "../projections/index.ts";
import type { Offset, WorkerPhase } from "../worker/index.ts";

/** Waiting for somebody else is no fault of the consumer: restarting it would only lose what it holds. */
const NOT_THE_CONSUMERS: ReadonlySet<WorkerPhase> = new Set([
  "halted",
  "stopped",
  "waiting-for-store",
  "waiting-for-registry",
]);

/** How one assigned partition is doing. Times are milliseconds since the epoch. */
export class PartitionHealth {
  readonly observer: ObserverName;
  readonly partition: number;
  phase: WorkerPhase = "fencing";
  detail: string | undefined;
  position: Offset | null = null;
  end: Offset | null = null;
  /** The broker's time of the last record taken. */
  recordTime: number | null = null;
  watermark: Offset | null = null;
  quarantined = 0;
  /** When it last moved on, or had nothing to do. */
  lastProgress: number;
  #rebuildRemaining = Number.POSITIVE_INFINITY;

  constructor(observer: ObserverName, partition: number, now: number) {
    this.observer = observer;
    this.partition = partition;
    this.lastProgress = now;
  }

  get lag(): number | null {
    return this.position === null || this.end === null ? null : Math.max(0, this.end - this.position);
  }

  /** Milliseconds that the last record taken is old while there are more; null while that is not known. */
  lagMs(now: number): number | null {
    if (this.lag === 0) return 0;
    return this.recordTime === null ? null : Math.max(0, now - this.recordTime);
  }

  moved(position: Offset, end: Offset, now: number): void {
    // Work that arrives after idleness has all its time before it, whatever the time of the last progress.
    const wasIdle = this.lag === 0;
    if (wasIdle || position >= end || this.position === null || position > this.position) this.lastProgress = now;
    this.position = position;
    this.end = end;
  }

  /** The end of the partition as somebody else saw it: a consumer that hangs does not learn of new records. */
  ends(end: Offset, now: number): void {
    if (this.position !== null && end > (this.end ?? 0)) this.moved(this.position, end, now);
  }

  rebuilding(remaining: number, now: number): void {
    if (remaining < this.#rebuildRemaining) this.lastProgress = now;
    this.#rebuildRemaining = remaining === 0 ? Number.POSITIVE_INFINITY : remaining;
  }

  /** Whether there is work, and none was done for so long. */
  isStalled(now: number, afterMs: number): boolean {
    // One that has just begun to run tells its position with its first records. Before that, there is always something to do.
    const hasWork = this.lag === null ? this.phase !== "running" : this.lag > 0;
    return hasWork && now - this.lastProgress >= afterMs;
  }

  /** Whether a restart of its consumer may help a partition that is stalled. */
  get isTheConsumers(): boolean {
    return !NOT_THE_CONSUMERS.has(this.phase);
  }

  /** Why the process is not ready because of this partition; undefined when it is not. */
  complaint(now: number, watchdogMs: number): string | undefined {
    const name = `${this.observer}, partition ${this.partition}`;
    const detail = this.detail === undefined ? "" : `: ${this.detail}`;
    if (this.phase !== "running") return `${name}: ${this.phase}${detail}`;
    if (!this.isStalled(now, watchdogMs)) return undefined;
    const seconds = Math.round((now - this.lastProgress) / 1000);
    return `${name}: ${this.lag ?? "unknown"} records behind and no progress for ${seconds} s`;
  }
}
