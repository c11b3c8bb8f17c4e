import { describe, expect, it } from "vitest";
import { Installation, linesOf } from "./cli-support.ts";

/** `topic state` of a table, without the prefix. */
function statesOf(stdout: string, prefix: string): string[] {
  const rows = linesOf(stdout).filter((line) => line.startsWith(prefix));
  return rows.map((row) => row.slice(prefix.length + 1).split(/ {2,}/)).map((cells) => `${cells[0]} ${cells.at(-1)}`);
}

const TOPICS = ["rollout-events", "thread-items", "turn-summaries", "lifecycle-events", "dead-letters", "decisions"];

describe("thread-history topics", () => {
  it("says what it would create, creates it, and finds it as it should be", async () => {
    const installation = new Installation();
    const { prefix } = installation;

    const dry = await installation.run("topics", "create", "--dry-run");
    const missing = await installation.run("topics", "check");
    const created = await installation.run("topics", "create");
    const again = await installation.run("topics", "create");
    const checked = await installation.run("topics", "check");

    const all = (state: string) => TOPICS.map((topic) => `${topic} ${state}`);
    expect([dry.code, statesOf(dry.stdout, prefix)]).toEqual([0, all("to be created")]);
    expect([missing.code, statesOf(missing.stdout, prefix)]).toEqual([1, all("missing")]);
    expect([created.code, statesOf(created.stdout, prefix)]).toEqual([0, all("created")]);
    expect([again.code, statesOf(again.stdout, prefix)]).toEqual([0, all("exists")]);
    expect([checked.code, statesOf(checked.stdout, prefix)]).toEqual([0, all("exists")]);
  });

  it("says what differs, what was expected, and what to do; workers refuse to start", async () => {
    const installation = new Installation();
    await installation.setUp();
    const other = ["--set", "topics.partitions=3"];

    const checked = await installation.run("topics", "check", ...other);
    const worker = await installation.run("worker", "--once", ...other);

    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain(`${installation.prefix}.rollout-events: partitions is 2, expected 3: `);
    expect(worker.code).toBe(1);
    expect(worker.stderr).toContain("thread-history: the topics are not what the workers need:");
    expect(worker.stderr).toContain(`${installation.prefix}.rollout-events: partitions is 2, expected 3: `);
  });
});

describe("thread-history schemas", () => {
  it("says what is missing, registers it, and finds it registered", async () => {
    const installation = new Installation();

    const missing = await installation.run("schemas", "check");
    const registered = await installation.run("schemas", "register");
    const checked = await installation.run("schemas", "check");

    expect(missing.code).toBe(1);
    expect(linesOf(missing.stdout).slice(1)).toHaveLength(5);
    expect(
      linesOf(missing.stdout)
        .slice(1)
        .every((line) => line.includes("missing: ")),
    ).toBe(true);
    expect([registered.code, checked.code]).toEqual([0, 0]);
    expect(checked.stdout).toBe(registered.stdout);
    expect(checked.stdout).toContain(`${installation.prefix}.dead-letters-value`);
  });

  it("that are missing keep a producer from starting, with what to do", async () => {
    const installation = new Installation();
    await installation.run("topics", "create");

    const run = await installation.run("ship", "--once", "samples");

    expect(run.code).toBe(1);
    expect(run.stderr).toContain("run `thread-history schemas register`");
  });
});
