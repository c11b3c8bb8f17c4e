import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FinalThread, RolloutFolder } from "../services/support/ship-files.ts";
import { mutationsOf, observedLines } from "../support/threads.ts";
import { randomOf } from "../worker/support/workload.ts";
import { rowsIn, rowsOf, type ThreadRows, tableIn } from "./support/rows.ts";
import { StartProcess, startOnce } from "./support/start-process.ts";

/** It is killed so often; fewer with EMBEDDED_ROUNDS. */
const ROUNDS = Number(process.env.EMBEDDED_ROUNDS ?? 100);
const SEED = Number(process.env.EMBEDDED_SEED ?? Date.now() % 1_000_000);
/** It takes some time to start; some rounds end before it did. */
const LONGEST_ROUND_MS = 2_500;
const SHORTEST_ROUND_MS = 700;
const PAUSE_MS = 40;
const TIMEOUT_MS = 60_000 + ROUNDS * 2 * LONGEST_ROUND_MS;

describe(`start, killed ${ROUNDS} times while files change (EMBEDDED_SEED=${SEED})`, { timeout: TIMEOUT_MS }, () => {
  const random = randomOf(SEED);
  let data: string;
  let folder: RolloutFolder;
  let final: FinalThread[];
  let file: string;

  const round = async (): Promise<void> => {
    for (let steps = random() * 6; steps > 0; steps--) folder.step();
    const start = new StartProcess(["--data", data, folder.path]);
    const until = Date.now() + SHORTEST_ROUND_MS + random() * (LONGEST_ROUND_MS - SHORTEST_ROUND_MS);
    while (Date.now() < until) {
      folder.step();
      await sleep(random() * PAUSE_MS);
    }
    await start.kill();
  };

  beforeAll(async () => {
    const place = mkdtempSync(join(tmpdir(), "thread-history-embedded-"));
    data = join(place, "data");
    file = join(data, "history.sqlite");
    folder = new RolloutFolder(join(place, "codex"), SEED, random);
    for (let n = 0; n < ROUNDS; n++) await round();
    folder.finish();
    expect(await startOnce("--data", data, folder.path)).toMatchObject({ code: 0 });
    final = folder.final();
  }, TIMEOUT_MS);

  afterAll(() => rmSync(dirname(data), { recursive: true, force: true }));

  it("ends with the turns and items of the files as they are in the end", () => {
    const rows = rowsIn(file);
    const plain = final.filter(({ isPlain }) => isPlain);
    expect(plain.length).toBeGreaterThan(0);
    for (const { threadId, rollouts } of plain) {
      const expected = rowsOf(threadId, mutationsOf(observedLines(threadId, rollouts)));
      expect({ threadId, ...inOrder(rows.get(threadId)) }).toEqual({ threadId, ...inOrder(expected) });
    }
  });

  it("finds no line that contradicts another one, or comes late", () => {
    const letters = tableIn(file, "dead_letters") as { readonly code: string }[];
    expect(letters.filter(({ code }) => code === "conflict" || code === "late")).toEqual([]);
  });

  it("reads nothing when it is run again", async () => {
    expect((await startOnce("--data", data, folder.path)).stdout).toMatch(/^imported 0 files: 0 lines/);
  });

  it("ends with what one import of the same files leaves, where no content was replaced", async () => {
    const other = join(data, "other");
    expect(await startOnce("--data", other, folder.path)).toMatchObject({ code: 0 });
    const faultless = rowsIn(join(other, "history.sqlite"));
    const killed = rowsIn(file);
    const rollouts = tableIn(file, "rollouts") as { readonly thread_id: string; readonly rollout_id: string }[];
    const replaced = new Set(rollouts.filter(({ rollout_id: id }) => id.includes("#")).map(({ thread_id: id }) => id));
    const untouched = [...faultless.keys()].filter((threadId) => !replaced.has(threadId));
    for (const threadId of untouched)
      expect({ threadId, rows: killed.get(threadId) }).toEqual({ threadId, rows: faultless.get(threadId) });
  });
});

/** What rows say, places only by their order: those of a content that was replaced go on counting. */
function inOrder(rows: ThreadRows | undefined): Pick<ThreadRows, "turns" | "items"> {
  const said = (texts: readonly string[] | undefined): string[] =>
    (texts ?? []).map((text) => JSON.stringify(JSON.parse(text).slice(1, -2)));
  return { turns: said(rows?.turns), items: said(rows?.items) };
}
