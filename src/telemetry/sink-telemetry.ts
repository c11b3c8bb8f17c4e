import type { SinkEvent, SinkListener } from "../sinks/index.ts";
import type { Probed } from "./http-server.ts";
import type { Log } from "./log.ts";
import { LogLimit } from "./log-limit.ts";
import { SinkHealth } from "./sink-health.ts";
import { SinkMetrics } from "./sink-metrics.ts";

/** What /readyz answers. */
export interface SinkReadiness {
  readonly ready: boolean;
  /** Why not, for people. */
  readonly reasons: readonly string[];
  readonly partitions: readonly { readonly partition: number; readonly phase: string; readonly lag: number }[];
}

/** Makes metrics, log lines and readiness of what the partitions of a sink tell. */
export class SinkTelemetry implements Probed {
  readonly #log: Log;
  readonly #metrics = new SinkMetrics();
  readonly #watchdogMs: number;
  readonly #now: () => number;
  readonly #partitions = new Map<number, SinkHealth>();
  readonly #blockers = new Map<string, string>();
  readonly #limit = new LogLimit();

  /** @param watchdogMs how long a partition with lag may go without progress */
  constructor(log: Log, watchdogMs: number, now: () => number = Date.now) {
    this.#log = log;
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

  /** A partition was assigned: its sink is to tell the listener. */
  assigned(partition: number): SinkListener {
    const health = new SinkHealth(partition, this.#now());
    this.#partitions.set(partition, health);
    this.#metrics.phase.set({ partition, phase: health.phase }, 1);
    return (event) => {
      this.#measure(health, event);
      this.#tell(partition, event);
    };
  }

  /** A partition is no longer this process's. */
  released(partition: number): void {
    const health = this.#partitions.get(partition);
    if (health === undefined) return;
    this.#partitions.delete(partition);
    this.#metrics.forget(String(partition), [...health.lags.keys()]);
    this.#metrics.phase.remove({ partition, phase: health.phase });
  }

  /** The end of a topic's partition, as somebody else saw it: a consumer that hangs does not learn of new records. */
  ends(topic: string, partition: number, end: number): void {
    this.#partitions.get(partition)?.ends(topic, end, null, this.#now());
  }

  readiness(): SinkReadiness {
    const now = this.#now();
    const healths = [...this.#partitions.values()];
    const complaints = healths.flatMap((health) => health.complaint(now, this.#watchdogMs) ?? []);
    const reasons = [...this.#blockers.values(), ...complaints];
    const partitions = healths.map(({ partition, phase, lag }) => ({ partition, phase, lag }));
    return { ready: reasons.length === 0, reasons, partitions };
  }

  /** What /metrics answers: what depends on the time is measured now. */
  metricsText(): Promise<string> {
    const now = this.#now();
    for (const health of this.#partitions.values()) {
      const { partition } = health;
      const lagMs = health.lagMs(now);
      if (lagMs !== null) this.#metrics.lagSeconds.set({ partition }, lagMs / 1000);
      for (const [topic, lag] of health.lags) this.#metrics.lagRecords.set({ topic, partition }, lag);
      this.#metrics.lastProgress.set({ partition }, health.lastProgress / 1000);
    }
    this.#metrics.ready.set(this.readiness().ready ? 1 : 0);
    return this.#metrics.registry.metrics();
  }

  #measure(health: SinkHealth, event: SinkEvent): void {
    const { partition } = health;
    const metrics = this.#metrics;
    switch (event.type) {
      case "phase":
        metrics.phase.remove({ partition, phase: health.phase });
        metrics.phase.set({ partition, phase: event.phase }, 1);
        health.phase = event.phase;
        health.detail = event.detail;
        break;
      case "progress":
        health.ends(event.topic, event.end, event.position, this.#now());
        break;
      case "committed":
        metrics.records.inc({ partition }, event.records);
        metrics.rows.inc({ partition }, event.rows);
        metrics.transactionSeconds.observe(event.ms / 1000);
        health.recordTime = event.recordTime ?? health.recordTime;
        for (const [topic, next] of event.places) health.wrote(topic, next, this.#now());
        break;
      case "skipped":
        metrics.skipped.inc({ partition });
        break;
      case "restart":
        metrics.restarts.inc({ partition });
        break;
    }
  }

  #tell(partition: number, event: SinkEvent): void {
    switch (event.type) {
      case "phase":
        this.#tellPhase(partition, event);
        break;
      case "committed": {
        const { records, rows, ms } = event;
        this.#log.debug({ partition, records, rows, ms }, "committed");
        break;
      }
      case "skipped":
        this.#tellSkipped(partition, event);
        break;
      case "restart":
        this.#log.warn({ partition, reason: event.reason }, "begins again from what the database holds");
        break;
      case "progress":
        break;
    }
  }

  #tellPhase(partition: number, { phase, detail }: Extract<SinkEvent, { type: "phase" }>): void {
    const fields = { partition, phase, ...(detail !== null && { detail }) };
    if (phase === "halted") this.#log.error(fields, "halted: it needs somebody's decision; the other partitions go on");
    else if (detail !== null) this.#log.warn(fields, "waits");
    else this.#log.info(fields, phase);
  }

  #tellSkipped(partition: number, { topic, offset, reason }: Extract<SinkEvent, { type: "skipped" }>): void {
    const untold = this.#limit.untold(`${partition}/${topic}`, this.#now());
    if (untold === undefined) return;
    this.#log.error({ partition, topic, offset, reason, ...(untold > 0 && { untold }) }, "left out a record");
  }
}
