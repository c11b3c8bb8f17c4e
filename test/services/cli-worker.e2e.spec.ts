import { createInterface } from "node:readline";
import { describe, expect, it, vi } from "vitest";
import { folderWith, rollout, rolloutName } from "../support/cli.ts";
import { Installation, linesOf } from "./cli-support.ts";

interface LogLine {
  readonly message: string;
  readonly port?: number;
}

/** A worker process, with what it logs and where it serves. */
async function startedWorker(installation: Installation, ...args: string[]) {
  const child = installation.start("worker", ...args);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const log: LogLine[] = [];
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const logged = JSON.parse(line) as LogLine;
      log.push(logged);
      if (logged.port !== undefined) resolve(logged.port);
    });
  });
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  return { child, ended, log, ask };
}

const PATIENCE = { timeout: 50_000, interval: 200 };

describe("thread-history worker", () => {
  it("lives at once, is ready when its partitions run, projects, and drains at SIGTERM with exit code 0", async () => {
    const installation = new Installation();
    await installation.setUp();
    const worker = await startedWorker(installation, "--observer", "lifecycle");
    expect((await worker.ask("/livez")).status).toBe(200);

    await vi.waitFor(async () => expect((await worker.ask("/readyz")).status).toBe(200), PATIENCE);
    await installation.run("ship", "--once", folderWith({ [rolloutName()]: rollout() }));
    await vi.waitFor(async () => {
      const text = await (await worker.ask("/metrics")).text();
      const metrics = text.split("\n").map((line) => line.replace(/partition="\d"/, "partition"));
      expect(metrics).toContain('thread_history_mutations_total{observer="lifecycle",partition} 3');
      expect(metrics).toContain('thread_history_lag_records{observer="lifecycle",partition} 0');
    }, PATIENCE);
    worker.child.kill("SIGTERM");

    expect(await worker.ended).toBe(0);
    expect(worker.log.at(-1)?.message ?? "").toBe("connection");
    expect(worker.log.map(({ message }) => message)).toContain("stopped");
    const emitted = await installation.run("consume", "lifecycle-events", "--json");
    expect(linesOf(emitted.stdout)).toHaveLength(3);
  });

  it("waits for Redis, unready and saying why, and stops when told to", async () => {
    const installation = new Installation();
    await installation.setUp();
    const options = ["--redis-url", "redis://127.0.0.1:1", "--set", "redis.connectTimeoutMs=200"];
    const worker = await startedWorker(installation, ...options);

    await vi.waitFor(async () => {
      const answer = await worker.ask("/readyz");
      expect(answer.status).toBe(503);
      const { reasons } = (await answer.json()) as { reasons: string[] };
      expect(reasons.join()).toContain("Redis at redis://127.0.0.1:1 (flag --redis-url) does not answer");
    }, PATIENCE);
    worker.child.kill("SIGTERM");

    expect(await worker.ended).toBe(0);
  });

  it("with --once fails at once when a service is missing", async () => {
    const installation = new Installation();

    const run = await installation.run("worker", "--once", "--kafka-brokers", "127.0.0.1:1");

    expect(run.code).toBe(1);
    expect(run.stderr).toContain("Kafka at 127.0.0.1:1 (flag --kafka-brokers) cannot be used: connection refused");
  });
});
