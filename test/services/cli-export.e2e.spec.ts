import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scanThread } from "../../src/cli/export/scan-thread.ts";
import { TemporaryFile } from "../../src/cli/export/temporary-file.ts";
import { writeRollout } from "../../src/cli/export/write-rollout.ts";
import { partitionOfKey } from "../../src/kafka/index.ts";
import { AvroDecoder, SchemaRegistry } from "../../src/schema-registry/index.ts";
import { folderWith, rollout, rolloutName } from "../support/cli.ts";
import { Installation, linesOf } from "./cli-support.ts";
import { servicesEnv } from "./support/deployment.ts";
import { LineLog, type LogLine, linesFrom, servicesClient } from "./support/line-log.ts";

const CORPUS = join(import.meta.dirname, "../corpus");
const PARTITIONS = 2;

const installation = new Installation();
let log: LineLog;

beforeAll(async () => {
  await installation.setUp();
  log = await LineLog.open(installation.prefix);
});
afterAll(() => log.close());

/** The lines of a thread that no other test has, in the log. */
async function logged(make: (threadId: string) => readonly LogLine[]): Promise<string> {
  const threadId = randomUUID();
  await log.send(...make(threadId));
  return threadId;
}

function exported(threadId: string, ...options: readonly string[]) {
  return installation.run("export", threadId, ...options);
}

/** What a run that succeeded printed as the rollout. */
async function printed(threadId: string, ...options: readonly string[]): Promise<string> {
  const run = await exported(threadId, "--out", "-", ...options);
  expect(run.code).toBe(0);
  return run.stdout;
}

describe("a rollout", () => {
  it("is restored byte for byte, whatever its lines are", async () => {
    const lines = ["{}", "", "é\r", " {", "x".repeat(3_000_000), ""];
    const threadId = await logged((id) => [
      ...linesFrom(id, lines),
      { threadId: id, position: 6, line: Buffer.of(0xff, 0, 0xfe) },
    ]);
    const folder = folderWith({});

    const run = await exported(threadId, "--out", join(folder, "out"));

    const expected = Buffer.concat([Buffer.from(`${lines.join("\n")}\n`), Buffer.of(0xff, 0, 0xfe, 0x0a)]);
    expect(run).toEqual({
      code: 0,
      stdout: `${folder}/out: 7 lines, ${expected.length} bytes, of rollout ${threadId}\n`,
      stderr: "",
    });
    expect(readFileSync(join(folder, "out")).equals(expected)).toBe(true);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("of the real Codex is what it was, under its own name in a folder", async () => {
    const folder = folderWith({});
    const threads = readdirSync(CORPUS).flatMap((name) => {
      const about = JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8"));
      const file = about.file_name as string;
      const content = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8");
      return [{ threadId: about.thread_id as string, file, content }];
    });
    const chosen = threads.filter((_, at) => at % 12 === 0);
    for (const { threadId, content } of chosen)
      await log.send(...linesFrom(threadId, content.split("\n").slice(0, -1)));

    for (const { threadId, file, content } of chosen) {
      expect(await exported(threadId, "--out", folder)).toMatchObject({ code: 0, stderr: "" });
      expect(readFileSync(join(folder, file), "utf8")).toBe(content);
    }
    expect(chosen).toHaveLength(7);
    expect(readdirSync(folder).sort()).toEqual(chosen.map(({ file }) => file).sort());
  });

  it("has the name that its first line's header says, no longer compressed, in a folder that is made", async () => {
    const [first = "", ...rest] = rollout();
    const threadId = await logged((id) => [
      { threadId: id, position: 0, line: first, headers: { file: "rollout-of-mine.jsonl.zst" } },
      ...rest.map((line, at) => ({ threadId: id, position: at + 1, line })),
    ]);
    const folder = folderWith({});

    const run = await exported(threadId, "--out", `${folder}/a/b/`);

    expect(run.code).toBe(0);
    expect(readFileSync(join(folder, "a/b/rollout-of-mine.jsonl"), "utf8")).toBe(`${rollout().join("\n")}\n`);
  });

  it("is the same when lines were sent again, or in another order", async () => {
    const threadId = await logged((id) => {
      const [a, b, c, d] = linesFrom(id, ["a", "bb", "ccc", "dddd"]);
      return [c, a, a, d, b, a, b, c, d].flatMap((line) => (line === undefined ? [] : [line]));
    });

    expect(await printed(threadId)).toBe("a\nbb\nccc\ndddd\n");
  });

  it("has of several contents of a position the first, and says so", async () => {
    const threadId = await logged((id) => [
      ...linesFrom(id, ["a", "first", "c"]),
      { threadId: id, position: 1, line: "other" },
    ]);

    const run = await exported(threadId, "--out", "-");

    expect(run).toMatchObject({ code: 0, stdout: "a\nfirst\nc\n" });
    expect(run.stderr).toContain("1 later record has another content than the first one of position 1, which counts");
  });

  it("names lines that were changed before they came to the log", async () => {
    const threadId = await logged((id) => [
      { threadId: id, position: 0, line: "a" },
      { threadId: id, position: 1, line: "b", headers: { "elided-bytes": "1000" } },
      { threadId: id, position: 2, line: "c", headers: { "redacted-values": "2" } },
      { threadId: id, position: 3, line: "d", headers: { "redacted-values": "1", "elided-bytes": "5" } },
    ]);

    const run = await exported(threadId, "--out", "-");

    expect(run).toMatchObject({ code: 0, stdout: "a\nb\nc\nd\n" });
    expect(run.stderr).toContain("long values were left out before the log, at positions 1, 3");
    expect(run.stderr).toContain("secrets were replaced before the log, at positions 2–3");
  });
});

describe("a rollout that lacks a line", () => {
  const MARKER = { line: "", oversized: { bytes: 43_000_000, sha256: "0".repeat(64) } };

  it.each([
    { what: "in the middle", at: [0, 3], told: "the log has no line at positions 1–2" },
    { what: "at its beginning", at: [1, 2], told: "the log has no line at position 0" },
  ])("$what is not written: the position is named", async ({ at, told }) => {
    const threadId = await logged((id) => at.map((position) => ({ threadId: id, position, line: `${position}` })));
    const folder = folderWith({});

    const run = await exported(threadId, "--out", join(folder, "out"));

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(told);
    expect(run.stderr).toContain("nothing was written: --allow-missing");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("because no record could hold it is not written either", async () => {
    const threadId = await logged((id) => [
      { threadId: id, position: 0, line: "a" },
      { threadId: id, position: 1, ...MARKER },
    ]);

    const run = await exported(threadId, "--out", "-");

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("too long for a record, so that the log has only their size and hash: position 1");
  });

  it("is written without it when that is allowed, and the command still fails", async () => {
    const threadId = await logged((id) => [
      { threadId: id, position: 1, line: "b" },
      { threadId: id, position: 2, ...MARKER },
      { threadId: id, position: 4, line: "e" },
    ]);

    const run = await exported(threadId, "--out", "-", "--allow-missing");

    expect(run).toMatchObject({ code: 1, stdout: "b\ne\n" });
    expect(run.stderr).toContain("the log has no line at positions 0, 3");
  });

  it("may lack one when a record of its thread cannot be read", async () => {
    const threadId = await logged((id) => linesFrom(id, ["a"]));
    await log.sendBytes(threadId, Buffer.from("no Avro"));

    const run = await exported(threadId, "--out", "-");

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("a record of the thread cannot be read, and may be a line: no schema id");
  });

  it("may lack one behind a transaction that is open", async () => {
    const threadId = await logged((id) => linesFrom(id, ["a"]));
    const producer = servicesClient().transactional.producer({ transactionalId: threadId, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    const partition = partitionOfKey(threadId, PARTITIONS);
    const message = log.messageOf({ threadId, position: 1, line: "b", partition });
    await transaction.send({ topic: log.topic, messages: [message] });

    const run = await exported(threadId, "--out", "-");
    await transaction.commit();
    await producer.disconnect();

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("a transaction is open here, what lies behind it cannot be read yet");
  });

  it("is found in another partition, where another partitioner put it", async () => {
    const threadId = randomUUID();
    const home = partitionOfKey(threadId, PARTITIONS);
    const [first, second, third] = linesFrom(threadId, ["a", "b", "c"]);
    if (first === undefined || second === undefined || third === undefined) expect.fail();
    await log.send({ ...first, partition: 1 - home }, { ...second, partition: home }, { ...third, partition: home });

    expect(await printed(threadId)).toBe("a\nb\nc\n");
  });
});

describe("a thread of several rollouts", () => {
  const name = (id: string, minute: number, rolloutId?: string) => rolloutName(id, minute, rolloutId);
  const REVERT = "0197a1b2-0000-7000-8000-0000000000ff";
  const threeRollouts = (id: string): LogLine[] => [
    ...linesFrom(id, ["old"], { headers: { file: name(id, 0) } }),
    ...linesFrom(id, ["new", "new 2"], { rolloutId: `${id}#0123456789abcdef`, headers: { file: name(id, 0) } }),
    ...linesFrom(id, ["reverted"], { rolloutId: REVERT, headers: { file: name(id, 1, REVERT) } }),
    // What is sent again does not begin again.
    ...linesFrom(id, ["old"]),
  ];

  it("gives the newest, and says that there are others", async () => {
    const threadId = await logged(threeRollouts);

    const run = await exported(threadId, "--out", "-");

    expect(run).toMatchObject({ code: 0, stdout: "reverted\n" });
    expect(run.stderr).toContain(`the thread has 3 rollouts, of which ${REVERT} is the newest`);
  });

  it("gives the one that is named, and refuses one that it does not have", async () => {
    const threadId = await logged(threeRollouts);

    expect(await printed(threadId, "--rollout", threadId)).toBe("old\n");
    const unknown = await exported(threadId, "--rollout", "none", "--out", "-");
    expect(unknown).toMatchObject({ code: 1, stdout: "" });
    expect(unknown.stderr).toContain("the thread has no rollout none: --list shows those it has");
  });

  it("gives all of them, as the folder had them: where one replaced another, the newer one", async () => {
    const threadId = await logged(threeRollouts);
    const folder = join(folderWith({}), "sessions");

    const run = await exported(threadId, "--all", "--out", folder);

    expect(run.code).toBe(0);
    expect(linesOf(run.stderr)).toEqual([
      `thread-history: left out ${threadId}: ${threadId}#0123456789abcdef took its place in ${name(threadId, 0)} (--rollout exports it)`,
    ]);
    const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]);
    expect(Object.fromEntries(files)).toEqual({
      [name(threadId, 0)]: "new\nnew 2\n",
      [name(threadId, 1, REVERT)]: "reverted\n",
    });
  });

  it("writes none of them while one lacks a line", async () => {
    const threadId = await logged((id) => [
      ...linesFrom(id, ["whole"]),
      { threadId: id, rolloutId: REVERT, position: 1, line: "b" },
    ]);
    const folder = join(folderWith({}), "sessions");

    const run = await exported(threadId, "--all", "--out", folder);

    expect(run.code).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  it("lists them, with what each lacks and what was changed", async () => {
    const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);
    const threadId = await logged((id) => [
      { threadId: id, position: 0, line: "a", recordedAt: at(1), headers: { file: name(id, 0) } },
      { threadId: id, position: 4, line: "e", recordedAt: at(5), headers: { "redacted-values": "1" } },
      { threadId: id, rolloutId: "run", position: 0, line: "", recordedAt: at(6), headers: { "elided-bytes": "1" } },
      { threadId: id, rolloutId: "run", position: 1, line: "", oversized: { bytes: 1, sha256: "" }, recordedAt: at(6) },
    ]);

    const run = await exported(threadId, "--list");

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(linesOf(run.stdout).map((line) => line.split(/ {2,}/))).toEqual([
      ["ROLLOUT", "FILE", "LINES", "FIRST", "LAST", "MISSING", "TOO LONG", "ELIDED", "REDACTED"],
      [threadId, name(threadId, 0), "2", "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:05.000Z", "3", "0", "0", "1"],
      ["run", "-", "1", "2026-01-01T00:00:06.000Z", "2026-01-01T00:00:06.000Z", "0", "1", "1", "0"],
    ]);
  });
});

describe("an export that cannot be", () => {
  it("because the log lost a line between its two readings leaves no file", async () => {
    const threadId = await logged((id) => linesFrom(id, ["a"]));
    const registry = new SchemaRegistry({ url: servicesEnv().SCHEMA_REGISTRY_URL ?? "" });
    const decoder = new AvroDecoder(registry);
    const quiet = { onRead: () => undefined, remark: (message: string) => expect.fail(message) };
    const source = { client: servicesClient(), topic: log.topic, threadId, decoder, ...quiet };
    const [found] = (await scanThread(source, false)).rollouts;
    if (found === undefined) expect.fail();
    const lost = {
      threadId,
      rolloutId: threadId,
      position: 1,
      recordedAt: 0,
      kind: "",
      eventType: null,
      oversized: null,
    };
    const place = { partition: partitionOfKey(threadId, PARTITIONS), offset: 2 ** 40, timestamp: 0 };
    found.take({ type: "line", record: { ...lost, line: Buffer.from("b") }, headers: new Map(), ...place });
    const folder = folderWith({});

    const writing = async () => {
      using file = new TemporaryFile(join(folder, "out"));
      await writeRollout(source, found, file);
    };

    await expect(writing()).rejects.toThrow(`${log.topic} lost records while it was read, nothing was written`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of an unknown thread says so", async () => {
    const run = await exported("none", "--out", "-");

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(`${log.topic} has no line of thread none`);
  });

  it("over another file is refused before anything is read, unless it is forced", async () => {
    const threadId = await logged((id) => linesFrom(id, ["a"]));
    const out = join(folderWith({ out: "of somebody else" }), "out");

    const refused = await exported(threadId, "--out", out);

    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(`${out} is there already: --force replaces it`);
    expect(readFileSync(out, "utf8")).toBe("of somebody else");
    expect(await exported(threadId, "--out", out, "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(out, "utf8")).toBe("a\n");
  });

  it("into a folder where the file is already is refused, unless it is forced", async () => {
    const threadId = await logged((id) => linesFrom(id, ["a"], { headers: { file: "mine.jsonl" } }));
    const folder = folderWith({ "mine.jsonl": "of somebody else" });

    expect(await exported(threadId, "--out", folder)).toMatchObject({ code: 2, stdout: "" });
    expect(await exported(threadId, "--out", folder, "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "mine.jsonl"), "utf8")).toBe("a\n");
  });

  it("where nothing can be written says why", async () => {
    const threadId = await logged((id) => linesFrom(id, ["a"]));

    const run = await exported(threadId, "--out", join(folderWith({}), "none/out"));

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("its folder does not exist (name another place)");
  });

  it("of a thread under a name that its ids do not make wants a file", async () => {
    const threadId = "no UUID";
    await log.send({ threadId, position: 0, line: "a" });
    const folder = folderWith({});

    const run = await exported(threadId, "--out", folder);

    expect(run.code).toBe(1);
    expect(run.stderr).toContain("no file name follows from the ids of rollout no UUID: name a file (--out FILE)");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    { args: [], told: "name where to write (--out), or --list" },
    { args: ["--all", "--rollout", "x", "--out", "-"], told: "cannot be used with option '--all'" },
    { args: ["--all", "--out", "-"], told: "several rollouts need a folder, not standard output" },
    { args: ["--list", "--out", "-"], told: "cannot be used with option" },
  ])("with $args is a mistake in its use", async ({ args, told }) => {
    const run = await exported("none", ...args);

    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(told);
  });
});
