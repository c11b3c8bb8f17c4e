import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresReadModel } from "../../src/postgres/index.ts";
import { type ReadModel, ReadModelUnavailableError } from "../../src/read-model/index.ts";
import { readModelTables } from "../../src/read-model-sql/index.ts";
import { openSqliteReadModel } from "../../src/sqlite/index.ts";
import { threadRow } from "./support/plain-rows.ts";
import { postgresStore, type TestStore } from "./support/stores.ts";
import { EVERYTHING, thread } from "./support/threads.ts";

const ask = (model: ReadModel) => model.thread("t1", EVERYTHING.scope);

describe("a database that cannot be asked is told from a wrong question", () => {
  const folder = mkdtempSync(join(tmpdir(), "read-model-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("a SQLite file that is not there, that is something else, or that has no tables", async () => {
    expect(() => openSqliteReadModel(join(folder, "none.db"))).toThrow(ReadModelUnavailableError);
    writeFileSync(join(folder, "other.db"), "x".repeat(10_000));
    expect(() => openSqliteReadModel(join(folder, "other.db"))).toThrow(/other\.db.*not a database/);
    new DatabaseSync(join(folder, "empty.db")).close();
    const empty = openSqliteReadModel(join(folder, "empty.db"));
    await expect(ask(empty)).rejects.toThrow(ReadModelUnavailableError);
    await empty.close();
    await expect(ask(empty)).rejects.toThrow(ReadModelUnavailableError);
  });

  it("who waits for changes of a file without tables ends with its signal", async () => {
    const path = join(folder, "read.db");
    new DatabaseSync(path).close();
    const model = openSqliteReadModel(path);
    const wait = new AbortController();
    const waiting = model.changed(60_000, wait.signal);
    wait.abort();
    await waiting;
    await model.close();
  });

  it("a SQLite file that is made anew at its path is the one that is read, and its changes are heard", async () => {
    const path = join(folder, "anew.db");
    const make = (name: string): void => {
      const database = new DatabaseSync(path);
      database.exec(readModelTables("sqlite"));
      database.exec(`INSERT INTO threads (thread_id, created_at_ms, updated_at_ms, changed_tx, changed_n)
        VALUES ('${name}', 1, 1, 1, 1)`);
      database.close();
    };
    make("before");
    const model = openSqliteReadModel(path);
    const ids = async () => (await model.threads(EVERYTHING)).data.map(({ threadId }) => threadId);
    expect(await ids()).toEqual(["before"]);
    const heard = model.changed(60_000, new AbortController().signal);

    rmSync(path);
    make("after");

    await heard;
    expect(await ids()).toEqual(["after"]);
    await model.close();
  });

  it("a Postgres that is down, has no such database, or no tables", async () => {
    const { DATABASE_URL = "" } = process.env;
    const urls = [
      "postgres://postgres@127.0.0.1:9/x",
      "postgres://postgres@localhost/x?host=/no/such/folder",
      DATABASE_URL.replace(/\/[^/]*$/, "/no_such_database"),
      `${DATABASE_URL}?options=-csearch_path%3Dnone`,
    ];
    for (const url of urls) {
      const model = await openPostgresReadModel(url, { connectMs: 1_000 });
      await expect(ask(model)).rejects.toThrow(ReadModelUnavailableError);
      await model.changed(10, new AbortController().signal);
      await model.close();
      await expect(ask(model)).rejects.toThrow(ReadModelUnavailableError);
    }
  });
});

describe("a Postgres that goes away", () => {
  let store: TestStore & { readonly url: string };
  const admin = new pg.Client(process.env.DATABASE_URL);
  beforeAll(async () => {
    store = await postgresStore();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await store.drop();
  });

  it("is asked again over new connections, and heard of again", async () => {
    const model = await openPostgresReadModel(`${store.url}&application_name=cut-off`, { pollMs: 60_000 });
    const { signal } = new AbortController();
    await model.changed(1, signal);
    expect(await ask(model)).toBe(null);
    // The first notification is that the reader listens.
    await model.changed(60_000, signal);
    const waiting = model.changed(60_000, signal);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut-off'");
    await waiting;
    expect(await ask(model)).toBe(null);
    const heard = model.changed(60_000, signal);
    await store.put([threadRow(thread("t1"), { changed_tx: 1, changed_n: 0 })]);
    await heard;
    expect((await ask(model))?.threadId).toBe("t1");
    await model.close();
  });

  it("a query that takes too long is given up, and said to be unavailable", async () => {
    const model = await openPostgresReadModel(store.url, { statementMs: 50 });
    await admin.query(
      `BEGIN; SET LOCAL search_path = ${new URL(store.url).searchParams.get("options")?.split("=")[1]}; LOCK TABLE threads`,
    );
    await expect(ask(model)).rejects.toThrow(ReadModelUnavailableError);
    await admin.query("ROLLBACK");
    await model.close();
  });
});
