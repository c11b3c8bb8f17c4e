import pg from "pg";
import { SinkStoreRefusedError } from "../../sinks/index.ts";
import { writerError } from "../errors.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./migrations.ts";

/** What was done to a database. */
export interface Migrated {
  /** 0: there were no tables. */
  readonly before: number;
  readonly after: number;
}

/** One at a time for a database, whoever else starts at the same moment. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('thread-history migrations', 0))";

/** Of a process that is cut off in the middle the server lets go after this. */
const IDLE_MS = 60_000;

const IS_THERE = "SELECT to_regclass('schema_migrations') IS NOT NULL AS yes";

const VERSIONS = `CREATE TABLE schema_migrations (
  version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()
)`;

/**
 * Brings the tables of a database to this release's version, all in one transaction.
 *
 * @throws SinkStoreUnavailableError, SinkStoreRefusedError: also when the tables are those of a newer release
 */
export async function migratePostgres(url: string, connectMs: number): Promise<Migrated> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    idle_in_transaction_session_timeout: IDLE_MS,
  });
  client.on("error", () => undefined); // told by the query under way
  try {
    await client.connect();
    await client.query("BEGIN");
    const migrated = await migrate(client);
    await client.query("COMMIT");
    return migrated;
  } catch (error) {
    throw writerError(error);
  } finally {
    await client.end().catch(() => undefined); // it is gone already
  }
}

async function migrate(client: pg.Client): Promise<Migrated> {
  await client.query(LOCK);
  // Who may only write to tables need not be able to make any.
  const isThere = (await client.query<{ readonly yes: boolean }>(IS_THERE)).rows[0]?.yes === true;
  if (!isThere) await client.query(VERSIONS);
  const { rows } = await client.query<{ readonly version: number | null }>(
    "SELECT max(version) AS version FROM schema_migrations",
  );
  const before = rows[0]?.version ?? 0;
  if (before > SCHEMA_VERSION)
    throw new SinkStoreRefusedError(
      `Postgres: the tables are of version ${before}, this release knows ${SCHEMA_VERSION}: run the release that made them, or a newer one`,
    );
  for (const { version, sql } of MIGRATIONS) {
    if (version <= before) continue;
    await client.query(sql);
    await client.query("INSERT INTO schema_migrations (version) VALUES ($1)", [version]);
  }
  return { before, after: SCHEMA_VERSION };
}
