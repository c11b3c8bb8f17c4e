import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  BASE,
  FORK,
  folderWith,
  jsonLines,
  OTHER_THREAD,
  rollout,
  rolloutLine,
  rolloutName,
  SAMPLES,
  session,
  THREAD,
  threadHistory,
  turn,
} from "../support/cli.ts";

interface MutationLine {
  readonly mutationId: string;
  readonly threadId: string;
  readonly rolloutId: string;
  readonly sourcePosition: number;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const SECOND = "0197a1b2-0000-7000-8000-0000000000b2";
const mutationsIn = (folder: string, ...paths: string[]) =>
  threadHistory(["project", "--emit", "mutations", ...(paths.length === 0 ? ["."] : paths)], folder);
const places = (stdout: string) =>
  jsonLines<MutationLine>(stdout).map(({ mutationId }) => mutationId.replace(`${THREAD}/`, ""));

describe("--emit mutations", () => {
  it("writes one line of JSON for a mutation, its keys in this order", async () => {
    const run = await mutationsIn(folderWith({ [rolloutName()]: rollout() }));

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout.split("\n")[1]).toBe(
      `{"mutationId":"${THREAD}/${THREAD}/1/turn-summary/0","generation":0,"threadId":"${THREAD}","rolloutId":"${THREAD}","sourcePosition":1,"occurredAt":"2026-01-01T00:00:00.000Z","observerVersion":1,"type":"turn_summary","schema_version":1,"payload":{"turnId":"turn-1","mutation":{"status":"inProgress","startedAt":1,"completedAt":null,"durationMs":null,"error":null,"rootTurnId":null,"turnOrdinal":1}}}`,
    );
  });

  it("names a mutation by thread, rollout, position, observer and number; of one line: items, summary, lifecycle", async () => {
    const run = await mutationsIn(folderWith({ [rolloutName()]: rollout() }));

    expect(places(run.stdout)).toEqual([
      `${THREAD}/0/lifecycle/0`,
      `${THREAD}/1/turn-summary/0`,
      `${THREAD}/1/lifecycle/0`,
      `${THREAD}/2/thread-item/0`,
      `${THREAD}/3/thread-item/0`,
      `${THREAD}/4/turn-summary/0`,
      `${THREAD}/4/lifecycle/0`,
    ]);
  });

  it("counts empty lines and refused lines as positions", async () => {
    const [first = "", ...rest] = rollout();
    const folder = folderWith({ [rolloutName()]: ["", first, " ", "refused", ...rest] });

    const run = await mutationsIn(folder);

    const positions = jsonLines<MutationLine>(run.stdout).map(({ sourcePosition }) => sourcePosition);
    expect(positions).toEqual([1, 4, 4, 5, 6, 7, 7]);
  });

  it("writes the same bytes on every run and wherever the files lie", async () => {
    const [one, other] = await Promise.all([mutationsIn(SAMPLES), threadHistory(["project", "--emit", "mutations"])]);

    expect(one.stdout).toBe(other.stdout);
  });

  it("with --observer writes only its mutations", async () => {
    const folder = folderWith({ [rolloutName()]: rollout() });

    const run = await mutationsIn(folder, "--observer", "thread-item", ".");

    expect(places(run.stdout)).toEqual([`${THREAD}/2/thread-item/0`, `${THREAD}/3/thread-item/0`]);
  });

  it("with --out writes a file for each observer and nothing to standard output", async () => {
    const folder = folderWith({ [rolloutName()]: rollout() });

    const run = await mutationsIn(folder, "--out", "made/for/it", ".");

    expect(run).toEqual({ code: 0, stdout: "", stderr: "" });
    const made = join(folder, "made/for/it");
    expect(readdirSync(made).sort()).toEqual(["lifecycle-events.jsonl", "thread-items.jsonl", "turn-summaries.jsonl"]);
    expect(places(readFileSync(join(made, "thread-items.jsonl"), "utf8"))).toHaveLength(2);
    expect(places(readFileSync(join(made, "lifecycle-events.jsonl"), "utf8"))).toHaveLength(3);
  });
});

describe("several rollouts of one thread (ADR 0019)", () => {
  const first = rolloutName(THREAD, 1);
  const second = rolloutName(THREAD, 2, SECOND);

  it("are one history in the order of their names, however they are given; threads in the order given", async () => {
    const folder = folderWith({
      [first]: rollout(),
      [second]: turn("turn-2"),
      [rolloutName(OTHER_THREAD, 0)]: rollout(OTHER_THREAD),
    });

    const run = await mutationsIn(folder, second, rolloutName(OTHER_THREAD, 0), first);

    const summaries = jsonLines<MutationLine>(run.stdout).filter(({ type }) => type === "turn_summary");
    expect(summaries.map(({ rolloutId, payload }) => [rolloutId, payload.turnId])).toEqual([
      [THREAD, "turn-1"],
      [THREAD, "turn-1"],
      [SECOND, "turn-2"],
      [SECOND, "turn-2"],
      [OTHER_THREAD, "turn-1"],
      [OTHER_THREAD, "turn-1"],
    ]);
  });

  it("a copy of a rollout, compressed or not, adds nothing; a longer one goes on", async () => {
    const whole = [...rollout(), ...turn("turn-2")].map((line) => `${line}\n`).join("");
    const short = rollout();

    const alone = await mutationsIn(folderWith({ [first]: whole }));
    const copied = await mutationsIn(folderWith({ [first]: short, [`${first}.gz`]: gzipSync(whole) }));

    expect(copied).toEqual(alone);
  });

  it("a copy that breaks off adds nothing either: what it held was applied", async () => {
    const whole = rollout()
      .map((line) => `${line}\n`)
      .join("");
    const earlier = rolloutName(THREAD, 0);

    const alone = await mutationsIn(folderWith({ [first]: whole }));
    const broken = await mutationsIn(
      folderWith({ [`${earlier}.gz`]: gzipSync(whole).subarray(0, -20), [first]: whole }),
    );

    expect(broken.code).toBe(1);
    expect(broken.stdout).toBe(alone.stdout);
  });

  it("a rollout that was replaced goes by its id and the hash of its new first line", async () => {
    const replaced = session(THREAD, { cwd: "/elsewhere" });
    const folder = folderWith({ [first]: rollout(), [rolloutName(THREAD, 2)]: [replaced, ...turn("turn-2")] });

    const run = await mutationsIn(folder);

    const hash = createHash("sha256").update(replaced).digest("hex").slice(0, 16);
    const ids = jsonLines<MutationLine>(run.stdout).map(({ rolloutId }) => rolloutId);
    expect([...new Set(ids)]).toEqual([THREAD, `${THREAD}#${hash}`]);
  });

  it("a revert takes back what it cut (ADR 0012)", async () => {
    const meta = (id: string, more: object = {}) =>
      rolloutLine(
        "session_meta",
        { ...JSON.parse(session(id)).payload, history_mode: "paginated", ...more },
        { ordinal: 0 },
      );
    const at = (line: string, ordinal: number) => JSON.stringify({ ...JSON.parse(line), ordinal });
    const before = [meta(THREAD), ...[...turn("turn-1"), ...turn("turn-2")].map((line, index) => at(line, index + 1))];
    const base = { thread_id: THREAD, end_ordinal_exclusive: 5, end_byte_offset: 0 };
    const folder = folderWith({ [first]: before, [second]: [meta(THREAD, { history_base: base })] });

    const run = await mutationsIn(folder);

    const after = jsonLines<MutationLine>(run.stdout).filter(({ rolloutId }) => rolloutId === SECOND);
    expect(after.map(({ payload }) => payload)).toContainEqual({ turnId: "turn-2", mutation: null });
    expect(after.map(({ payload }) => payload)).toContainEqual({
      eventType: "thread.rolled_back",
      turnId: null,
      payload: { numTurns: 1 },
    });
  });

  it("a fork is a thread of its own", async () => {
    const run = await mutationsIn(SAMPLES, BASE, FORK);

    const threads = jsonLines<MutationLine>(run.stdout).map(({ threadId }) => threadId);
    expect([...new Set(threads)]).toEqual([
      "01a203c5-0841-7250-b2ce-1b5212076eb0",
      "01a203c5-09b4-7fa0-8339-1b762c537606",
    ]);
  });
});
