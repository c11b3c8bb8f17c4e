import { statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { ReadModelUnavailableError } from "../read-model/index.ts";
import {
  ChangeSignal,
  type ChangeWatch,
  type Sql,
  type SqlConnection,
  type SqlInput,
  SqlReadModel,
  type SqlRow,
  type SqlValue,
  sqliteDialect,
} from "../read-model-sql/index.ts";

/** The read model of a SQLite file, for reading only. */
export type SqliteReadModel = SqlReadModel;

export interface SqliteReaderOptions {
  /** How often it is looked whether somebody wrote, while a reader waits: soon enough to seem live, and next to no work. */
  readonly pollMs?: number;
  /** How long a query waits for a writer that holds the file: longer than any commit takes. */
  readonly busyMs?: number;
}

const DEFAULT_POLL_MS = 50;
const DEFAULT_BUSY_MS = 5_000;

/** Statements that stay prepared; the texts differ by the filters of queries only. */
const MAX_STATEMENTS = 200;

/** @throws ReadModelUnavailableError when there is no such file, or it cannot be read */
export function openSqliteReadModel(path: string, options: SqliteReaderOptions = {}): SqliteReadModel {
  const connection = new SqliteConnection(path, options.busyMs ?? DEFAULT_BUSY_MS);
  return new SqlReadModel(connection, new SqliteWatch(connection, options.pollMs ?? DEFAULT_POLL_MS));
}

class SqliteConnection implements SqlConnection {
  readonly dialect = sqliteDialect;
  readonly #path: string;
  readonly #busyMs: number;
  #database: DatabaseSync;
  /** Which file it is: a history that is made anew is another one at the same path. */
  #file: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, busyMs: number) {
    this.#path = path;
    this.#busyMs = busyMs;
    this.#file = fileAt(path);
    this.#database = this.#open();
  }

  /** Reads at once: what is asked for goes by an index, and takes less time than a thread of its own would. */
  all(query: Sql): Promise<readonly SqlRow[]> {
    const values = query.values.map(bound);
    const read = (): readonly SqlRow[] => {
      this.#follow();
      return this.#statement(query.text(() => "?")).all(...values) as SqlRow[];
    };
    return new Promise((resolve) => resolve(this.#try(read)));
  }

  /** Changes when another connection commits, and when the file is another one. */
  dataVersion(): unknown {
    return this.#try(() => {
      this.#follow();
      return `${this.#file} ${this.#statement("PRAGMA data_version").get()?.data_version}`;
    });
  }

  close(): Promise<void> {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
    return Promise.resolve();
  }

  #open(): DatabaseSync {
    return this.#try(() => {
      const database = new DatabaseSync(this.#path, { readOnly: true, timeout: this.#busyMs });
      database.function("lower_case", { deterministic: true }, (text) => String(text).toLowerCase());
      return database;
    });
  }

  /** Opens the file that is at the path now; while there is none, what was read before still counts. */
  #follow(): void {
    const file = fileAt(this.#path);
    if (file === this.#file || file === NO_FILE || !this.#database.isOpen) return;
    const database = this.#open();
    this.#statements.clear();
    this.#database.close();
    this.#database = database;
    this.#file = file;
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#database.prepare(text);
    // The one used longest ago stands first.
    this.#statements.delete(text);
    this.#statements.set(text, known);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size > MAX_STATEMENTS && oldest !== undefined) this.#statements.delete(oldest);
    return known;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isOutside(error)) throw error;
      throw new ReadModelUnavailableError(`${this.#path}: ${error.message}`, { cause: error });
    }
  }
}

const NO_FILE = "";

function fileAt(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? NO_FILE : `${found.dev}/${found.ino}`;
}

/** Lists go as JSON. */
function bound(value: SqlInput): SqlValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** Looks for commits only while somebody waits for them. */
class SqliteWatch implements ChangeWatch {
  readonly #connection: SqliteConnection;
  readonly #pollMs: number;
  readonly #signal = new ChangeSignal();
  #version: unknown;
  #timer: NodeJS.Timeout | null = null;

  constructor(connection: SqliteConnection, pollMs: number) {
    this.#connection = connection;
    this.#pollMs = pollMs;
    this.#version = connection.dataVersion();
  }

  async changed(waitMs: number, signal: AbortSignal): Promise<void> {
    this.#look();
    const waited = this.#signal.wait(waitMs, signal);
    this.#timer ??= setInterval(() => this.#look(), this.#pollMs);
    await waited;
    this.#rest();
  }

  #look(): void {
    const version = this.#currentVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.#signal.notify();
  }

  /** A file that cannot be read is a change, too: who waits asks again, and hears what is wrong. */
  #currentVersion(): unknown {
    try {
      return this.#connection.dataVersion();
    } catch (error) {
      if (error instanceof ReadModelUnavailableError) return error.message;
      throw error;
    }
  }

  #rest(): void {
    if (this.#timer === null || this.#signal.hasWaiting) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** What SQLite says when the file is missing, held or broken: nothing that the query is to blame for. */
const OUTSIDE = /unable to open|locked|busy|disk I\/O|not a database|malformed|no such table|database is not open/;

function isOutside(error: unknown): error is Error {
  return error instanceof Error && OUTSIDE.test(error.message);
}
