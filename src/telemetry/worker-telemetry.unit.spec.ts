import { describe, expect, it } from "vitest";
import type { WorkerEvent } from "../worker/index.ts";
import { createLog, Metrics, WorkerTelemetry } from "./index.ts";

const WATCHDOG_MS = 30_000;

/** Telemetry at a clock that stands still until it is moved. */
function telemetryAt(start = 1_000_000) {
  const lines: string[] = [];
  const clock = { now: start };
  const log = createLog("debug", { write: (line) => lines.push(line) });
  const telemetry = new WorkerTelemetry(log, new Metrics(), WATCHDOG_MS, () => clock.now);
  const assign = (partition = 0) => telemetry.assigned("thread-item", partition);
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { telemetry, clock, assign, logged };
}

const running: WorkerEvent = { type: "phase", phase: "running" };
const progress = (position: number, end: number, recordTime: number | null = null): WorkerEvent => ({
  type: "progress",
  position,
  end,
  recordTime,
});

/** The samples of our own metrics: those of the process left out. */
async function samples(telemetry: WorkerTelemetry): Promise<string[]> {
  const text = await telemetry.metricsText();
  return text.split("\n").filter((line) => line.startsWith("thread_history_") && !line.includes("_bucket{"));
}

describe("metrics", () => {
  it("tell lag in records and in seconds, as of when they are asked for", async () => {
    const { telemetry, clock, assign } = telemetryAt();
    assign(3)(progress(40, 100, clock.now - 2_000));

    clock.now += 5_000;

    expect(await samples(telemetry)).toEqual(
      expect.arrayContaining([
        'thread_history_lag_records{observer="thread-item",partition="3"} 60',
        'thread_history_lag_seconds{observer="thread-item",partition="3"} 7',
        'thread_history_last_progress_timestamp_seconds{observer="thread-item",partition="3"} 1000',
      ]),
    );
  });

  it("tell no lag once the end is reached, however old the last record is", async () => {
    const { telemetry, assign } = telemetryAt();
    assign()(progress(100, 100, 1));

    expect(await samples(telemetry)).toEqual(
      expect.arrayContaining([
        'thread_history_lag_records{observer="thread-item",partition="0"} 0',
        'thread_history_lag_seconds{observer="thread-item",partition="0"} 0',
      ]),
    );
  });

  it.each<{ event: WorkerEvent; sample: string }>([
    {
      event: { type: "records", result: "applied", count: 7 },
      sample: 'records_total{observer="thread-item",partition="0",result="applied"} 7',
    },
    {
      event: { type: "committed", next: 5, mutations: 3, ms: 20 },
      sample: 'mutations_total{observer="thread-item",partition="0"} 3',
    },
    {
      event: { type: "committed", next: 5, mutations: 3, ms: 20 },
      sample: 'transaction_seconds_sum{observer="thread-item"} 0.02',
    },
    {
      event: { type: "dead-letter", code: "late", offset: 5, reason: "r" },
      sample: 'dead_letters_total{observer="thread-item",partition="0",code="late"} 1',
    },
    {
      event: { type: "elided", offset: 5, bytes: 9 },
      sample: 'elided_mutations_total{observer="thread-item",partition="0"} 1',
    },
    {
      event: { type: "elided", offset: 5, bytes: 9 },
      sample: 'elided_bytes_total{observer="thread-item",partition="0"} 9',
    },
    {
      event: { type: "quarantine-size", threads: 2 },
      sample: 'quarantined_threads{observer="thread-item",partition="0"} 2',
    },
    {
      event: { type: "rebuild", remaining: 11 },
      sample: 'rebuild_remaining_records{observer="thread-item",partition="0"} 11',
    },
    {
      event: { type: "checkpoint", watermark: 8, threads: 2, bytes: 500 },
      sample: 'checkpoint_bytes_total{observer="thread-item",partition="0"} 500',
    },
    {
      event: { type: "checkpoint", watermark: 8, threads: 2, bytes: 500 },
      sample: 'checkpoint_lag_records{observer="thread-item",partition="0"} 2',
    },
    { event: { type: "unflushed", bytes: 6 }, sample: 'unflushed_bytes{observer="thread-item",partition="0"} 6' },
    { event: { type: "restart", reason: "r" }, sample: 'restarts_total{observer="thread-item",partition="0"} 1' },
    {
      event: { type: "failure", error: new Error("e") },
      sample: 'failures_total{observer="thread-item",partition="0"} 1',
    },
    { event: running, sample: 'partition_phase{observer="thread-item",partition="0",phase="running"} 1' },
  ])("$event become $sample", async ({ event, sample }) => {
    const { telemetry, assign } = telemetryAt();
    const listener = assign();
    listener(progress(10, 10));

    listener(event);

    expect(await samples(telemetry)).toContain(`thread_history_${sample}`);
  });

  it("of a partition that was released: counters stay, gauges go", async () => {
    const { telemetry, assign } = telemetryAt();
    const listener = assign();
    for (const event of [running, progress(1, 9, 1)]) listener(event);
    listener({ type: "records", result: "applied", count: 7 });
    await telemetry.metricsText();

    telemetry.released("thread-item", 0);

    expect((await samples(telemetry)).filter((line) => line.includes("partition="))).toEqual([
      'thread_history_records_total{observer="thread-item",partition="0",result="applied"} 7',
    ]);
  });
});

describe("readiness", () => {
  it("waits for what blocks the start", () => {
    const { telemetry } = telemetryAt();
    telemetry.block("start", "topics are being checked");
    expect(telemetry.readiness()).toEqual({ ready: false, reasons: ["topics are being checked"], partitions: [] });

    telemetry.unblock("start");
    expect(telemetry.readiness()).toEqual({ ready: true, reasons: [], partitions: [] });
  });

  it.each<{ event: WorkerEvent; reason: string }>([
    { event: { type: "phase", phase: "restoring" }, reason: "thread-item, partition 1: restoring" },
    {
      event: { type: "phase", phase: "halted", detail: "the log was made again" },
      reason: "thread-item, partition 1: halted: the log was made again",
    },
    { event: { type: "phase", phase: "waiting-for-store" }, reason: "thread-item, partition 1: waiting-for-store" },
  ])("is lost by one partition that is $event.phase, although the others run", ({ event, reason }) => {
    const { telemetry, assign } = telemetryAt();
    assign(0)(running);
    assign(1)(event);

    expect(telemetry.readiness()).toMatchObject({ ready: false, reasons: [reason] });
  });

  it("stays with a partition that is behind and moves on", () => {
    const { telemetry, clock, assign } = telemetryAt();
    const listener = assign();
    listener(running);
    for (let position = 0; position < 5; position++) {
      listener(progress(position, 1_000_000));
      clock.now += WATCHDOG_MS - 1;
    }

    expect(telemetry.readiness().ready).toBe(true);
    expect(telemetry.stalled().size).toBe(0);
  });

  it("is lost by a partition that is behind and does not move for watchdogMs", () => {
    const { telemetry, clock, assign } = telemetryAt();
    const listener = assign(4);
    listener(running);
    listener(progress(10, 12));
    clock.now += WATCHDOG_MS - 1;
    expect(telemetry.readiness().ready).toBe(true);

    clock.now += 1;
    listener(progress(10, 13));

    expect(telemetry.readiness().reasons).toEqual([
      "thread-item, partition 4: 3 records behind and no progress for 30 s",
    ]);
    expect(telemetry.stalled()).toEqual(new Map([["thread-item", "partition 4 is running at 10 of 13"]]));
  });

  it("is not lost by hours without records, nor at once when one comes", () => {
    const { telemetry, clock, assign } = telemetryAt();
    const listener = assign();
    listener(running);
    listener(progress(10, 10));
    clock.now += 3_600_000;
    expect(telemetry.readiness().ready).toBe(true);

    telemetry.ends("thread-item", 0, 11);

    expect(telemetry.readiness().ready).toBe(true);
    clock.now += WATCHDOG_MS;
    expect(telemetry.readiness().ready).toBe(false);
  });

  it("is not lost by a partition that runs and has never held a record", () => {
    const { telemetry, clock, assign } = telemetryAt();
    assign()(running);
    clock.now += 10 * WATCHDOG_MS;

    expect(telemetry.readiness().ready).toBe(true);
    expect(telemetry.stalled().size).toBe(0);
  });

  it("counts a rebuild that gets on as progress, and one that hangs as none", () => {
    const { telemetry, clock, assign } = telemetryAt();
    const listener = assign();
    listener({ type: "phase", phase: "restoring" });
    for (let remaining = 5; remaining > 0; remaining--) {
      listener({ type: "rebuild", remaining });
      clock.now += WATCHDOG_MS - 1;
    }
    expect(telemetry.stalled().size).toBe(0);

    listener({ type: "rebuild", remaining: 1 });
    clock.now += 1;

    expect([...telemetry.stalled().keys()]).toEqual(["thread-item"]);
  });

  it.each(["halted", "waiting-for-store", "waiting-for-registry"] as const)(
    "a partition that is %s is not helped by a new consumer",
    (phase) => {
      const { telemetry, clock, assign } = telemetryAt();
      const listener = assign();
      listener(progress(1, 2));
      listener({ type: "phase", phase });
      clock.now += 10 * WATCHDOG_MS;

      expect(telemetry.stalled().size).toBe(0);
    },
  );

  it("gives a restarted client its time", async () => {
    const { telemetry, clock, assign } = telemetryAt();
    assign()(progress(1, 2));
    clock.now += WATCHDOG_MS;

    telemetry.clientRestarted("thread-item");

    expect(telemetry.stalled().size).toBe(0);
    expect(await samples(telemetry)).toContain('thread_history_client_restarts_total{observer="thread-item"} 1');
  });
});

describe("the log", () => {
  it("tells of a halt, a quarantine and an error, with where", () => {
    const { assign, logged } = telemetryAt();
    const listener = assign(2);
    listener({ type: "phase", phase: "halted", detail: "why" });
    listener({ type: "quarantined", threadId: "t", offset: 7, reason: "because" });
    listener({ type: "failure", error: new Error("outer", { cause: new Error("inner") }) });

    const where = { level: "error", observer: "thread-item", partition: "2" };
    expect(logged()).toMatchObject([
      { ...where, phase: "halted", detail: "why" },
      { ...where, threadId: "t", offset: 7, reason: "because" },
      { ...where, err: { message: "outer", cause: { message: "inner" } } },
    ]);
  });

  it("tells five of a flood, then how many were left out", () => {
    const { assign, clock, logged } = telemetryAt();
    const listener = assign();
    const letter: WorkerEvent = { type: "dead-letter", code: "not-avro", offset: 1, reason: "r" };
    for (let n = 0; n < 100; n++) listener(letter);
    clock.now += 10_000;
    listener(letter);

    expect(logged()).toHaveLength(6);
    expect(logged()[5]).toMatchObject({ code: "not-avro", untold: 95 });
  });
});
