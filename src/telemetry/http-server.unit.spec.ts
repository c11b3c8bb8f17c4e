import { describe, expect, it, onTestFinished } from "vitest";
import { createLog, Metrics, metricsReference, serveTelemetry, WorkerTelemetry } from "./index.ts";

async function served() {
  const telemetry = new WorkerTelemetry(createLog("silent"), new Metrics(), 1000);
  const server = await serveTelemetry("127.0.0.1", 0, telemetry);
  onTestFinished(() => server.close());
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { telemetry, server, ask };
}

describe("the server of probes and metrics", () => {
  it("says that the process lives, ready or not", async () => {
    const { telemetry, ask } = await served();
    telemetry.block("start", "not yet");

    expect((await ask("/livez")).status).toBe(200);
  });

  it("answers 503 with the reasons until the process is ready, then 200", async () => {
    const { telemetry, ask } = await served();
    telemetry.block("start", "not yet");
    const before = await ask("/readyz");
    telemetry.unblock("start");

    expect(before.status).toBe(503);
    expect(await before.json()).toEqual({ ready: false, reasons: ["not yet"], partitions: [] });
    expect((await ask("/readyz?verbose")).status).toBe(200);
  });

  it("answers metrics in Prometheus' text format, with those of the process", async () => {
    const { ask } = await served();

    const answer = await ask("/metrics");

    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await answer.text();
    expect(text).toContain("thread_history_ready 1\n");
    expect(text).toContain("process_resident_memory_bytes ");
  });

  it("knows nothing else, and only reads", async () => {
    const { ask } = await served();

    expect((await ask("/")).status).toBe(404);
    expect((await ask("/livez", { method: "POST" })).status).toBe(405);
    expect((await ask("/livez", { method: "HEAD" })).status).toBe(200);
  });

  it("fails when its port is taken", async () => {
    const { server } = await served();
    const telemetry = new WorkerTelemetry(createLog("silent"), new Metrics(), 1000);

    await expect(serveTelemetry("127.0.0.1", server.port, telemetry)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("docs/metrics.md", () => {
  it("lists every metric (vitest -u writes it)", async () => {
    const registered = new Metrics().registry.getMetricsAsArray().map(({ name }) => name);
    const ours = registered.filter((name) => name.startsWith("thread_history_"));

    expect(new Metrics().docs.map(({ name }) => name)).toEqual(ours);
    await expect(metricsReference()).toMatchFileSnapshot("../../docs/metrics.md");
  });
});
