import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BadCursorError, type Change, type ChangesQuery } from "../../src/read-model/index.ts";
import { corpusRows } from "./support/corpus.ts";
import { itemRow, plainRows, threadRow } from "./support/plain-rows.ts";
import { STORE_NAMES, STORES, type TestStore } from "./support/stores.ts";
import { EVERYTHING, message, thread } from "./support/threads.ts";

const ALL: ChangesQuery = { after: null, limit: 1000, threadId: null, scope: EVERYTHING.scope };

/** What changed, in short. */
function named(change: Change): string {
  switch (change.type) {
    case "thread":
      return `thread ${change.thread.threadId} ${change.thread.preview}`;
    case "turn":
      return `turn ${change.turn.turnId}`;
    case "item":
      return `item ${change.item.itemKey} ${change.item.removedBy ?? "shown"}`;
    case "lifecycle":
      return `event ${change.event.mutationId}`;
  }
}

describe.each(STORE_NAMES)("on %s", (name) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await STORES[name]();
  });
  beforeEach(() => store.clear());
  afterAll(() => store.drop());

  const at = (tx: number, n: number) => ({ changed_tx: tx, changed_n: n });
  const changes = async (query: Partial<ChangesQuery> = {}) =>
    (await store.model.changes({ ...ALL, ...query })).map(named);

  it("gives every row once, in the order of its last change, whatever the length of the pages", async () => {
    const rows = plainRows(corpusRows(), 3);
    await store.put(rows);
    const whole = await store.model.changes({ ...ALL, limit: 100_000 });
    expect(whole.length).toBe(rows.filter(({ table }) => table !== "rollouts").length);
    expect(whole.map(({ position }) => position)).toEqual(whole.map(({ position }) => position).toSorted());
    const paged: Change[] = [];
    for (let after: string | null = null; ; ) {
      const page: readonly Change[] = await store.model.changes({ ...ALL, after, limit: 97 });
      if (page.length === 0) break;
      paged.push(...page);
      after = page.at(-1)?.position ?? null;
    }
    expect(paged).toEqual(whole);
    expect(await store.model.feedEnd()).toBe(whole.at(-1)?.position);
  });

  it("a row that changes again leaves its place and comes at the end, as it is then; removed rows come, too", async () => {
    await store.put([threadRow(thread("t1"), at(1, 0)), itemRow(message("t1", "i1", "x"), at(1, 1))]);
    const [first] = await store.model.changes(ALL);
    expect(await changes()).toEqual(["thread t1 ", "item i1 shown"]);
    await store.put([threadRow(thread("t1", { preview: "new" }), at(2, 0))]);
    expect(await changes()).toEqual(["item i1 shown", "thread t1 new"]);
    const end = await store.model.feedEnd();
    await store.put([itemRow(message("t1", "i1", "x", { removedBy: "r" }), at(2, 1))]);
    expect(await changes({ after: end })).toEqual(["item i1 r"]);
    expect(await changes({ after: first?.position ?? null })).toEqual(["thread t1 new", "item i1 r"]);
  });

  it("is given for one thread, and for the threads that a reader may see", async () => {
    await store.put([
      threadRow(thread("t1", { started: { cwd: "/a" } }), at(1, 0)),
      threadRow(thread("t2", { started: { cwd: "/b" } }), at(1, 1)),
      threadRow(thread("t3", { started: null }), at(1, 2)),
      itemRow(message("t1", "i1", "x"), at(1, 3)),
      itemRow(message("t2", "i2", "x"), at(1, 4)),
      itemRow(message("t3", "i3", "x"), at(1, 5)),
    ]);
    expect(await changes({ threadId: "t3" })).toEqual(["thread t3 ", "item i3 shown"]);
    expect(await changes({ scope: { cwds: ["/a"], sourceKinds: [] } })).toEqual(["thread t1 ", "item i1 shown"]);
    expect(await changes({ scope: { cwds: [], sourceKinds: ["cli"] }, limit: 3 })).toEqual([
      "thread t1 ",
      "thread t2 ",
      "item i1 shown",
    ]);
    expect(await changes({ threadId: "t2", scope: { cwds: ["/a"], sourceKinds: [] } })).toEqual([]);
  });

  it("rows that one step made void have one place, and no page parts them", async () => {
    const items = ["i1", "i2", "i3"].map((key) => itemRow(message("t1", key, "x", { removedBy: "r" }), at(1, 0)));
    await store.put([...items, threadRow(thread("t1"), at(1, 1))]);
    const page = await store.model.changes({ ...ALL, limit: 2 });
    expect(page.map(named).sort()).toEqual(["item i1 r", "item i2 r", "item i3 r"]);
    expect(await changes({ after: page.at(-1)?.position ?? null, limit: 2 })).toEqual(["thread t1 "]);
  });

  it("begins before the first change, and refuses positions that are none", async () => {
    const end = await store.model.feedEnd();
    await store.put([threadRow(thread("t1"), at(0, 0))]);
    expect(await changes({ after: end })).toEqual(["thread t1 "]);
    for (const after of ["", "0", "x".repeat(22), `${end}0`, "f".repeat(22), "0".repeat(1_000_000)])
      await expect(changes({ after })).rejects.toThrow(BadCursorError);
  });

  it("who waits is woken by a commit, also by one between reading and waiting, by its time, and by its end", async () => {
    const reader = new AbortController();
    await store.model.changed(1, reader.signal);
    const woken = store.model.changed(60_000, reader.signal);
    await store.put([threadRow(thread("t1"), at(1, 0))]);
    await woken;
    for (let seen = 0; seen === 0; ) {
      seen = (await changes()).length;
      await store.put([threadRow(thread("t2"), at(2, 0))]);
      await store.model.changed(60_000, reader.signal);
    }
    await store.model.changed(1, reader.signal);
    const ended = store.model.changed(60_000, reader.signal);
    reader.abort();
    await ended;
    await store.model.changed(60_000, reader.signal);
  });
});
