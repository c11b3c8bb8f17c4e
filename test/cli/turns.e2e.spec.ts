import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  BASE,
  FORK,
  folderWith,
  jsonLines,
  OTHER_THREAD,
  rollout,
  rolloutName,
  SAMPLES,
  session,
  started,
  THREAD,
  threadHistory,
} from "../support/cli.ts";

interface TurnsLine {
  readonly file: string;
  readonly threadId: string;
  readonly turns: readonly { readonly id: string; readonly status: string }[];
}

const BASE_ID = "01a203c5-0841-7250-b2ce-1b5212076eb0";
const FORK_ID = "01a203c5-09b4-7fa0-8339-1b762c537606";

const codexTurns = (paths: readonly string[], folder: string) =>
  threadHistory(["project", "--emit", "turns", "--view", "codex", ...paths], folder);

describe("--emit turns", () => {
  it("writes one line of JSON for a rollout: file, thread, turns in the shape of Codex 0.169.0", async () => {
    const folder = folderWith({ "r.jsonl": rollout() });

    const run = await threadHistory(["project", "--emit", "turns", "r.jsonl"], folder);

    const question =
      '{"type":"userMessage","id":"item-1","clientId":null,"content":[{"type":"text","text":"question of turn-1","text_elements":[]}],"startedAtMs":null,"completedAtMs":null}';
    const answer =
      '{"type":"agentMessage","moderation":null,"id":"item-2","text":"answer of turn-1","phase":null,"memoryCitation":null,"delivery":null,"questions":null,"startedAtMs":null,"completedAtMs":null}';
    const turns = `[{"id":"turn-1","rootTurnId":null,"items":[${question},${answer}],"itemsView":"full","status":"completed","error":null,"startedAt":1,"completedAt":2,"durationMs":1000}]`;
    expect(run).toEqual({
      code: 0,
      stdout: `{"file":"r.jsonl","threadId":"${THREAD}","turns":${turns}}\n`,
      stderr: "",
    });
  });

  it("keeps the order in which rollouts are given, the files of a folder in the order of their paths", async () => {
    const folder = folderWith({
      "z.jsonl": rollout(THREAD),
      "a.jsonl": rollout(OTHER_THREAD),
      [`day/2/${rolloutName(THREAD, 1)}`]: rollout(),
      [`day/1/${rolloutName(THREAD, 2)}`]: rollout(),
    });

    const run = await threadHistory(["project", "--emit", "turns", "z.jsonl", "day", "a.jsonl"], folder);

    expect(jsonLines<TurnsLine>(run.stdout).map(({ file }) => file)).toEqual([
      "z.jsonl",
      `day/1/${rolloutName(THREAD, 2)}`,
      `day/2/${rolloutName(THREAD, 1)}`,
      "a.jsonl",
    ]);
  });

  it("takes a file that several paths lead to once", async () => {
    const folder = folderWith({ [rolloutName()]: rollout() });

    const run = await threadHistory(["project", "--emit", "turns", ".", rolloutName(), folder], folder);

    expect(jsonLines(run.stdout)).toHaveLength(1);
  });

  it("shows an open turn as in progress in the full view, as interrupted in Codex's", async () => {
    const folder = folderWith({ "r.jsonl": [session(), started("turn-1")] });

    const full = await threadHistory(["project", "--emit", "turns", "r.jsonl"], folder);
    const codex = await codexTurns(["r.jsonl"], folder);

    const statuses = [full, codex].map(({ stdout }) => jsonLines<TurnsLine>(stdout)[0]?.turns[0]?.status);
    expect(statuses).toEqual(["inProgress", "interrupted"]);
  });
});

describe("--view codex of a fork", () => {
  const forkIn = (name: string): string => {
    return folderWith({ [name]: readFileSync(join(SAMPLES, FORK)) });
  };
  const turnCounts = (stdout: string) => jsonLines<TurnsLine>(stdout).map(({ turns }) => turns.length);

  it("finds the base beside the file", async () => {
    const folder = forkIn(FORK);
    copyFileSync(join(SAMPLES, BASE), join(folder, BASE));

    const run = await codexTurns([FORK], folder);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(turnCounts(run.stdout)).toEqual([3]);
  });

  it("finds the base in another day's folder below the folder given", async () => {
    const [fork, base] = [FORK, BASE].map((name) => readFileSync(join(SAMPLES, name)));
    const folder = folderWith({ [`2026/11/23/${FORK}`]: fork ?? "", [`2026/11/22/${BASE}`]: base ?? "" });

    const run = await codexTurns(["."], folder);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(turnCounts(run.stdout)).toEqual([3, 3]);
  });

  it("names a missing base and what to do; the other inputs are projected", async () => {
    const folder = forkIn(FORK);

    const run = await codexTurns(
      [FORK, join(SAMPLES, "rollout-2026-11-22T15-19-21-01a203d7-2504-7a43-827a-06d6e0e6c3f5.jsonl")],
      folder,
    );

    expect(run.code).toBe(1);
    expect(run.stderr).toBe(
      `thread-history: ${FORK}: goes on from rollout ${BASE_ID}, which is not in . (put its file there, or name it on the command line)\n`,
    );
    expect(turnCounts(run.stdout)).toEqual([10]);
  });

  it("is not projected when the base is damaged", async () => {
    const folder = forkIn(FORK);
    const name = `${BASE}.gz`;
    writeFileSync(join(folder, name), "not compressed");

    const run = await codexTurns([FORK], folder);

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toBe(
      `thread-history: ${FORK}: goes on from a rollout that cannot be read (${name}: is not valid gzip data (damaged, or not compressed?))\n`,
    );
  });

  it("says so when bases go in a circle", async () => {
    const fork = readFileSync(join(SAMPLES, FORK), "utf8");
    const turned = fork.replaceAll(FORK_ID, "?").replaceAll(BASE_ID, FORK_ID).replaceAll("?", BASE_ID);

    const run = await codexTurns(["."], folderWith({ [FORK]: fork, [BASE]: turned }));

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(`thread-history: ${FORK}: its history goes in a circle at rollout ${BASE_ID}`);
  });

  it("tells of refused lines of the base once", async () => {
    const folder = forkIn(FORK);
    writeFileSync(join(folder, BASE), `${readFileSync(join(SAMPLES, BASE), "utf8")}refused\n`);

    const run = await codexTurns(["."], folder);

    expect(run.code).toBe(0);
    expect(run.stderr).toContain("thread-history: 1 line rejected: 1 not-json");
  });
});
