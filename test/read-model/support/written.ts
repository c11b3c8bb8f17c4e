import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { PostgresRowWriter } from "../../../src/postgres/index.ts";
import { textOfStored } from "../../../src/postgres/text.ts";
import type { RowBatch } from "../../../src/read-model/index.ts";
import { readModelTables } from "../../../src/read-model-sql/index.ts";
import { SqliteRowWriter } from "../../../src/sqlite/index.ts";

/** A table with the rows in it, each by the names of its columns, all values as text. */
export type Dump = Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;

/** A database that batches are written to. */
export interface WrittenStore {
  /** In a transaction of its own. */
  write(batch: RowBatch): Promise<void>;
  /** What all tables hold, in the order of their keys. */
  dump(): Promise<Dump>;
  clear(): Promise<void>;
  drop(): Promise<void>;
}

const KEYS = {
  threads: "thread_id",
  rollouts: "thread_id, rollout_id",
  turns: "thread_id, turn_id",
  items: "thread_id, turn_id, item_key",
  lifecycle_events: "mutation_id",
} as const;

const TABLES = Object.entries(KEYS);

export function sqliteRows(): WrittenStore {
  const database = new DatabaseSync(":memory:");
  database.exec(readModelTables("sqlite"));
  const writer = new SqliteRowWriter(database);
  const write = (batch: RowBatch): void => {
    database.exec("BEGIN");
    writer.write(batch);
    database.exec("COMMIT");
  };
  const rowsOf = (table: string, key: string) => {
    const read = database.prepare(`SELECT * FROM ${table} ORDER BY ${key}`);
    read.setReadBigInts(true);
    // The number of an item is SQLite's own.
    return read.all().map(({ number: _own, ...row }) => asText(row, (text) => text));
  };
  const dump = (): Dump => Object.fromEntries(TABLES.map(([table, key]) => [table, rowsOf(table, key)]));
  return {
    write: (batch) => Promise.resolve(write(batch)),
    dump: () => Promise.resolve(dump()),
    clear: () => Promise.resolve(database.exec(TABLES.map(([table]) => `DELETE FROM ${table};`).join("\n"))),
    drop: () => Promise.resolve(database.close()),
  };
}

/** A schema of its own in the database that the services have. */
export async function postgresRows(): Promise<WrittenStore & { readonly url: string; readonly client: pg.Client }> {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL === undefined) throw new Error("DATABASE_URL is not set: npm run services -- env");
  const schema = `written_${randomBytes(6).toString("hex")}`;
  const url = `${DATABASE_URL}?options=${encodeURIComponent(`-csearch_path=${schema}`)}`;
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(readModelTables("postgres"));
  const writer = new PostgresRowWriter(client);
  return {
    url,
    client,
    write: async (batch) => {
      await client.query("BEGIN");
      try {
        await writer.write(batch);
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      }
    },
    dump: () => dumpOf(client),
    clear: async () => {
      for (const [table] of TABLES) await client.query(`DELETE FROM ${table}`);
    },
    drop: async () => {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    },
  };
}

/** What all tables of a database hold. */
export async function dumpOf(client: Pick<pg.Client, "query">): Promise<Dump> {
  const dump: Record<string, Record<string, string | null>[]> = {};
  for (const [table, key] of TABLES) {
    const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY ${key}`);
    dump[table] = rows.map((row) => asText(row, textOfStored));
  }
  return dump;
}

function asText(row: object, read: (text: string) => string): Record<string, string | null> {
  const cells = Object.entries(row).map(
    ([name, value]) => [name, value === null ? null : read(String(value))] as const,
  );
  return Object.fromEntries(cells.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The dump without places in the feed. */
export function withoutPlaces(dump: Dump): Dump {
  const bare = (row: Dump[string][number]) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("changed_")));
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.map(bare)]));
}

/** Only what readers of a thread see: removed rows are left out. */
export function shown(dump: Dump): Dump {
  const isShown = (row: Dump[string][number]) => row.removed_by === undefined || row.removed_by === null;
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.filter(isShown)]));
}
