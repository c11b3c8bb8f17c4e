import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MutationTable } from "../../src/read-model/index.ts";
import { legacyThreads, paginatedThreads, type TestThread } from "../support/generators.ts";
import { batchOf, type Delivery, deliveriesOf, synthetic } from "./support/mutations.ts";
import { eventRow, itemRow, turnRow } from "./support/plain-rows.ts";
import { type Dump, postgresRows, shown, sqliteRows, type WrittenStore, withoutPlaces } from "./support/written.ts";

const RUNS = Number(process.env.READ_MODEL_RUNS ?? 60);

/** Batches of a random length, of random deliveries, all of them at least once. */
function delivered(deliveries: readonly Delivery[], seed: readonly number[]): Delivery[][] {
  const repeats = deliveries.filter((_delivery, n) => (seed[n % seed.length] ?? 0) % 3 === 0);
  const mixed = [...deliveries, ...repeats]
    .map((delivery, n) => ({ delivery, rank: ((seed[n % seed.length] ?? 0) * (n + 7) * 7919) % 1009 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ delivery }) => delivery);
  const length = 1 + ((seed[0] ?? 0) % 9);
  return Array.from({ length: Math.ceil(mixed.length / length) }, (_batch, n) =>
    mixed.slice(n * length, (n + 1) * length),
  );
}

const seeds = fc.array(fc.nat(1000), { minLength: 3, maxLength: 12 });

/** What the in-memory table shows, as rows of the tables. */
function expected(deliveries: readonly Delivery[]): Dump {
  const table = new MutationTable();
  table.apply(batchOf(deliveries));
  const threadIds = [...new Set(deliveries.map((of) => (of.type === "reset" ? of.threadId : of.mutation.threadId)))];
  const at = { changed_tx: 0, changed_n: 0 };
  const rows = (columns: readonly { readonly columns: object }[], ...key: readonly string[]) =>
    columns
      .map((row) => Object.fromEntries(Object.entries(row.columns).map(([name, value]) => [name, textOf(value)])))
      .sort((a, b) => (key.map((name) => a[name]).join("\n") < key.map((name) => b[name]).join("\n") ? -1 : 1));
  return withoutPlaces({
    turns: rows(
      threadIds.flatMap((id) => table.turns(id)).map((row) => turnRow(row, at)),
      "thread_id",
      "turn_id",
    ),
    items: rows(
      threadIds.flatMap((id) => table.items(id)).map((row) => itemRow(row, at)),
      ...["thread_id", "turn_id", "item_key"],
    ),
    lifecycle_events: rows(
      threadIds.flatMap((id) => table.events(id)).map((row) => eventRow(row, at)),
      "mutation_id",
    ),
  });
}

/** Lone halves of characters have no place in UTF-8. */
function textOf(value: unknown): string | null {
  return value === null ? null : String(value).toWellFormed();
}

/** The same, whatever the names of transactions. */
function ranked(dump: Dump): Dump {
  const txs = [...new Set(Object.values(dump).flatMap((rows) => rows.map((row) => Number(row.changed_tx ?? -1))))];
  txs.sort((a, b) => a - b);
  const rank = (row: Dump[string][number]) =>
    row.changed_tx === undefined ? row : { ...row, changed_tx: String(txs.indexOf(Number(row.changed_tx))) };
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.map(rank)]));
}

describe("rows of SQLite and of Postgres", () => {
  let stores: readonly WrittenStore[] = [];
  beforeAll(async () => {
    stores = [sqliteRows(), await postgresRows()];
  });
  afterAll(() => Promise.all(stores.map((store) => store.drop())));

  async function holds(deliveries: readonly Delivery[], seed: readonly number[]): Promise<void> {
    const dumps: Dump[] = [];
    for (const store of stores) {
      await store.clear();
      for (const batch of delivered(deliveries, seed)) await store.write(batchOf(batch));
      const dump = await store.dump();
      const { turns, items, lifecycle_events } = withoutPlaces(shown(dump));
      expect({ turns, items, lifecycle_events }).toEqual(expected(deliveries));
      for (const batch of delivered(deliveries, seed)) await store.write(batchOf(batch));
      expect(await store.dump()).toEqual(dump);
      dumps.push(ranked(dump));
    }
    expect(dumps[1]).toEqual(dumps[0]);
  }

  it("end the same as the table in memory, in any batches and order, with repeats; a replay leaves them untouched", async () => {
    await fc.assert(fc.asyncProperty(synthetic, seeds, holds), { numRuns: RUNS });
  });

  it("do so for what workers write, too", async () => {
    const threads = fc.oneof(legacyThreads, paginatedThreads);
    const all = ({ threadId, rollouts }: TestThread) => deliveriesOf(new Map([[threadId, rollouts]]));
    await fc.assert(
      fc.asyncProperty(threads, seeds, (thread, seed) => holds(all(thread), seed)),
      { numRuns: RUNS },
    );
  });

  it("of threads are the same in whichever order their mutations come", async () => {
    const [store] = stores;
    await fc.assert(
      fc.asyncProperty(synthetic, seeds, async (deliveries, seed) => {
        const threads: (Dump[string] | undefined)[] = [];
        for (const batches of [[deliveries], delivered(deliveries, seed)]) {
          await store?.clear();
          for (const batch of batches) await store?.write(batchOf(batch));
          threads.push(withoutPlaces((await store?.dump()) ?? {}).threads);
        }
        expect(threads[1]).toEqual(threads[0]);
      }),
      { numRuns: RUNS },
    );
  });
});
