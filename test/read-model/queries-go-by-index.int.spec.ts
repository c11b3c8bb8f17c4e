import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReadModel, ThreadQuery } from "../../src/read-model/index.ts";
import { postgresDialect, SqlReadModel, sqliteDialect } from "../../src/read-model-sql/index.ts";
import { bigStore, FORK, LONG } from "./support/big.ts";
import { STORE_NAMES, STORES, type StoreName, type TestStore } from "./support/stores.ts";
import { EVERYTHING } from "./support/threads.ts";

const { scope } = EVERYTHING;

const LIMIT = 50;
/** Rows that a query may touch for a page: far below the thousands that are there. */
const MAX_ROWS = 12 * LIMIT;
const DIALECTS = { sqlite: sqliteDialect, postgres: postgresDialect };

type Read = (model: ReadModel) => Promise<unknown>;
const threads =
  (query: Partial<ThreadQuery>): Read =>
  (model) =>
    model.threads({ ...EVERYTHING, limit: LIMIT, ...query });

/** From the middle of a list, as from its ends. */
function pages(
  list: (
    model: ReadModel,
    page: { cursor: string | null; limit: number; direction: "ascending" | "descending" },
  ) => Promise<{ nextCursor: string | null }>,
): Read {
  return async (model) => {
    for (const direction of ["ascending", "descending"] as const) {
      const { nextCursor } = await list(model, { cursor: null, limit: LIMIT, direction });
      await list(model, { cursor: nextCursor, limit: LIMIT, direction });
    }
  };
}

const READS: Readonly<Record<string, Read>> = {
  "threads by update": threads({}),
  "threads by creation": threads({ sortBy: "createdAt" }),
  "threads of a folder": threads({ cwds: ["/w/7"] }),
  "threads of a folder by creation": threads({ cwds: ["/w/7"], sortBy: "createdAt" }),
  "threads of two folders": threads({ cwds: ["/w/7", "/w/8"] }),
  "threads of a source": threads({ sourceKinds: ["vscode"] }),
  "threads of sources by creation": threads({ sourceKinds: ["cli", "vscode"], sortBy: "createdAt" }),
  "threads that run": threads({ statuses: ["inProgress"] }),
  "threads of a time": threads({ from: 500_000, to: 500_100 }),
  "threads of a reader's folder": threads({ scope: { cwds: ["/w/7"], sourceKinds: [] } }),
  "threads of a reader's sources": threads({ scope: { cwds: [], sourceKinds: ["vscode"] }, sortBy: "createdAt" }),
  "threads of a parent": threads({ parentThreadId: "thread-7" }),
  "one thread": (model) => model.thread("thread-7", EVERYTHING.scope),
  "turns without items": pages((model, page) => model.turns(LONG, { ...page, itemsView: "notLoaded", scope })),
  "turns in short": pages((model, page) => model.turns(LONG, { ...page, itemsView: "summary", scope })),
  "turns of a fork": pages((model, page) => model.turns(FORK, { ...page, itemsView: "summary", scope })),
  "one turn": (model) => model.turn(LONG, "turn-700", { itemsView: "summary", scope }),
  "one turn of a fork": (model) => model.turn(FORK, "turn-700", { itemsView: "full", scope }),
  items: pages((model, page) => model.items(LONG, { ...page, turnId: null, scope })),
  "items of a fork": pages((model, page) => model.items(FORK, { ...page, turnId: null, scope })),
  "items of a turn": pages((model, page) => model.items(LONG, { ...page, turnId: "turn-700", scope })),
  "the feed": (model) => model.changes({ after: null, limit: LIMIT, threadId: null, scope: EVERYTHING.scope }),
  "the feed of a thread": (model) =>
    model.changes({ after: null, limit: LIMIT, threadId: LONG, scope: EVERYTHING.scope }),
  "the end of the feed": (model) => model.feedEnd(),
  "dead letters": (model) => model.deadLetters({ cursor: null, limit: LIMIT, direction: "descending" }),
  "search for a word of every message": (model) => model.search("question", EVERYTHING.scope, LIMIT),
  search: (model) => model.search("question 7", EVERYTHING.scope, LIMIT),
};

/** A file of the embedded mode has no statistics: nobody makes them. */
const CASES: readonly (readonly [store: StoreName, statistics: "with" | "without"])[] = [
  ...STORE_NAMES.map((name) => [name, "with"] as const),
  ["sqlite", "without"],
];

describe.each(CASES)("on %s %s statistics, the work does not grow with what is there", (name, statistics) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await STORES[name]();
    await store.execute(bigStore(DIALECTS[name], { threads: 5_000, items: 20_000, itemsOfTurn: 10 }));
    if (statistics === "with") await store.analyze();
  });
  afterAll(() => store.drop());

  it.each(Object.keys(READS))("%s", async (of) => {
    const plans: string[] = [];
    const connection = store.explained(plans);
    const watch = { changed: () => Promise.resolve() };
    await READS[of]?.(new SqlReadModel(connection, watch));
    await connection.close();
    expect(plans.flatMap((plan) => excesses(name, plan).map((excess) => `${excess}\n${plan}`))).toEqual([]);
  });
});

/** What a plan does that costs the more, the more there is. */
function excesses(name: StoreName, plan: string): string[] {
  const steps = plan.split("\n");
  if (name === "sqlite")
    return steps.filter((step) => isWhole(step) || isWholeThread(step) || (isSort(step) && !isMerge(plan)));
  return steps.filter((step) => rowsOf(step) > MAX_ROWS || /Seq Scan on (turns|items|lifecycle|threads)/.test(step));
}

/** A whole table, in no order; a full index stops at the limit. */
function isWhole(step: string): boolean {
  return /^SCAN (t|i|m|c|d|r|turns|items|threads)\b/.test(step) && !/INDEX/.test(step);
}

/** All items of a thread; by their ordinals or changes they come in order, and stop at the limit. */
function isWholeThread(step: string): boolean {
  return /^SEARCH [im] .*\(thread_id=\?\)$/.test(step) && !/items_by_(ordinal|thread_change)|items_of_users/.test(step);
}

function isSort(step: string): boolean {
  return /TEMP B-TREE/.test(step);
}

/** The first entries of several lists are put in order, or the items of a turn. */
function isMerge(plan: string): boolean {
  return /COMPOUND QUERY|MERGE|SEARCH i |SEARCH r |SEARCH t USING INDEX threads_by_parent/.test(plan);
}

function rowsOf(step: string): number {
  const [, removed] = /Rows Removed by Filter: (\d+)/.exec(step) ?? [];
  const [, rows, loops] = /actual rows=(\d+) loops=(\d+)/.exec(step) ?? [];
  return Number(removed ?? 0) + Number(rows ?? 0) * Number(loops ?? 0);
}
