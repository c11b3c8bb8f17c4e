import pg from "pg";
import type { Page, ReadModel, ThreadQuery, ThreadRow } from "../read-model/index.ts";
import {
  postgresDialect,
  type Sql,
  type SqlConnection,
  type SqlInput,
  SqlReadModel,
  type SqlRow,
} from "../read-model-sql/index.ts";
import { indexedText } from "./indexed-text.ts";
import { readerError } from "./reader-errors.ts";
import { PostgresWatch } from "./reader-watch.ts";
import { storedText, textOfStored } from "./text.ts";

export interface PostgresReaderOptions {
  /** Connections for queries: each takes memory of the database, and more than it has cores are of little use. */
  readonly connections?: number;
  /** A query that takes longer is given up: none that goes by an index comes near. */
  readonly statementMs?: number;
  /** How long to wait for a connection, of a database that is down or of a pool that is busy. */
  readonly connectMs?: number;
  /** How often a reader that waits for changes looks by itself. */
  readonly pollMs?: number;
}

const DEFAULT_CONNECTIONS = 10;
const DEFAULT_STATEMENT_MS = 10_000;
const DEFAULT_CONNECT_MS = 5_000;
const DEFAULT_POLL_MS = 2_000;

/** The read model in a Postgres database. One that is down is no error here: queries say so until it is back. */
export function openPostgresReadModel(url: string, options: PostgresReaderOptions = {}): Promise<ReadModel> {
  const connectMs = options.connectMs ?? DEFAULT_CONNECT_MS;
  const config = { connectionString: url, connectionTimeoutMillis: connectMs, application_name: "thread-history" };
  const watch = new PostgresWatch({ ...config, keepAlive: true }, options.pollMs ?? DEFAULT_POLL_MS);
  const pool = new pg.Pool({
    ...config,
    max: options.connections ?? DEFAULT_CONNECTIONS,
    statement_timeout: options.statementMs ?? DEFAULT_STATEMENT_MS,
  });
  // A connection that breaks while nobody uses it leaves the pool; the next query makes another.
  pool.on("error", () => undefined);
  return Promise.resolve(new PostgresReadModel(new PostgresConnection(pool, watch), watch));
}

/** Folders are asked for as they are stored: long ones are shortened. */
class PostgresReadModel extends SqlReadModel {
  override threads(query: ThreadQuery): Promise<Page<ThreadRow>> {
    return super.threads({ ...query, cwds: query.cwds.map(indexedText) });
  }
}

class PostgresConnection implements SqlConnection {
  readonly dialect = postgresDialect;
  readonly #pool: pg.Pool;
  readonly #watch: PostgresWatch;

  constructor(pool: pg.Pool, watch: PostgresWatch) {
    this.#pool = pool;
    this.#watch = watch;
  }

  /** Not prepared: threads differ so much in length that a plan for any of them is a bad one for the long ones. */
  async all(query: Sql): Promise<readonly SqlRow[]> {
    try {
      const { rows } = await this.#pool.query<Record<string, SqlRow[string]>>({
        text: query.text((n) => `$${n}`),
        values: query.values.map(stored),
      });
      return rows.map(readable);
    } catch (error) {
      throw readerError(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#watch.close(), this.#pool.end()]);
  }
}

function stored(value: SqlInput): unknown {
  if (typeof value === "string") return storedText(value);
  return typeof value === "object" && value !== null ? value.map(storedText) : value;
}

/** A row whose texts are what was stored. The row is the driver's own, and nobody else's. */
function readable(row: Record<string, SqlRow[string]>): SqlRow {
  for (const [column, value] of Object.entries(row)) if (typeof value === "string") row[column] = textOfStored(value);
  return row;
}
