import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Direction, Page, PageRequest } from "../../src/read-model/index.ts";
import { postgresDialect, sqliteDialect } from "../../src/read-model-sql/index.ts";
import { bigStore, FORK, LONG } from "./support/big.ts";
import { itemRow } from "./support/plain-rows.ts";
import { STORE_NAMES, STORES, type TestStore } from "./support/stores.ts";
import { EVERYTHING, message } from "./support/threads.ts";

const { scope } = EVERYTHING;

const DIALECTS = { sqlite: sqliteDialect, postgres: postgresDialect };
const DIRECTIONS: readonly Direction[] = ["ascending", "descending"];
const LIMITS = [1, 7, 100];
const ITEMS = 60;

describe.each(STORE_NAMES)("on %s", (name) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await STORES[name]();
  });
  beforeEach(async () => {
    await store.clear();
    await store.execute(bigStore(DIALECTS[name], { threads: 3, items: ITEMS, itemsOfTurn: 5 }));
  });
  afterAll(() => store.drop());

  /** An item after all that are there. */
  const add = async (n: number) => {
    const plain = message(LONG, `item-${n}`, "new");
    const first = { ...plain.first, position: n, ordinal: n };
    await store.put([itemRow({ ...plain, turnId: "turn-11", first }, { changed_tx: 9, changed_n: n })]);
  };
  const items = (threadId: string) => async (page: PageRequest) => {
    const { data, ...cursors } = await store.model.items(threadId, { ...page, turnId: null, scope });
    return { data: data.map(({ itemKey }) => itemKey), ...cursors };
  };
  const numbered = (to: number) => Array.from({ length: to }, (_item, n) => `item-${n + 1}`);

  it.each(LIMITS)(
    "pages of %i give every entry once, in both directions, of a thread and of its fork",
    async (limit) => {
      for (const direction of DIRECTIONS) {
        const of = async (threadId: string) => (await visited(items(threadId), limit, direction)).sort();
        expect(await of(LONG)).toEqual(numbered(ITEMS).sort());
        // Its line numbers are one ahead of the ordinals of items.
        expect(await of(FORK)).toEqual(numbered(ITEMS / 2 - 1).sort());
      }
    },
  );

  it("entries that are added meanwhile come at the end when it is read towards them, and not when it is read from there", async () => {
    let next = ITEMS;
    const whileAdding = (list: ReturnType<typeof items>) => async (page: PageRequest) => {
      if (next < ITEMS + 5) {
        next += 1;
        await add(next);
      }
      return list(page);
    };
    expect(await visited(whileAdding(items(LONG)), 7, "ascending")).toEqual(numbered(ITEMS + 5));
    next = ITEMS + 5;
    const first = await items(LONG)({ cursor: null, limit: 7, direction: "descending" });
    await add(ITEMS + 6);
    const rest = await visited(items(LONG), 7, "descending", first.nextCursor);
    expect([...first.data, ...rest]).toEqual(numbered(ITEMS + 5).reverse());
    const back = await visited(items(LONG), 7, "ascending", first.backwardsCursor);
    expect(back).toEqual([`item-${ITEMS + 5}`, `item-${ITEMS + 6}`]);
  });

  it("the end of a list is told at the last entry, also when the page is full", async () => {
    const page = await items(LONG)({ cursor: null, limit: ITEMS, direction: "ascending" });
    expect([page.data.length, page.nextCursor]).toEqual([ITEMS, null]);
    expect(await items("nobody")({ cursor: null, limit: 1, direction: "ascending" })).toEqual({
      data: [],
      nextCursor: null,
      backwardsCursor: null,
    });
  });

  it("dead letters are paged from the newest on", async () => {
    const list = async (page: PageRequest) => {
      const { data, ...cursors } = await store.model.deadLetters(page);
      return { data: data.map(({ sourceOffset }) => String(sourceOffset)), ...cursors };
    };
    expect(await visited(list, 1, "descending")).toEqual(["3", "2", "1"]);
    expect(await visited(list, 2, "ascending")).toEqual(["1", "2", "3"]);
  });
});

async function visited(
  list: (page: PageRequest) => Promise<Page<string>>,
  limit: number,
  direction: Direction,
  start: string | null = null,
): Promise<string[]> {
  const entries: string[] = [];
  for (let cursor = start; ; ) {
    const page: Page<string> = await list({ cursor, limit, direction });
    entries.push(...page.data);
    if (page.nextCursor === null) return entries;
    cursor = page.nextCursor;
  }
}
