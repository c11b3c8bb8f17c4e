import type { SinkPhase } from "../sinks/index.ts";

interface TopicProgress {
  /** What is in the tables. */
  written: number;
  end: number;
}

/** How one assigned partition of a sink is doing. Times are milliseconds since the epoch. */
export class SinkHealth {
  readonly partition: number;
  phase: SinkPhase = "taking-over";
  detail: string | null = null;
  /** The broker's time of the last record written. */
  recordTime: number | null = null;
  /** When it last moved on, or had nothing to do. */
  lastProgress: number;
  readonly #topics = new Map<string, TopicProgress>();

  constructor(partition: number, now: number) {
    this.partition = partition;
    this.lastProgress = now;
  }

  /** By topic. */
  get lags(): ReadonlyMap<string, number> {
    return new Map([...this.#topics].map(([topic, { written, end }]) => [topic, Math.max(0, end - written)]));
  }

  get lag(): number {
    return [...this.lags.values()].reduce((sum, lag) => sum + lag, 0);
  }

  /** Milliseconds that the last record written is old while there are more; null while that is not known. */
  lagMs(now: number): number | null {
    if (this.lag === 0) return 0;
    return this.recordTime === null ? null : Math.max(0, now - this.recordTime);
  }

  /** The end of a topic's partition; `begins`: where the sink begins, when it is not known yet. */
  ends(topic: string, end: number, begins: number | null, now: number): void {
    const known = this.#topics.get(topic);
    if (known === undefined && begins === null) return;
    // Work that arrives after idleness has all its time before it.
    if (this.lag === 0) this.lastProgress = now;
    this.#topics.set(topic, { written: known?.written ?? begins ?? 0, end: Math.max(end, known?.end ?? 0) });
  }

  wrote(topic: string, written: number, now: number): void {
    this.#topics.set(topic, { written, end: Math.max(written, this.#topics.get(topic)?.end ?? 0) });
    this.lastProgress = now;
  }

  /** Why the process is not ready because of this partition; undefined when it is not. */
  complaint(now: number, watchdogMs: number): string | undefined {
    const name = `partition ${this.partition}`;
    if (this.phase !== "running") return `${name}: ${this.phase}${this.detail === null ? "" : `: ${this.detail}`}`;
    if (this.lag === 0 || now - this.lastProgress < watchdogMs) return undefined;
    return `${name}: ${this.lag} records behind and no progress for ${Math.round((now - this.lastProgress) / 1000)} s`;
  }
}
