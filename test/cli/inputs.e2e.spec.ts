import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  BASE,
  folderWith,
  jsonLines,
  OTHER_THREAD,
  rollout,
  rolloutName,
  SAMPLES,
  session,
  shell,
  threadHistory,
} from "../support/cli.ts";

const contentOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const turnsOf = (folder: string, ...paths: string[]) => threadHistory(["project", "--emit", "turns", ...paths], folder);
/** The turns, without the name of the file. */
const projected = (stdout: string): string => stdout.replaceAll(/"file":"[^"]*",/g, "");

describe("a folder", () => {
  it("stands for the rollouts in and below it; other files, pipes and linked folders are passed over", async () => {
    const folder = folderWith({
      [`in/2026/01/01/${rolloutName()}`]: rollout(),
      "in/2026/01/02/rollout-with spaces, ünïcode\nand a newline.jsonl": rollout(OTHER_THREAD),
      "in/notes.jsonl": "foreign",
      "in/rollout-1.txt": "foreign",
      "in/rollout-folder.jsonl/readme.txt": "foreign",
    });
    symlinkSync("..", join(folder, "in/loop"));

    const run = await shell('mkfifo in/rollout-pipe.jsonl && "$CLI" project --emit turns in', folder);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(jsonLines<{ file: string }>(run.stdout).map(({ file }) => file)).toEqual([
      `in/2026/01/01/${rolloutName()}`,
      "in/2026/01/02/rollout-with spaces, ünïcode\nand a newline.jsonl",
    ]);
  });

  it("of 5,000 rollouts is read with few descriptors", async () => {
    const names = Array.from({ length: 5000 }, (_, index) =>
      rolloutName(`0197a1b2-0000-7000-8000-${String(index).padStart(12, "0")}`),
    );
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, session()])));

    const run = await shell('ulimit -n 40; "$CLI" project . | tail -1', folder);

    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(/^5000 threads, 5000 rollouts, /);
  });

  it("may hold more than 1,000 rollouts of one thread", async () => {
    const id = (index: number) => `0197a1b2-0000-7000-8000-${String(index).padStart(12, "0")}`;
    const files = Array.from({ length: 1100 }, (_, index) => [
      rolloutName(undefined, 0, id(index)),
      contentOf(index === 0 ? rollout() : rollout().slice(1)),
    ]);

    const run = await shell('ulimit -n 40; "$CLI" project .', folderWith(Object.fromEntries(files)));

    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(/\n1 thread, 1100 rollouts, 4401 lines in /);
  });
});

describe("standard input and pipes", () => {
  it("- gives what the file gives", async () => {
    const path = join(SAMPLES, BASE);

    const [file, input, pipe] = await Promise.all([
      turnsOf(SAMPLES, path),
      shell(`cat '${path}' | "$CLI" project --emit turns --view codex - -`, SAMPLES),
      shell(`"$CLI" project --emit turns <(cat '${path}')`, SAMPLES),
    ]);

    expect([input.code, pipe.code]).toEqual([0, 0]);
    expect(projected(input.stdout)).toBe(projected(file.stdout));
    expect(projected(pipe.stdout)).toBe(projected(file.stdout));
    expect(input.stdout).toMatch(/^\{"file":"-",/);
  });

  it.each([
    { what: "nothing", input: "", says: "is empty" },
    { what: "no rollout", input: "hello\n", says: "is no rollout: no line is a session_meta that can be read" },
    {
      what: "gzip data",
      input: gzipSync("x"),
      says: "is compressed (decompress it with gzip -dc, or name a file that ends in .gz)",
    },
  ])("- with $what is an input that cannot be read", async ({ input, says }) => {
    const run = await threadHistory(["project", "--emit", "turns", "-"], SAMPLES, input);

    expect(run).toEqual({ code: 1, stdout: "", stderr: `thread-history: standard input: ${says}\n` });
  });

  it("- that breaks off inside a line gives the lines before", async () => {
    const run = await threadHistory(["project", "-"], SAMPLES, contentOf(rollout()).slice(0, -10));

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toContain("  lines      4 in 1 rollout, the last one is still being written\n");
  });
});

describe("a compressed rollout", () => {
  const head = contentOf(rollout().slice(0, 2));
  const tail = contentOf(rollout().slice(2));
  const whole = head + tail;
  const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 12);

  it.each([
    { what: "gzip", name: "r.jsonl.gz", bytes: gzipSync(whole) },
    { what: "gzip of two members", name: "r.jsonl.gz", bytes: Buffer.concat([gzipSync(head), gzipSync(tail)]) },
    { what: "Zstandard", name: "r.jsonl.zst", bytes: zstdCompressSync(whole) },
    {
      what: "Zstandard of two frames",
      name: "r.jsonl.zst",
      bytes: Buffer.concat([zstdCompressSync(head), zstdCompressSync(tail)]),
    },
  ])("with $what gives what the plain one gives", async ({ name, bytes }) => {
    const folder = folderWith({ "r.jsonl": whole, [name]: bytes });

    const run = await turnsOf(folder, "r.jsonl", name);

    const [plain, compressed] = run.stdout.trimEnd().split("\n").map(projected);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(compressed).toBe(plain);
  });

  it.each([
    {
      name: "r.jsonl.gz",
      bytes: cut(gzipSync(whole)),
      says: "the compressed data ends too early (was it copied whole?)",
    },
    {
      name: "r.jsonl.zst",
      bytes: cut(zstdCompressSync(whole)),
      says: "the compressed data ends too early (was it copied whole?)",
    },
    { name: "r.jsonl.gz", bytes: Buffer.alloc(0), says: "the compressed data ends too early (was it copied whole?)" },
    { name: "r.jsonl.gz", bytes: Buffer.from(whole), says: "is not valid gzip data (damaged, or not compressed?)" },
    {
      name: "r.jsonl.zst",
      bytes: Buffer.from(whole),
      says: "is not valid Zstandard data (damaged, or not compressed?)",
    },
    {
      name: "r.jsonl.zst",
      bytes: Buffer.concat([zstdCompressSync(whole), Buffer.from("garbage")]),
      says: "is not valid Zstandard data (damaged, or not compressed?)",
    },
  ])(
    "that is damaged is named ($name, $bytes.length bytes); the others are projected",
    async ({ name, bytes, says }) => {
      const folder = folderWith({ [name]: bytes, "other.jsonl": rollout(OTHER_THREAD) });

      const run = await turnsOf(folder, name, "other.jsonl");

      expect(run).toMatchObject({ code: 1, stderr: `thread-history: ${name}: ${says}\n` });
      expect(jsonLines<{ file: string }>(run.stdout).map(({ file }) => file)).toEqual(["other.jsonl"]);
    },
  );
});

describe("an input that cannot be used is named, the others are projected, the exit code is 1", () => {
  const NAMED = rolloutName();

  it.each([
    { what: "a missing file", path: "none.jsonl", says: "no such file or folder (was it moved or deleted?)" },
    {
      what: "an empty path",
      path: "",
      says: "no such file or folder (was it moved or deleted?)",
      named: "(empty path)",
    },
    { what: "a path through a file", path: "good.jsonl/x", says: "a part of the path is not a folder" },
    { what: "links in a circle", path: "circle", says: "its links go in a circle" },
    {
      what: "a folder without rollouts",
      path: "empty",
      says: "holds no rollout (no file named rollout-*.jsonl, .gz or .zst)",
    },
    {
      what: "a file that vanished after it was found",
      path: "gone",
      named: "gone/rollout-1.jsonl",
      says: "no such file or folder (was it moved or deleted?)",
    },
    {
      what: "an empty file without an id in its name",
      path: "empty.jsonl",
      says: "is empty, and its name holds no thread id",
    },
    {
      what: "garbage",
      path: "garbage.jsonl",
      says: "is no rollout: no line is a session_meta that can be read, and its name holds no thread id",
    },
    {
      what: "compressed data without its ending",
      path: "packed",
      says: "is compressed (decompress it with zstd -dc, or name a file that ends in .zst)",
    },
    {
      what: "a rollout's name around garbage",
      path: NAMED,
      says: "is no rollout: none of its lines can be read as one",
    },
  ])("$what", async ({ path, says, named }) => {
    const folder = folderWith({
      "good.jsonl": rollout(),
      "empty/notes.txt": "",
      "gone/notes.txt": "",
      "empty.jsonl": "",
      "garbage.jsonl": Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 256)),
      packed: zstdCompressSync("x"),
      [NAMED]: "garbage\n",
    });
    symlinkSync("circle", join(folder, "circle"));
    symlinkSync("nowhere", join(folder, "gone/rollout-1.jsonl"));

    const run = await turnsOf(folder, path, "good.jsonl");

    expect(run.code).toBe(1);
    expect(run.stderr.split("\n")[0]).toBe(`thread-history: ${named ?? path}: ${says}`);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(jsonLines<{ file: string }>(run.stdout).map(({ file }) => file)).toEqual(["good.jsonl"]);
  });

  it("an empty file with a thread id in its name is a rollout that just begins", async () => {
    const run = await turnsOf(folderWith({ [NAMED]: "" }), NAMED);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/"turns":\[\]\}\n$/);
  });
});
