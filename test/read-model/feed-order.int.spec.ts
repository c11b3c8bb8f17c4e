import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../src/read-model/index.ts";
import { postgresStore, type TestStore } from "./support/stores.ts";
import { EVERYTHING } from "./support/threads.ts";

const ALL = { limit: 1000, threadId: null, scope: EVERYTHING.scope } as const;
const WRITERS = 4;
const TRANSACTIONS = 40;

/** A row that the transaction changes now. */
const touch = (threadId: string) => `
  INSERT INTO threads (thread_id, created_at_ms, updated_at_ms, changed_tx, changed_n)
  VALUES ('${threadId}', 0, 0, pg_current_xact_id()::text::bigint, 0)
  ON CONFLICT (thread_id) DO UPDATE SET changed_tx = excluded.changed_tx`;

describe("transactions of Postgres that overlap", () => {
  let store: TestStore & { readonly url: string };
  const clients: pg.Client[] = [];
  beforeAll(async () => {
    store = await postgresStore();
    for (let n = 0; n < WRITERS; n += 1) {
      const client = new pg.Client(store.url);
      await client.connect();
      clients.push(client);
    }
  });
  afterAll(async () => {
    for (const client of clients) await client.end();
    await store.drop();
  });

  it("what a later transaction committed is held back while an earlier one may still commit", async () => {
    const [early, late] = clients;
    await early?.query(`BEGIN; ${touch("early")}`);
    await late?.query(`BEGIN; ${touch("late")}; COMMIT`);
    expect(await store.model.changes({ ...ALL, after: null })).toEqual([]);
    const before = await store.model.feedEnd();
    await early?.query("COMMIT");
    const changes = await readUntil(store, before, 2);
    expect(changes.map((change) => (change.type === "thread" ? change.thread.threadId : ""))).toEqual([
      "early",
      "late",
    ]);
  });

  it("a reader that follows misses none, and sees none before its place, whatever the order of commits", async () => {
    const start = await store.model.feedEnd();
    const names: string[] = [];
    const write = async (client: pg.Client, of: number): Promise<void> => {
      for (let n = 0; n < TRANSACTIONS; n += 1) {
        const name = `${of}-${n}`;
        names.push(name);
        await client.query(`BEGIN; ${touch(name)}; SELECT pg_sleep(${((of * 7 + n * 3) % 5) / 1000})`);
        await client.query(`${touch(`shared ${of}`)}; COMMIT; NOTIFY thread_history_changed`);
      }
    };
    const writing = Promise.all(clients.map(write));
    const changes = await readUntil(store, start, WRITERS * TRANSACTIONS);
    await writing;
    const positions = changes.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted());
    const seen = changes.flatMap((change) => (change.type === "thread" ? [change.thread.threadId] : []));
    expect(seen.filter((name) => !name.startsWith("shared")).sort()).toEqual(names.sort());
  });
});

/** Follows the feed until so many rows with a name of their own came. */
async function readUntil(store: TestStore, start: string, count: number) {
  const { signal } = new AbortController();
  const changes: Change[] = [];
  for (let after = start, own = 0; own < count; ) {
    const page = await store.model.changes({ ...ALL, after });
    changes.push(...page);
    own += page.filter((change) => change.type === "thread" && !change.thread.threadId.startsWith("shared")).length;
    after = page.at(-1)?.position ?? after;
    if (page.length === 0) await store.model.changed(1_000, signal);
  }
  return changes;
}
