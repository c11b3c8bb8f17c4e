import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BadCursorError, type ItemRow, type ThreadQuery, type ThreadRow } from "../../src/read-model/index.ts";
import { allPages } from "./support/paging.ts";
import { itemRow, threadRow } from "./support/plain-rows.ts";
import { STORE_NAMES, STORES, type TestStore } from "./support/stores.ts";
import { EVERYTHING, message, thread } from "./support/threads.ts";

const { scope } = EVERYTHING;

const CWDS = ["/w", "/w/a", "/w/a/b", "/wide", "/w/../x", "C:\\w", "C:\\w\\a", "/"];
const KINDS = ["cli", "vscode", "subAgentReview"];
const STATUSES = ["inProgress", "completed", "failed"] as const;

describe.each(STORE_NAMES)("on %s", (name) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await STORES[name]();
  });
  beforeEach(() => store.clear());
  afterAll(() => store.drop());

  const put = (threads: readonly ThreadRow[], items: readonly ItemRow[] = []) =>
    store.put([
      ...threads.map((row, n) => threadRow(row, { changed_tx: 1, changed_n: n })),
      ...items.map((row, n) => itemRow(row, { changed_tx: 2, changed_n: n })),
    ]);
  const found = async (query: Partial<ThreadQuery>) => {
    const page = await store.model.threads({ ...EVERYTHING, ...query });
    return page.data.map(({ threadId }) => threadId);
  };

  it("a thread is read as it was written, whatever is known of it", async () => {
    const git = { commitHash: "c", branch: "b", repositoryUrl: null };
    const origin = { git, agentRole: "r", agentNickname: "n\0\u{F0000}0", parentThreadId: "p", modelProvider: null };
    const known = thread("t1", { started: origin, preview: "\u{F0000}1\0" });
    const unknown = thread("t2", { started: null, status: null, updatedAtMs: -1 });
    await put([known, unknown]);
    expect(await store.model.thread("t1", EVERYTHING.scope)).toEqual(known);
    expect(await store.model.thread("t2", EVERYTHING.scope)).toEqual(unknown);
    expect(await store.model.thread("t3", EVERYTHING.scope)).toBe(null);
  });

  it("lists give the threads that pass all filters, in order, page by page in both directions", async () => {
    const many = fc.array(
      fc.record({
        started: fc.option(fc.record({ cwd: fc.constantFrom(...CWDS), sourceKind: fc.constantFrom(...KINDS) }), {
          freq: 9,
        }),
        createdAtMs: fc.integer({ min: -2, max: 5 }),
        updatedAtMs: fc.integer({ min: -2, max: 5 }),
        status: fc.option(fc.constantFrom(...STATUSES)),
        preview: fc.constantFrom("", "Übung eins", "two"),
      }),
      { maxLength: 30, size: "max" },
    );
    const query = fc.record({
      limit: fc.constantFrom(1, 7, 100),
      direction: fc.constantFrom("ascending", "descending"),
      sortBy: fc.constantFrom("createdAt", "updatedAt"),
      cwds: fc.subarray(CWDS),
      sourceKinds: fc.subarray(KINDS),
      statuses: fc.subarray([...STATUSES]),
      from: fc.option(fc.integer({ min: -1, max: 3 })),
      to: fc.option(fc.integer({ min: 1, max: 6 })),
      previewContains: fc.option(fc.constantFrom("übung", "TWO", "%"), { freq: 2 }),
      excludedThreadIds: fc.subarray(["t1", "t2"]),
      scope: fc.record({ cwds: fc.subarray(["/w", "/w/a/", "C:\\w"]), sourceKinds: fc.subarray(KINDS) }),
    });
    await fc.assert(
      fc.asyncProperty(many, query, async (of, asked) => {
        const threads = of.map((fields, n) => thread(`t${n}`, fields));
        await store.clear();
        await put(threads);
        const list = (page: object) => store.model.threads({ ...EVERYTHING, ...asked, ...page });
        const pages = await allPages(list, asked.limit, asked.direction);
        expect(pages).toEqual(expectedOf(threads, { ...EVERYTHING, ...asked }));
      }),
      { numRuns: 60 },
    );
  });

  it("a reader sees threads of its folders and below, by whole names, and none that climbs out", async () => {
    await put([...CWDS.map((cwd) => thread(cwd, { started: { cwd } })), thread("unknown", { started: null })]);
    const seen = (cwds: string[]) => found({ scope: { cwds, sourceKinds: [] } });
    expect((await seen(["/w"])).sort()).toEqual(["/w", "/w/a", "/w/a/b"]);
    expect((await seen(["/w/a/"])).sort()).toEqual(["/w/a", "/w/a/b"]);
    expect((await seen(["C:\\w"])).sort()).toEqual(["C:\\w", "C:\\w\\a"]);
    expect(await seen(["/w/a/b", "/elsewhere"])).toEqual(["/w/a/b"]);
    expect((await seen(["/"])).length).toBe(CWDS.length - 3);
    expect(await store.model.thread("/wide", { cwds: ["/w"], sourceKinds: [] })).toBe(null);
    expect(await store.model.thread("unknown", { cwds: [], sourceKinds: ["cli"] })).toBe(null);
    expect(await store.model.thread("unknown", { cwds: [], sourceKinds: [] })).not.toBe(null);
  });

  it("threads are found by their parent, by provider, and by the words of one of their messages", async () => {
    const items = [
      message("t1", "i1", "fix src/api/main.ts, please"),
      message("t2", "i1", "main"),
      message("t3", "i1", "fix the main thing", { removedBy: "r" }),
    ];
    const spawned = thread("t2", { started: { parentThreadId: "t1", modelProvider: "other" } });
    await put([thread("t1"), spawned, thread("t3")], items);
    expect(await found({ parentThreadId: "t1" })).toEqual(["t2"]);
    expect(await found({ modelProviders: ["other"] })).toEqual(["t2"]);
    expect((await found({ search: "MAIN" })).sort()).toEqual(["t1", "t2"]);
    expect(await found({ search: "main fix" })).toEqual(["t1"]);
    expect(await found({ search: "..." })).toEqual([]);
  });

  it("search finds messages with all the words, newest first; nothing that is typed is an operator", async () => {
    const hostile = [
      '"',
      "* OR thing",
      "NEAR(main thing)",
      "text:main",
      "main' --",
      "main & thing | !x",
      ")(",
      "-main",
      "^main",
    ];
    await put(
      [thread("t1"), thread("t2", { started: { cwd: "/secret" } })],
      [message("t1", "i1", "the main thing"), message("t1", "i2", "Main, again"), message("t2", "i3", "main secret")],
    );
    const hits = async (words: string, cwds: readonly string[] = []) =>
      (await store.model.search(words, { cwds, sourceKinds: [] }, 10)).map(({ item }) => item.itemKey);
    expect(await hits("main")).toEqual(["i3", "i2", "i1"]);
    expect(await hits("thing MAIN")).toEqual(["i1"]);
    expect(await hits("main", ["/w"])).toEqual(["i2", "i1"]);
    expect(await hits("mai")).toEqual([]);
    expect(await hits("")).toEqual([]);
    for (const words of hostile) await hits(words);
    expect(await hits("main & thing | !x")).toEqual([]);
    expect(await hits('"main" - (thing)')).toEqual(["i1"]);
    expect((await store.model.search("again", EVERYTHING.scope, 10))[0]?.thread.threadId).toBe("t1");
  });

  it("search finds a word that follows U+0000 directly, as it was written", async () => {
    await put([thread("t1")], [message("t1", "i1", "alpha\0beta gamma\u{F0000}delta")]);
    const hits = async (words: string) => (await store.model.search(words, scope, 10)).map(({ item }) => item.itemKey);
    for (const word of ["alpha", "beta", "alpha beta"]) expect([word, await hits(word)]).toEqual([word, ["i1"]]);
    for (const word of ["0beta", "1delta"]) expect([word, await hits(word)]).toEqual([word, []]);
    expect(await found({ search: "beta" })).toEqual(["t1"]);
    // To SQLite characters of private use are letters: there the two words are one.
    expect(await hits("delta")).toEqual(name === "postgres" ? ["i1"] : []);
  });

  it("a cursor is good for its list only, and is refused when it is none of ours", async () => {
    await put([thread("t1"), thread("t2")]);
    const { nextCursor } = await store.model.threads({ ...EVERYTHING, limit: 1 });
    expect(nextCursor).not.toBe(null);
    const bad = ["", "x", "!", `${nextCursor}A`, nextCursor?.slice(1) ?? "", "A".repeat(1_000_000), "bnVsbA", "W10"];
    for (const cursor of bad) await expect(found({ cursor })).rejects.toThrow(BadCursorError);
    await expect(found({ cursor: nextCursor, sortBy: "createdAt" })).rejects.toThrow(BadCursorError);
    const items = { cursor: nextCursor, limit: 1, direction: "ascending", turnId: null, scope } as const;
    await expect(store.model.items("t1", items)).rejects.toThrow(BadCursorError);
    await expect(store.model.turns("t1", { ...items, itemsView: "full" })).rejects.toThrow(BadCursorError);
    await expect(store.model.deadLetters(items)).rejects.toThrow(BadCursorError);
  });

  it("the backwards cursor goes back from the first entry, which it gives again; the next one from the last, which it does not", async () => {
    await put(["t1", "t2", "t3"].map((id, n) => thread(id, { updatedAtMs: n })));
    const page = await store.model.threads({ ...EVERYTHING, direction: "ascending", limit: 2 });
    await put([thread("t0", { updatedAtMs: -1 })]);
    expect(await found({ cursor: page.backwardsCursor })).toEqual(["t1", "t0"]);
    expect(await found({ cursor: page.nextCursor, direction: "ascending" })).toEqual(["t3"]);
    expect(await found({ cursor: page.nextCursor })).toEqual(["t1", "t0"]);
  });
});

/** What the query gives, by looking at every thread. */
function expectedOf(threads: readonly ThreadRow[], query: ThreadQuery): ThreadRow[] {
  const { scope, sortBy, direction } = query;
  const at = (of: ThreadRow) => (sortBy === "createdAt" ? of.createdAtMs : of.updatedAtMs);
  const isAny = (values: readonly string[], value: string | null | undefined) =>
    values.length === 0 || (typeof value === "string" && values.includes(value));
  const isBelow = (cwd: string | undefined, folder: string) => {
    const path = folder.replace(/[/\\]+$/, "");
    if (cwd === undefined || cwd.includes("..")) return false;
    return cwd === path || cwd.startsWith(`${path}/`) || cwd.startsWith(`${path}\\`);
  };
  return threads
    .filter((of) => isAny(query.cwds, of.started?.cwd) && isAny(query.sourceKinds, of.started?.sourceKind))
    .filter((of) => isAny(query.statuses, of.status) && isAny(scope.sourceKinds, of.started?.sourceKind))
    .filter((of) => scope.cwds.length === 0 || scope.cwds.some((folder) => isBelow(of.started?.cwd, folder)))
    .filter((of) => (query.from === null || at(of) >= query.from) && (query.to === null || at(of) < query.to))
    .filter((of) => of.preview.toLowerCase().includes(query.previewContains?.toLowerCase() ?? ""))
    .filter((of) => !query.excludedThreadIds.includes(of.threadId))
    .sort((a, b) => (at(a) - at(b) || (a.threadId < b.threadId ? -1 : 1)) * (direction === "ascending" ? 1 : -1));
}
