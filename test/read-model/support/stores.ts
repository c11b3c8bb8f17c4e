import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import pg from "pg";
import { openPostgresReadModel } from "../../../src/postgres/index.ts";
import { storedText } from "../../../src/postgres/text.ts";
import type { ReadModel } from "../../../src/read-model/index.ts";
import {
  postgresDialect,
  readModelTables,
  type SqlConnection,
  type SqlInput,
  type SqlRow,
  type SqlValue,
  sqliteDialect,
} from "../../../src/read-model-sql/index.ts";
import { openSqliteReadModel } from "../../../src/sqlite/index.ts";
import type { TableRow } from "./plain-rows.ts";

/** `npm test` fixes the seed; without it every run tries something else. */
if (process.env.PROPERTY_SEED !== undefined) fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED) });

/** A database of its own with the tables of the read model, for one test file. */
export interface TestStore {
  readonly model: ReadModel;
  /** Writes rows whole, in the place of what is there. */
  put(rows: readonly TableRow[]): Promise<void>;
  clear(): Promise<void>;
  /** A connection that notes how the database goes about each query. */
  explained(plans: string[]): SqlConnection;
  /** Lets the database learn how much of what it holds. */
  analyze(): Promise<void>;
  execute(text: string): Promise<void>;
  drop(): Promise<void>;
}

export const STORES = { sqlite: sqliteStore, postgres: postgresStore } as const;
export type StoreName = keyof typeof STORES;
export const STORE_NAMES = Object.keys(STORES) as StoreName[];

const TABLES = ["threads", "rollouts", "turns", "items", "lifecycle_events", "dead_letters"];

function sqliteStore(): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "read-model-"));
  const path = join(folder, "history.db");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec(readModelTables("sqlite"));
  const model = openSqliteReadModel(path);
  const put = (rows: readonly TableRow[]): void => {
    database.exec("BEGIN");
    for (const row of rows) putInSqlite(database, row);
    database.exec("COMMIT");
  };
  return Promise.resolve({
    model,
    put: (rows) => Promise.resolve(put(rows)),
    clear: () => Promise.resolve(database.exec([...TABLES, "messages"].map((of) => `DELETE FROM ${of}`).join("; "))),
    explained: (plans) => explainedSqlite(path, plans),
    analyze: () => Promise.resolve(database.exec("ANALYZE")),
    execute: (text) => Promise.resolve(database.exec(text)),
    drop: async () => {
      await model.close();
      database.close();
      rmSync(folder, { recursive: true });
    },
  });
}

function putInSqlite(database: DatabaseSync, { table, key, columns }: TableRow): void {
  const names = Object.keys(columns);
  const where = key.map((name) => `${name} = ?`).join(" AND ");
  const keys = key.map((name) => columns[name] ?? null);
  database.prepare(`DELETE FROM ${table} WHERE ${where}`).run(...keys);
  const insert = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
  database.prepare(insert).run(...Object.values(columns));
}

function explainedSqlite(path: string, plans: string[]): SqlConnection {
  const database = new DatabaseSync(path, { readOnly: true });
  database.function("lower_case", { deterministic: true }, (text) => String(text).toLowerCase());
  return {
    dialect: sqliteDialect,
    all: (query) => {
      const text = query.text(() => "?");
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...query.values.map(bound));
      plans.push(steps.map(({ detail }) => String(detail)).join("\n"));
      return Promise.resolve(database.prepare(text).all(...query.values.map(bound)) as SqlRow[]);
    },
    close: () => Promise.resolve(database.close()),
  };
}

function bound(value: SqlInput): SqlValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** A schema of its own in the database that the services have. */
export async function postgresStore(): Promise<TestStore & { readonly url: string }> {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL === undefined) throw new Error("DATABASE_URL is not set: npm run services -- env");
  const schema = `read_model_${randomBytes(6).toString("hex")}`;
  const url = `${DATABASE_URL}?options=${encodeURIComponent(`-csearch_path=${schema}`)}`;
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(readModelTables("postgres"));
  const model = await openPostgresReadModel(url);
  return {
    url,
    model,
    put: async (rows) => {
      await client.query("BEGIN");
      for (const row of rows) await putInPostgres(client, row);
      await client.query("COMMIT; NOTIFY thread_history_changed");
    },
    clear: async () => {
      await client.query(`TRUNCATE ${TABLES.join(", ")}`);
    },
    explained: (plans) => explainedPostgres(client, plans),
    analyze: async () => {
      await client.query(`VACUUM ANALYZE ${TABLES.join(", ")}`);
    },
    execute: async (text) => {
      await client.query(text);
    },
    drop: async () => {
      await model.close();
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    },
  };
}

async function putInPostgres(client: pg.Client, { table, key, columns }: TableRow): Promise<void> {
  const names = Object.keys(columns);
  const values = Object.values(columns).map((value) => (typeof value === "string" ? storedText(value) : value));
  const set = names.map((name) => `${name} = excluded.${name}`);
  await client.query(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values.map((_value, n) => `$${n + 1}`).join(", ")})
     ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${set.join(", ")}`,
    values,
  );
}

function explainedPostgres(client: pg.Client, plans: string[]): SqlConnection {
  return {
    dialect: postgresDialect,
    all: async (query) => {
      const text = query.text((n) => `$${n}`);
      const values = [...query.values];
      const steps = await client.query<Record<"QUERY PLAN", string>>(`EXPLAIN (ANALYZE, TIMING off) ${text}`, values);
      plans.push(steps.rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return (await client.query<Record<string, SqlRow[string]>>(text, values)).rows;
    },
    close: () => Promise.resolve(),
  };
}
