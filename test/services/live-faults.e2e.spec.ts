import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  ensureServices,
  removeServices,
  restartService,
  signalService,
  startService,
  stopService,
} from "../../scripts/services/index.ts";
import { recordsOf } from "../worker/support/workload.ts";
import { Checkpoints } from "./support/checkpoints.ts";
import { Deployment, type WorkerProcess } from "./support/deployment.ts";
import { Group, PATIENCE } from "./support/group.ts";
import { emittedIn, Input, threadsPerPartition } from "./support/input.ts";
import { type Published, publishedMutations } from "./support/verifier.ts";

const OBSERVER = "thread-item";
const PARTITIONS = 3;
/** A transaction for each mutation: a backlog takes long enough to be met in the middle of it. */
const SLOWLY = ["--observer", OBSERVER, "--set", "worker.transactionRecords=1"];
/** Twice as long as a command of Redis may take. */
const OUTAGE_MS = 10_000;

/** The services that are to fail are this test's own. Postgres runs as another user, who must get in. */
const folder = mkdtempSync(join(tmpdir(), "thread-history-faults-"));
chmodSync(folder, 0o755);
const services = { folder: join(folder, "services"), report: () => undefined };

describe("what workers need fails, or they do", async () => {
  const env = await ensureServices(services);
  const deployment = new Deployment({ ...env, THREAD_HISTORY_TOPICS_PARTITIONS: String(PARTITIONS) });
  const threads = threadsPerPartition(PARTITIONS, 3, 500, 4);
  const partitions = [...Array(PARTITIONS).keys()];
  let sent = 0;
  let group: Group;
  let input: Input;
  let published: Published[];

  /** Sends the next records of each thread. */
  const send = async (each: number) => {
    const from = sent;
    sent += each;
    await input.send(threads.flatMap((thread) => recordsOf(thread, thread.threadId).slice(from, sent)));
  };
  const end = () => partitions.reduce((sum, partition) => sum + input.end(partition), 0);
  const processed = async () => (await group.committed()).reduce((sum, offset) => sum + Math.max(0, offset), 0);
  const ready = (worker: WorkerProcess) =>
    vi.waitFor(async () => expect(await worker.ask("/readyz")).toMatchObject({ status: 200 }), PATIENCE);
  const unready = (worker: WorkerProcess, reason: RegExp) =>
    vi.waitFor(async () => {
      const answer = { status: 503, body: expect.stringMatching(reason) as string };
      expect(await worker.ask("/readyz")).toEqual(answer);
    }, PATIENCE);
  /** Waits until the checkpoints hold all that was sent. */
  const stored = async () => {
    const checkpoints = new Checkpoints(deployment, OBSERVER);
    await vi.waitFor(async () => {
      const watermarks = await Promise.all(partitions.map((partition) => checkpoints.watermark(partition)));
      expect(watermarks).toEqual(partitions.map((partition) => input.end(partition)));
    }, PATIENCE);
    checkpoints.close();
  };
  /** A worker in the middle of a backlog. */
  const busy = async (...options: string[]) => {
    const before = await processed();
    const worker = deployment.workerWith(...SLOWLY, ...options);
    await vi.waitFor(async () => expect(await processed()).toBeGreaterThan(before), PATIENCE);
    return worker;
  };

  beforeAll(async () => {
    await deployment.setUp();
    [group, input] = await Promise.all([Group.open(deployment, OBSERVER), Input.open(deployment, PARTITIONS)]);
  });
  afterAll(async () => {
    await deployment.stop();
    await Promise.allSettled([input.close(), group.close()]);
    await removeServices(services);
    rmSync(folder, { recursive: true, force: true });
  });

  it("Redis, before the start: the worker waits, unready, saying for what", async () => {
    await stopService("redis", undefined, services);
    const worker = deployment.worker(OBSERVER);

    await unready(worker, /Redis at .* does not answer/);
    await startService("redis", services);
    await ready(worker);
    await send(10);
    await group.caughtUp();
    await stored();
  });

  it("Redis, under a worker: threads that are in memory go on; then it catches up, beginning nothing again", async () => {
    const [worker = deployment.worker(OBSERVER)] = deployment.workers;
    await stopService("redis", undefined, services);
    for (let round = 0; round < 4; round++) {
      await send(5);
      await group.caughtUp();
      await sleep(OUTAGE_MS / 4);
    }
    expect(await worker.metric("store_connected")).toBe(0);
    expect(await worker.metric("unflushed_bytes")).toBeGreaterThan(0);

    await startService("redis", services);

    await stored();
    await vi.waitFor(async () => expect(await worker.metric("unflushed_bytes")).toBe(0), PATIENCE);
    expect(await worker.metric("restarts_total")).toBe(0);
  });

  it("Redis answers no more, its connections being open: the same", async () => {
    const [worker = deployment.worker(OBSERVER)] = deployment.workers;
    const failures = await worker.metric("failures_total");
    signalService("redis", "SIGSTOP", services);
    await send(5);
    await group.caughtUp();
    await vi.waitFor(async () => expect(await worker.metric("failures_total")).toBeGreaterThan(failures), PATIENCE);
    await send(5);
    await group.caughtUp();

    signalService("redis", "SIGCONT", services);

    await stored();
    expect(await worker.metric("restarts_total")).toBe(0);
  });

  it("the registry, under a worker that knows the schemas: it goes on", async () => {
    await stopService("registry", undefined, services);
    await send(5);
    await group.caughtUp();
    await startService("registry", services);
  });

  it("the broker is restarted: the worker goes on when it is back", async () => {
    const [worker = deployment.worker(OBSERVER)] = deployment.workers;
    await restartService("kafka", undefined, services);
    await send(5);
    await group.caughtUp();
    await ready(worker);
  });

  it("a worker is frozen until others have its partitions: thawed, it is refused", async () => {
    const [frozen = deployment.worker(OBSERVER)] = deployment.workers;
    const other = deployment.worker(OBSERVER);
    await ready(other);
    await send(5);
    frozen.send("SIGSTOP");
    await send(5);
    await group.caughtUp();
    frozen.send("SIGCONT");
    await send(5);
    await group.caughtUp();

    await ready(frozen);
    expect(await frozen.drain()).toBe(0);
    expect(await other.drain()).toBe(0);
  });

  it("SIGTERM in the middle of a backlog: the worker ends in order, and the next one goes on", async () => {
    await send(300);
    const worker = await busy();

    expect(await worker.drain()).toBe(0);

    expect(await processed()).toBeLessThan(end());
  });

  it("the broker answers no more: the worker is unready, and its consumer is restarted until it does", async () => {
    const worker = await busy("--set", "worker.watchdogMs=3000", "--set", "kafka.requestTimeoutMs=5000");
    signalService("kafka", "SIGSTOP", services);

    await unready(worker, /records behind and no progress for/);
    await vi.waitFor(async () => expect(await worker.metric("client_restarts_total")).toBeGreaterThan(0), PATIENCE);
    signalService("kafka", "SIGCONT", services);

    const before = await processed();
    await vi.waitFor(async () => expect(await processed()).toBeGreaterThan(before), PATIENCE);
    await ready(worker);
    expect(await worker.drain()).toBe(0);
  });

  it("a second SIGTERM: the worker ends at once, whatever it waits for", async () => {
    const worker = await busy();
    signalService("kafka", "SIGSTOP", services);
    worker.send("SIGTERM");
    await vi.waitFor(
      () =>
        expect(
          worker
            .logged()
            .map(({ message }) => message)
            .join(),
        ).toContain("stops:"),
      PATIENCE,
    );
    worker.send("SIGTERM");

    expect(await worker.ended).toBe(1);
    signalService("kafka", "SIGCONT", services);
    await deployment.run("worker", "--once", "--observer", OBSERVER);
  });

  describe("and through all of it each mutation comes out once", () => {
    beforeAll(async () => {
      published = await publishedMutations(`${deployment.prefix}.thread-items`, deployment.env);
    });

    it.each(partitions)("partition %d", (partition) => {
      expect(emittedIn(partition, published)).toEqual(input.emitted(OBSERVER, partition, 0));
    });
  });
});
