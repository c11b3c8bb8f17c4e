import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderWith, jsonLines, rollout, rolloutName, SAMPLES, threadHistory } from "../support/cli.ts";
import { Installation, linesOf } from "./cli-support.ts";

const OBSERVERS = [
  { observer: "thread-item", topic: "thread-items" },
  { observer: "turn-summary", topic: "turn-summaries" },
  { observer: "lifecycle", topic: "lifecycle-events" },
];

interface Keyed {
  readonly threadId: string;
}

/** Lines of JSON by their thread, in order. */
function byThread(lines: readonly string[]): Map<string, string[]> {
  return Map.groupBy(lines, (line) => (JSON.parse(line) as Keyed).threadId);
}

async function mutations(installation: Installation, topic: string): Promise<string[]> {
  const run = await installation.run("consume", topic, "--json");
  expect(run.code).toBe(0);
  return linesOf(run.stdout);
}

async function projected(observer: string): Promise<string[]> {
  const run = await threadHistory(["project", "--emit", "mutations", "--observer", observer, SAMPLES]);
  return linesOf(run.stdout);
}

describe("the samples, published and projected once", () => {
  const installation = new Installation();

  beforeAll(async () => {
    await installation.setUp();
    await installation.run("ship", "--once", SAMPLES);
    const worker = await installation.run("worker", "--once");
    expect(worker.code).toBe(0);
  });

  it("are on the input topic verbatim, every line with its position", async () => {
    const run = await installation.run("consume", "rollout-events", "--json");

    interface Event extends Keyed {
      readonly position: number;
      readonly line: string;
    }
    const threads = Map.groupBy(jsonLines<Event>(run.stdout), ({ threadId }) => threadId);
    const published = [...threads.values()].map((events) => events.map(({ line }) => line).join("\n"));
    const files = readdirSync(SAMPLES).map((name) => readFileSync(join(SAMPLES, name), "utf8").trimEnd());
    expect(published.sort()).toEqual(files.sort());
    for (const events of threads.values())
      expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index));
  });

  it.each(OBSERVERS)("give on $topic what `project` prints, byte for byte", async ({ observer, topic }) => {
    expect(byThread(await mutations(installation, topic))).toEqual(byThread(await projected(observer)));
  });

  it("leave no dead letters, and no thread in quarantine", async () => {
    expect(await mutations(installation, "dead-letters")).toEqual([]);
    expect((await installation.run("quarantined")).stdout).toBe("no thread is quarantined\n");
  });

  it("read well for people", async () => {
    const run = await installation.run("consume", "turn-summaries", "--limit", "3");

    const lines = linesOf(run.stdout);
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(line).toMatch(/^[01]\/\d+ {2}\S+Z {2}[0-9a-f-]{36}:\d+ {2}turn \d+ \S+ {2}\w+( {2}\{.+)?$/);
  });

  it("are read from an offset, a time, and of one partition", async () => {
    const count = async (...options: string[]) =>
      linesOf((await installation.run("consume", "rollout-events", "--json", ...options)).stdout).length;

    const parts = [await count("--partition", "0"), await count("--partition", "1")];

    expect(parts).toEqual([expect.any(Number), 304 - (parts[0] ?? 0)]);
    expect(await count("--partition", "0", "--from", "2")).toBe(Math.max(0, (parts[0] ?? 0) - 2));
    expect(await count("--from", "2020-01-01")).toBe(304);
    expect(await count("--from", "2999-01-01T00:00:00Z")).toBe(0);
  });
});

describe("shipping files once", () => {
  it("the same file again changes nothing", async () => {
    const installation = new Installation();
    await installation.setUp();
    const folder = folderWith({ [rolloutName()]: rollout() });

    await installation.run("ship", "--once", folder);
    await installation.run("ship", "--once", folder);
    await installation.run("worker", "--once", "--observer", "turn-summary");

    expect(await mutations(installation, "turn-summaries")).toHaveLength(2);
  });

  it("says what it shipped, what it left out, and what it could not read", async () => {
    const installation = new Installation();
    await installation.setUp();
    const folder = folderWith({ [rolloutName()]: `${rollout().join("\n")}\n{"timestamp":"20` });

    const nowhere = await installation.run("ship", "--once", folder, "/none");
    const run = await installation.run("ship", "--once", folder);

    expect(nowhere).toMatchObject({ code: 1, stdout: "" });
    expect(nowhere.stderr).toContain("/none: no such file or folder");
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(/^shipped 1 file: 5 lines, \d+\.\d MB in \d+\.\d s\n$/);
    expect(run.stderr).toContain("its last line is not whole yet: it is left out until it is");
  });
});

describe("a replay", () => {
  it("shows before and after, and what it covers is emitted again, byte for byte", async () => {
    const installation = new Installation();
    await installation.setUp();
    await installation.run("ship", "--once", folderWith({ [rolloutName()]: rollout() }));
    const once = ["worker", "--once", "--observer", "lifecycle"];
    await installation.run(...once);
    const replay = ["replay", "--observer", "lifecycle", "--to", "earliest"];

    const dry = await installation.run(...replay, "--dry-run");
    const done = await installation.run(...replay);
    const worker = await installation.run(...once);

    expect([dry.code, done.code, worker.code]).toEqual([0, 0, 0]);
    expect(linesOf(dry.stdout)[0]).toBe("PARTITION  BEFORE  WOULD BE");
    expect(linesOf(done.stdout).slice(1).sort()).toEqual(["0          0       0", "1          5       0"]);
    const emitted = await mutations(installation, "lifecycle-events");
    expect(emitted.slice(0, 3)).toEqual(emitted.slice(3));
  });
});
