import type { ObserverName } from "../projections/index.ts";
import type { WorkerEvent, WorkerListener } from "../worker/index.ts";
import { EventLog, type PartitionLabels } from "./event-log.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { PartitionHealth } from "./partition-health.ts";

/** What /readyz answers. */
export interface Readiness {
  readonly ready: boolean;
  /** Why not, for people. */
  readonly reasons: readonly string[];
  readonly partitions: readonly PartitionReport[];
}

export interface PartitionReport {
  readonly observer: ObserverName;
  readonly partition: number;
  readonly phase: string;
  readonly position: number | null;
  readonly lag: number | null;
  readonly quarantinedThreads: number;
}

/** Makes metrics, log lines and readiness of what partition workers tell. */
export class WorkerTelemetry {
  readonly #log: EventLog;
  readonly #metrics: Metrics;
  readonly #watchdogMs: number;
  readonly #now: () => number;
  readonly #partitions = new Map<string, PartitionHealth>();
  readonly #blockers = new Map<string, string>();

  /** @param watchdogMs how long a partition with lag may go without progress */
  constructor(log: Log, metrics: Metrics, watchdogMs: number, now: () => number = Date.now) {
    this.#log = new EventLog(log, now);
    this.#metrics = metrics;
    this.#watchdogMs = watchdogMs;
    this.#now = now;
  }

  /** The process is not ready for this reason, until it is unblocked. */
  block(name: string, reason: string): void {
    this.#blockers.set(name, reason);
  }

  unblock(name: string): void {
    this.#blockers.delete(name);
  }

  /** A partition was assigned: its worker is to tell the listener. */
  assigned(observer: ObserverName, partition: number): WorkerListener {
    const health = new PartitionHealth(observer, partition, this.#now());
    const labels = { observer, partition: String(partition) };
    this.#partitions.set(keyOf(observer, partition), health);
    this.#metrics.lastProgress.set(labels, health.lastProgress / 1000);
    this.#metrics.phase.set({ ...labels, phase: health.phase }, 1);
    return (event) => {
      this.#measure(health, labels, event);
      this.#log.tell(labels, event);
    };
  }

  /** A partition is no longer this process's. */
  released(observer: ObserverName, partition: number): void {
    const key = keyOf(observer, partition);
    const health = this.#partitions.get(key);
    if (health === undefined) return;
    const labels = { observer, partition: String(partition) };
    this.#partitions.delete(key);
    this.#metrics.forget(labels);
    this.#metrics.phase.remove({ ...labels, phase: health.phase });
  }

  /** The end of a partition, as seen by somebody else than its worker. */
  ends(observer: ObserverName, partition: number, end: number): void {
    this.#partitions.get(keyOf(observer, partition))?.ends(end, this.#now());
  }

  readiness(): Readiness {
    const now = this.#now();
    const healths = [...this.#partitions.values()];
    const complaints = healths.map((health) => health.complaint(now, this.#watchdogMs));
    const reasons = [...this.#blockers.values(), ...complaints.filter((complaint) => complaint !== undefined)];
    const partitions = healths.map(({ observer, partition, phase, position, lag, quarantined }) => ({
      observer,
      partition,
      phase,
      position,
      lag,
      quarantinedThreads: quarantined,
    }));
    return { ready: reasons.length === 0, reasons, partitions };
  }

  /** Observers with a partition that has work, did none for long, and may be helped by a new consumer; with what was seen. */
  stalled(): ReadonlyMap<ObserverName, string> {
    const now = this.#now();
    const stalled = new Map<ObserverName, string>();
    for (const health of this.#partitions.values()) {
      if (!health.isTheConsumers || !health.isStalled(now, this.#watchdogMs)) continue;
      const { observer, partition, phase, position, end } = health;
      stalled.set(observer, `partition ${partition} is ${phase} at ${position ?? "?"} of ${end ?? "?"}`);
    }
    return stalled;
  }

  /** The watchdog restarts an observer's consumer: its partitions have their time before them again. */
  clientRestarted(observer: ObserverName): void {
    this.#metrics.clientRestarts.inc({ observer });
    for (const health of this.#partitions.values()) if (health.observer === observer) health.lastProgress = this.#now();
  }

  /** What /metrics answers: what depends on the time is measured now. */
  metricsText(): Promise<string> {
    const now = this.#now();
    for (const health of this.#partitions.values()) {
      const labels = { observer: health.observer, partition: String(health.partition) };
      const lagMs = health.lagMs(now);
      if (lagMs !== null) this.#metrics.lagSeconds.set(labels, lagMs / 1000);
      if (health.lag !== null) this.#metrics.lagRecords.set(labels, health.lag);
      if (health.position !== null && health.watermark !== null)
        this.#metrics.checkpointLag.set(labels, Math.max(0, health.position - health.watermark));
      this.#metrics.lastProgress.set(labels, health.lastProgress / 1000);
    }
    this.#metrics.ready.set(this.readiness().ready ? 1 : 0);
    return this.#metrics.registry.metrics();
  }

  #measure(health: PartitionHealth, labels: PartitionLabels, event: WorkerEvent): void {
    const metrics = this.#metrics;
    switch (event.type) {
      case "phase":
        metrics.phase.remove({ ...labels, phase: health.phase });
        metrics.phase.set({ ...labels, phase: event.phase }, 1);
        health.phase = event.phase;
        health.detail = event.detail;
        break;
      case "progress":
        health.moved(event.position, event.end, this.#now());
        health.recordTime = event.recordTime ?? health.recordTime;
        break;
      case "records":
        metrics.records.inc({ ...labels, result: event.result }, event.count);
        break;
      case "committed":
        metrics.transactionSeconds.observe({ observer: labels.observer }, event.ms / 1000);
        metrics.mutations.inc(labels, event.mutations);
        break;
      case "dead-letter":
        metrics.deadLetters.inc({ ...labels, code: event.code });
        break;
      case "elided":
        metrics.elidedMutations.inc(labels);
        metrics.elidedBytes.inc(labels, event.bytes);
        break;
      case "quarantine-size":
        health.quarantined = event.threads;
        metrics.quarantinedThreads.set(labels, event.threads);
        break;
      case "rebuild":
        health.rebuilding(event.remaining, this.#now());
        metrics.rebuildRemaining.set(labels, event.remaining);
        break;
      case "checkpoint":
        health.watermark = event.watermark;
        metrics.checkpointThreads.inc(labels, event.threads);
        metrics.checkpointBytes.inc(labels, event.bytes);
        break;
      case "unflushed":
        metrics.unflushedBytes.set(labels, event.bytes);
        break;
      case "restart":
        metrics.restarts.inc(labels);
        break;
      case "failure":
        metrics.failures.inc(labels);
        break;
      case "quarantined":
      case "released":
        break;
    }
  }
}

function keyOf(observer: ObserverName, partition: number): string {
  return `${observer}/${partition}`;
}
