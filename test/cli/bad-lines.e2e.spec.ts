import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, rollout, rolloutLine, rolloutName, session, shell, threadHistory, turn } from "../support/cli.ts";

const NAME = rolloutName();
const turnsOf = (folder: string, ...options: string[]) =>
  threadHistory(["project", "--emit", "turns", ...options, NAME], folder);

/** Puts lines behind the first of a whole rollout. */
function withLines(...lines: readonly (string | Buffer)[]): Buffer {
  const [first = "", ...rest] = rollout();
  return Buffer.concat([first, ...lines, ...rest].flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));
}

const whole = (): Buffer => withLines();
const turns = async (content: Buffer): Promise<string> => (await turnsOf(folderWith({ [NAME]: content }))).stdout;

describe("a line that cannot be read", () => {
  const many = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);

  it.each([
    {
      what: "is not JSON",
      line: '{"timestamp":',
      says: "line 2: not JSON: the text ends inside a value",
      reason: "not-json",
    },
    {
      what: "is not UTF-8",
      line: Buffer.from([0x7b, 0xff, 0x7d]),
      says: "line 2: the line is not UTF-8",
      reason: "not-utf8",
    },
    { what: "is no object", line: "[]", says: "line 2: the line is not a JSON object", reason: "not-an-object" },
    {
      what: "lacks a field",
      line: '{"timestamp":"2026-01-01T00:00:00Z","type":"x"}',
      says: 'line 2: "payload" is missing',
      reason: "missing-field",
    },
    { what: "holds zeros", line: Buffer.alloc(1000), says: "line 2: not JSON: unexpected byte", reason: "not-json" },
    {
      what: "is nested 100,000 deep",
      line: rolloutLine("x", {}).replace("{}", `{"a":${many("[", "]")}}`),
      says: "line 2: not JSON: nested too deep",
      reason: "not-json",
    },
    {
      what: "opens 100,000 objects",
      line: '{"a":'.repeat(100_000),
      says: "line 2: not JSON: nested too deep",
      reason: "not-json",
    },
    {
      what: "has a number beyond 64 bits",
      line: rolloutLine("x", {}).replace("{}", `{"a":1${"0".repeat(400)}}`),
      says: "line 2: not JSON: integer outside 64 bits",
      reason: "not-json",
    },
  ])("because it $what is told with file, line and reason, and passed over", async ({ line, says, reason }) => {
    const run = await turnsOf(folderWith({ [NAME]: withLines(line) }));

    expect(run.code).toBe(0);
    expect(run.stdout).toBe(await turns(whole()));
    expect(run.stderr).toBe(
      `thread-history: ${NAME}: ${says}\nthread-history: 1 line rejected: 1 ${reason} (--rejects FILE keeps them)\n`,
    );
  });

  it("is told of five times at most; the rest is counted by reason", async () => {
    const run = await turnsOf(folderWith({ [NAME]: withLines(...Array<string>(8).fill("no"), "[]") }));

    const said = run.stderr.trimEnd().split("\n");
    expect(said).toHaveLength(6);
    expect(said[4]).toBe(`thread-history: ${NAME}: line 6: not JSON: unexpected byte`);
    expect(said[5]).toBe("thread-history: 9 lines rejected: 8 not-json, 1 not-an-object (--rejects FILE keeps them)");
  });

  it("is kept verbatim in the file of --rejects, after a line of JSON that tells where and why", async () => {
    const broken = Buffer.from([0x7b, 0xff, 0x0d]);
    const folder = folderWith({ [NAME]: withLines("no", broken) });

    const run = await turnsOf(folder, "--rejects", "kept");

    const heads = [
      `{"file":"${NAME}","line":2,"reason":"not-json","offset":0,"message":"not JSON: unexpected byte","bytes":2}`,
      `{"file":"${NAME}","line":3,"reason":"not-utf8","offset":0,"message":"the line is not UTF-8","bytes":3}`,
    ];
    const kept = Buffer.concat([Buffer.from(`${heads[0]}\nno\n${heads[1]}\n`), broken, Buffer.from("\n")]);
    expect(readFileSync(join(folder, "kept"))).toEqual(kept);
    expect(run.stderr).toContain("2 lines rejected: 1 not-json, 1 not-utf8 (kept in kept)\n");
  });

  it("because it is longer than --max-line-bytes makes the exit code 1; the rest is projected", async () => {
    const long = rolloutLine("x", { text: "y".repeat(3000) });

    const folder = folderWith({ [NAME]: withLines(long) });
    const run = await turnsOf(folder, "--max-line-bytes", "1000", "--rejects", "kept");

    expect(run.code).toBe(1);
    expect(run.stdout).toBe(await turns(whole()));
    expect(run.stderr).toContain(
      `${NAME}: line 2: the line has ${long.length} bytes (raise --max-line-bytes to read it)\n`,
    );
    expect(readFileSync(join(folder, "kept"), "utf8").split("\n")[1]).toBe(long.slice(0, 256));
  });
});

describe("a line that looks odd but can be read", () => {
  it.each([
    { what: "lines that end in CR LF", content: () => Buffer.from(whole().toString().replaceAll("\n", "\r\n")) },
    { what: "empty lines", content: () => Buffer.from(whole().toString().replaceAll("\n", "\n\n \t\n")) },
    { what: "a last line without its newline", content: () => whole().subarray(0, -1) },
    {
      what: "keys such as __proto__",
      content: () =>
        Buffer.from(whole().toString().replaceAll('"type":', '"__proto__":{"type":1},"constructor":2,"type":')),
    },
    { what: "an unknown kind", content: () => withLines(rolloutLine("new_kind", { n: 1 })) },
    { what: "40 MB in one line", content: () => withLines(rolloutLine("new_kind", { text: "y".repeat(40_000_000) })) },
  ])("$what: nothing is refused", async ({ content }) => {
    const run = await turnsOf(folderWith({ [NAME]: content() }));

    expect(run).toEqual({ code: 0, stdout: await turns(whole()), stderr: "" });
  });

  it("a last line that is being written is left alone: no error, not refused, not counted", async () => {
    const torn = Buffer.concat([whole(), Buffer.from(rolloutLine("event_msg", { type: "x" })).subarray(0, 30)]);

    const run = await threadHistory(["project", NAME], folderWith({ [NAME]: torn }));

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toContain("  lines      5 in 1 rollout, the last one is still being written\n");
  });

  it("a last line that no rollout line begins with is refused even without its newline", async () => {
    const run = await turnsOf(folderWith({ [NAME]: Buffer.concat([whole(), Buffer.alloc(100)]) }));

    expect(run.stderr).toContain(`${NAME}: line 6: not JSON: unexpected byte\n`);
  });

  it("lines added while the file is read are either read or left for the next run", async () => {
    const folder = folderWith({ [NAME]: [session(), ...turn("turn-1")] });
    const grow = `for i in $(seq 300); do printf '%s\\n' '${rolloutLine("new_kind", {})}' >> ${NAME}; done & "$CLI" project ${NAME}; wait`;

    const run = await shell(grow, folder);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toContain("  turns      1: 1 completed\n");
  });
});

describe("content that a terminal would act on", () => {
  const evil = "\u001b]0;owned\u0007\u001b[31m\u009b31m\u202etitle\r\n\u2028";
  const harmless = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;

  it("is harmless in summaries and messages, in file names too", async () => {
    const name = "evil \u001b[31m\n.jsonl";
    const meta = session(undefined, { cwd: `/${evil}${"/long".repeat(1000)}`, originator: evil, cli_version: evil });
    const message = rolloutLine("event_msg", { type: "user_message", message: evil + "z".repeat(1000) });
    const refused = rolloutLine("event_msg", { type: "turn_aborted", reason: evil });
    const folder = folderWith({ [name]: [meta, message, refused] });

    const run = await threadHistory(["project", name, `none ${evil}`], folder);

    expect(run.code).toBe(1);
    for (const line of [...run.stdout.split("\n"), ...run.stderr.split("\n")]) {
      expect(line).toMatch(harmless);
      expect(line.length).toBeLessThan(700);
    }
    expect(run.stderr).toContain("thread-history: evil \\u{1b}[31m\\n.jsonl: line 3: ");
    expect(run.stdout).toMatch(/^ {2}\]0;owned \[31m 31m title z+…$/m);
  });

  it("is harmless in usage errors", async () => {
    const run = await threadHistory(["project", `--${evil.replace("\n", "")}`]);

    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/^error: unknown option '--\\u\{1b\}/);
  });
});
