import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { OTHER_THREAD, rolloutName, SAMPLES, THREAD } from "../support/cli.ts";
import { agent, completed, rollout, session, started, user } from "../support/story.ts";
import { mutationsOf, observedLines } from "../support/threads.ts";
import { corpusIn, importing, linesRead, scratch } from "./support/importing.ts";
import { rowsIn, rowsOf, tableIn } from "./support/rows.ts";

const TABLES = [
  "threads",
  "turns",
  "items",
  "lifecycle_events",
  "rollouts",
  "observers",
  "thread_states",
  "thread_fields",
];

function folderWith(lines: readonly string[]): {
  readonly folder: string;
  readonly rollout: string;
  readonly file: string;
} {
  const folder = scratch();
  const path = join(folder, rolloutName());
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return { folder, rollout: path, file: join(folder, "history.sqlite") };
}

const STORY = rollout(THREAD, [
  session({ id: THREAD }),
  started("a"),
  user("hello"),
  agent("hi"),
  completed("a"),
]).lines.map(String);

describe("an import", () => {
  it("leaves the rows that one process makes of the corpus, forks among them", async () => {
    const folder = scratch();
    const threads = corpusIn(folder);
    const file = join(folder, "history.sqlite");

    const { end } = await importing({ file, paths: [folder] });

    expect(end).toEqual({ type: "done" });
    const found = rowsIn(file);
    expect(found.size).toBe(74);
    for (const { name, threadId, lines } of threads) {
      const mutations = mutationsOf(observedLines(threadId, [{ rolloutId: threadId, lines }]));
      expect({ name, rows: found.get(threadId) }).toEqual({ name, rows: rowsOf(threadId, mutations) });
    }
  });

  it("leaves the same whatever the size of its rounds", async () => {
    const folder = scratch();
    corpusIn(folder);
    const [small, large] = ["small", "large"].map((name) => join(folder, `${name}.sqlite`));

    await importing({ file: small ?? "", paths: [folder], roundBytes: 20_000, hotBytes: 1 });
    await importing({ file: large ?? "", paths: [folder], roundBytes: 100_000_000, hotBytes: 100_000_000 });

    expect(rowsIn(small ?? "")).toEqual(rowsIn(large ?? ""));
  });

  it("says when all stands", async () => {
    const { folder, file } = folderWith(STORY);
    const { events } = await importing({ file, paths: [folder] });
    expect(events.filter(({ type }) => type === "ready")).toEqual([{ type: "ready" }]);
    expect(events.findLast(({ type }) => type === "committed")).toEqual({ type: "committed", end: 5 });
  });

  it("reads nothing again, and changes nothing, when it is run again", async () => {
    const folder = scratch();
    cpSync(SAMPLES, folder, { recursive: true });
    const file = join(folder, "history.sqlite");
    await importing({ file, paths: [folder] });
    const before = TABLES.map((table) => tableIn(file, table));

    const again = await importing({ file, paths: [folder] });

    expect(linesRead(again)).toBe(0);
    expect(TABLES.map((table) => tableIn(file, table))).toEqual(before);
  });

  it("goes on where it was when there is more", async () => {
    const { folder, rollout: path, file } = folderWith(STORY.slice(0, 3));
    await importing({ file, paths: [folder] });
    appendFileSync(path, `${STORY.slice(3).join("\n")}\n`);

    const again = await importing({ file, paths: [folder] });

    expect(linesRead(again)).toBe(2);
    const mutations = mutationsOf(observedLines(THREAD, [{ rolloutId: THREAD, lines: STORY }]));
    expect(rowsIn(file).get(THREAD)).toEqual(rowsOf(THREAD, mutations));
  });

  it("says what cannot be read, and imports the rest", async () => {
    const { folder, file } = folderWith(STORY);
    const broken = join(folder, `${rolloutName(OTHER_THREAD)}.zst`);
    writeFileSync(broken, "this is not compressed");

    const { end, events } = await importing({ file, paths: [folder] });

    expect(end).toEqual({ type: "done" });
    const problems = events.flatMap((event) =>
      event.type === "ship" && event.event.type === "problem" ? event.event.path : [],
    );
    expect(new Set(problems)).toEqual(new Set([broken]));
    expect(rowsIn(file).get(THREAD)?.turns).toHaveLength(1);
  });

  it("keeps a line that no observer can read as a dead letter, with its place", async () => {
    const { folder, file } = folderWith([...STORY.slice(0, 3), "{ no json", ...STORY.slice(3)]);

    await importing({ file, paths: [folder] });

    expect(tableIn(file, "dead_letters")).toEqual([
      expect.objectContaining({
        observer: "thread-item",
        code: "malformed-line",
        thread_id: THREAD,
        position: 3,
        source_offset: 3,
      }),
    ]);
    expect(rowsIn(file).get(THREAD)?.turns).toHaveLength(1);
  });

  it("replaces secrets before anything is kept", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const { folder, file } = folderWith(
      rollout(THREAD, [session({ id: THREAD }), started("a"), user(`my token is ${secret}`), completed("a")]).lines.map(
        String,
      ),
    );

    await importing({ file, paths: [folder], redact: "default" });

    const items = JSON.stringify(tableIn(file, "items"));
    expect(items).toContain("my token is ");
    expect(items).not.toContain(secret);
  });
});

describe("a file of another making", () => {
  it("is made anew with other rules of redaction, which is said", async () => {
    const { folder, file } = folderWith(STORY);
    await importing({ file, paths: [folder] });

    const again = await importing({ file, paths: [folder], redact: "default" });

    expect(again.events[0]).toEqual({
      type: "discarded",
      why: "it was made by another version or with other rules of redaction",
    });
    expect(linesRead(again)).toBe(5);
  });

  it("is made anew when another version made it", async () => {
    const { folder, file } = folderWith(STORY);
    await importing({ file, paths: [folder] });
    const database = new DatabaseSync(file);
    database.exec("UPDATE embedded SET made_by = 'an earlier version'; DELETE FROM items;");
    database.close();

    const again = await importing({ file, paths: [folder] });

    expect(again.events.map(({ type }) => type)).toContain("discarded");
    expect(rowsIn(file).get(THREAD)?.items).toHaveLength(2);
  });

  it("is kept beside when it is damaged", async () => {
    const { folder, file } = folderWith(STORY);
    writeFileSync(file, "this is no database, but somebody may miss it");

    const { events } = await importing({ file, paths: [folder] });

    expect(events[0]).toEqual({ type: "discarded", why: `it is damaged, and was moved to ${file}.damaged` });
    expect(existsSync(`${file}.damaged`)).toBe(true);
    expect(rowsIn(file).get(THREAD)?.items).toHaveLength(2);
  });

  it("is kept beside when it is a database of somebody else's", async () => {
    const { folder, file } = folderWith(STORY);
    const theirs = new DatabaseSync(file);
    theirs.exec("CREATE TABLE precious (n)");
    theirs.close();

    const { events } = await importing({ file, paths: [folder] });

    expect(events[0]).toEqual({
      type: "discarded",
      why: `it is no history of threads, and was moved to ${file}.damaged`,
    });
    expect(existsSync(`${file}.damaged`)).toBe(true);
    expect(rowsIn(file).get(THREAD)?.items).toHaveLength(2);
  });

  it("goes on with the feed of changes where it is made anew", async () => {
    const { folder, file } = folderWith(STORY);
    await importing({ file, paths: [folder] });
    const places = () => (tableIn(file, "threads") as { readonly changed_tx: number }[]).map((row) => row.changed_tx);
    const before = places();
    rmSync(file);

    await importing({ file, paths: [folder] });

    expect(Math.min(...places())).toBeGreaterThan(Math.max(...before));
  });

  it.skipIf(process.getuid?.() === 0)("is refused when it cannot be written", async () => {
    const { folder } = folderWith(STORY);
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o500);

    const { end } = await importing({ file: join(closed, "history.sqlite"), paths: [folder] });

    expect(end).toEqual({
      type: "failed",
      message: `${closed}/history.sqlite: cannot be written: see that its folder is writable, or choose another (--data)`,
    });
  });
});
