import { describe, expect, it } from "vitest";
import { folderWith, rollout, rolloutName, SAMPLES, threadHistory } from "../support/cli.ts";

describe("thread-history project, as it is called", () => {
  it("without a path projects the bundled samples", async () => {
    const run = await threadHistory(["project"]);

    expect(run.code).toBe(0);
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(/\n6 threads, 6 rollouts, 304 lines in \d+\.\d s\n$/);
  });

  it("without --emit summarises each thread for a reader", async () => {
    const folder = folderWith({ [rolloutName()]: rollout() });

    const run = await threadHistory(["project", "."], folder);

    expect(run.stdout.split("\n").slice(0, 6)).toEqual([
      "0197a1b2-0000-7000-8000-00000000000a  legacy, codex_cli 0.169.0, /project",
      "  question of turn-1",
      "  turns      1: 1 completed",
      "  items      2: 1 userMessage, 1 agentMessage",
      "  mutations  3 lifecycle, 2 turn_summary, 2 thread_item",
      "  lines      5 in 1 rollout",
    ]);
  });

  it("with --observer summarises only what these observers see", async () => {
    const run = await threadHistory(["project", "--observer", "lifecycle", "--observer", "thread-item", SAMPLES]);

    expect(run.code).toBe(0);
    expect(run.stdout).toContain("  items  ");
    expect(run.stdout).not.toContain("  turns  ");
    expect(run.stdout).not.toContain("turn_summary");
  });

  it("takes paths after an option that takes a value", async () => {
    const run = await threadHistory(["project", "--emit", "mutations", "--observer", "lifecycle", SAMPLES]);

    expect(run.code).toBe(0);
    expect(run.stdout).toContain('"type":"lifecycle"');
    expect(run.stdout).not.toContain('"type":"thread_item"');
  });

  it.each(["--help", "project --help", "help project", "--version"])("answers %s", async (args) => {
    const run = await threadHistory(args.split(" "));

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/Usage: thread-history|^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    { args: [], says: "Usage: thread-history" },
    { args: ["frobnicate"], says: "error: unknown command 'frobnicate'" },
    { args: ["project", "--frobnicate"], says: "error: unknown option '--frobnicate'" },
    { args: ["project", "--emit"], says: "error: option '--emit <what>' argument missing" },
    { args: ["project", "--emit", "rows"], says: "Allowed choices are mutations, turns." },
    { args: ["project", "--emit", "turns", "--view", "half"], says: "Allowed choices are full, codex." },
    { args: ["project", "--observer", "all"], says: "Allowed choices are thread-item, turn-summary, lifecycle." },
    { args: ["project", "--max-line-bytes", "0"], says: "It must be a whole number from 1 to 268435456." },
    { args: ["project", "--max-line-bytes", "64MiB"], says: "It must be a whole number from 1 to 268435456." },
    { args: ["project", "--view", "codex"], says: "error: --view is for --emit turns" },
    { args: ["project", "--emit", "turns", "--observer", "lifecycle"], says: "error: --observer is for mutations" },
    { args: ["project", "--out", "there"], says: "error: --out needs --emit mutations or --emit turns" },
  ])("refuses $args with exit code 2 and says why", async ({ args, says }) => {
    const run = await threadHistory(args, folderWith({}));

    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(says);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });
});
