import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  type Incarnation,
  type Place,
  PositionsError,
  PositionsRefusedError,
  type RecoveredPositions,
  type ShipPositions,
  type ShippedFile,
} from "../ship/index.ts";

const FORMAT = 1;

/** What the positions are kept in. */
export const SHIP_TABLES = `
CREATE TABLE destination (name TEXT NOT NULL, is_known INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE incarnations (
  thread_id TEXT NOT NULL, rollout_id TEXT NOT NULL, base_id TEXT NOT NULL, number INTEGER NOT NULL,
  shipped_offset INTEGER NOT NULL, shipped_position INTEGER NOT NULL,
  sent_offset INTEGER NOT NULL, sent_position INTEGER NOT NULL, fingerprint TEXT,
  PRIMARY KEY (thread_id, rollout_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE files (
  path TEXT PRIMARY KEY, thread_id TEXT NOT NULL, rollout_id TEXT NOT NULL,
  bytes INTEGER NOT NULL, modified_ms REAL NOT NULL, inode INTEGER NOT NULL, is_done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX files_by_rollout ON files (thread_id, rollout_id);`;

const INCARNATION = `SELECT thread_id AS threadId, base_id AS baseId, rollout_id AS rolloutId, number,
  shipped_offset AS shippedOffset, shipped_position AS shippedPosition, sent_offset AS sentOffset,
  sent_position AS sentPosition, fingerprint FROM incarnations WHERE thread_id = ?`;
const FILE = `SELECT path, thread_id AS threadId, rollout_id AS rolloutId, bytes, modified_ms AS modifiedMs, inode, is_done AS isDone FROM files`;

interface IncarnationRow {
  readonly threadId: string;
  readonly baseId: string;
  readonly rolloutId: string;
  readonly number: number;
  readonly shippedOffset: number;
  readonly shippedPosition: number;
  readonly sentOffset: number;
  readonly sentPosition: number;
  readonly fingerprint: string | null;
}

/**
 * The places of rollouts in one SQLite file, which one process uses at a time. Written without waiting for the disk: what a
 * power failure takes away is sent again, which does no harm.
 */
export class SqliteShipPositions implements ShipPositions, Disposable {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Whether the database, its tables and its transactions are somebody else's, who keeps more in it. */
  readonly #isGuest: boolean;

  /**
   * @param file the path of a file of their own; or a database with these tables, which is in a transaction at each change
   * @param destination where the lines go; a file of positions is good for one. Null: whatever it is good for
   * @throws PositionsError
   */
  constructor(file: string | { readonly path: string; readonly database: DatabaseSync }, destination: string | null) {
    this.#isGuest = typeof file !== "string";
    if (typeof file !== "string") {
      this.#path = file.path;
      this.#database = file.database;
      return;
    }
    this.#path = file;
    this.#database = this.#try(() => opened(file));
    try {
      this.#try(() => this.#prepare(destination));
    } catch (error) {
      this.#database.close(); // or nobody else could use it
      throw error;
    }
  }

  incarnations(threadId: string, baseId: string): readonly Incarnation[] {
    return this.#all(`${INCARNATION} AND base_id = ? ORDER BY number`, threadId, baseId).map(incarnationOf);
  }

  incarnation(threadId: string, rolloutId: string): Incarnation | undefined {
    return this.#all(`${INCARNATION} AND rollout_id = ?`, threadId, rolloutId).map(incarnationOf)[0];
  }

  /** Whether it was found out, or is known, what was shipped before: false on the first start, and after the file was lost. */
  get isKnown(): boolean {
    return this.#all("SELECT is_known FROM destination")[0]?.is_known === 1;
  }

  /** Takes over what was found out of earlier shipping: all of it, or after a crash nothing. */
  makeKnown({ incarnations, files }: RecoveredPositions): void {
    this.#try(() => this.#database.exec("BEGIN IMMEDIATE"));
    for (const incarnation of incarnations) this.begin(incarnation);
    for (const file of files) this.noteFile(file);
    this.#run("UPDATE destination SET is_known = 1");
    this.#try(() => this.#database.exec("COMMIT"));
  }

  begin({ threadId, rolloutId, baseId, number, shipped, sent, fingerprint }: Incarnation): void {
    const places = [shipped.offset, shipped.position, sent.offset, sent.position];
    const columns =
      "thread_id, rollout_id, base_id, number, shipped_offset, shipped_position, sent_offset, sent_position";
    this.#run(
      `INSERT INTO incarnations (${columns}, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[threadId, rolloutId, baseId, number, ...places, fingerprint],
    );
  }

  intend({ threadId, rolloutId }: Incarnation, { offset, position }: Place, fingerprint: string): void {
    const set = "UPDATE incarnations SET sent_offset = ?, sent_position = ?, fingerprint = ?";
    this.#run(`${set} WHERE thread_id = ? AND rollout_id = ?`, offset, position, fingerprint, threadId, rolloutId);
  }

  acknowledge({ threadId, rolloutId }: Incarnation, { offset, position }: Place): void {
    const set = "UPDATE incarnations SET shipped_offset = ?, shipped_position = ?";
    this.#run(`${set} WHERE thread_id = ? AND rollout_id = ?`, offset, position, threadId, rolloutId);
  }

  file(path: string): ShippedFile | undefined {
    return this.#all(`${FILE} WHERE path = ?`, path).map(fileOf)[0];
  }

  filesOf(threadId: string, rolloutId: string): readonly ShippedFile[] {
    return this.#all(`${FILE} WHERE thread_id = ? AND rollout_id = ?`, threadId, rolloutId).map(fileOf);
  }

  noteFile({ path, threadId, rolloutId, bytes, modifiedMs, inode, isDone }: ShippedFile): void {
    this.#run(
      "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[path, threadId, rolloutId, bytes, modifiedMs, inode, isDone ? 1 : 0],
    );
  }

  forgetFiles(isThere: (path: string) => boolean): void {
    for (const { path } of this.#all("SELECT path FROM files") as unknown as { readonly path: string }[])
      if (!isThere(path)) this.#run("DELETE FROM files WHERE path = ?", path);
  }

  /** Whether any line was shipped. */
  get holdsAny(): boolean {
    return this.#all("SELECT 1 FROM incarnations WHERE shipped_position > 0 LIMIT 1").length > 0;
  }

  [Symbol.dispose](): void {
    if (!this.#isGuest) this.#database.close();
  }

  #prepare(destination: string | null): void {
    const [found] = this.#database.prepare("PRAGMA user_version").all();
    const format = Number(found?.user_version);
    if (format === 0) {
      this.#database.exec(`BEGIN IMMEDIATE; ${SHIP_TABLES} PRAGMA user_version = ${FORMAT};`);
      this.#database.prepare("INSERT INTO destination (name) VALUES (?)").run(destination ?? "");
      this.#database.exec("COMMIT");
      return;
    }
    if (format !== FORMAT)
      throw new PositionsRefusedError(
        `${this.#path}: is of format ${format}, this version knows ${FORMAT}: use another file, or a newer version`,
      );
    const known = String(this.#database.prepare("SELECT name FROM destination").get()?.name);
    if (destination !== null && known !== destination)
      throw new PositionsRefusedError(
        `${this.#path}: is about what was shipped to ${known}, not to ${destination}: use a file of its own for each (ship.positions)`,
      );
  }

  #all(sql: string, ...values: readonly (string | number | null)[]): Record<string, unknown>[] {
    return this.#try(() => this.#statement(sql).all(...values));
  }

  #run(sql: string, ...values: readonly (string | number | null)[]): void {
    this.#try(() => {
      // One that SQLite gave up, such as for a full disk, must not go on piece by piece.
      if (this.#isGuest && !this.#database.isTransaction)
        throw new PositionsError(`${this.#path}: no transaction is open`);
      this.#statement(sql).run(...values);
    });
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof PositionsError || !(error instanceof Error)) throw error;
      const { isLasting, means } = explained(error);
      const Kind = isLasting ? PositionsRefusedError : PositionsError;
      throw new Kind(`${this.#path}: ${means}`, { cause: error });
    }
  }
}

function opened(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  // Held until it is closed: a second process on the same file would send what the first one sends.
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec("BEGIN EXCLUSIVE; COMMIT;");
  return database;
}

interface Explanation {
  readonly means: string;
  /** Whether it gets no better by itself. */
  readonly isLasting: boolean;
}

/** By what SQLite says. */
const EXPLAINED: readonly (readonly [says: RegExp, explanation: Explanation])[] = [
  [
    /database is locked/,
    {
      means: "another `ship` uses it: stop that one, or give this one a file of its own (ship.positions)",
      isLasting: true,
    },
  ],
  [
    /disk is full|ENOSPC|EDQUOT/,
    { means: "the disk is full: nothing more is sent until there is room, and nothing is lost", isLasting: false },
  ],
  [
    /disk I\/O error/,
    {
      means:
        "the disk gives or takes nothing (its own fault, or a limit): nothing more is sent until it does, and nothing is lost; the system's log tells more",
      isLasting: false,
    },
  ],
  [
    /unable to open|readonly|EACCES|EPERM|EROFS|EEXIST|ENOTDIR/,
    {
      means: "cannot be written: see that its folder exists and is writable, or choose another (ship.positions)",
      isLasting: true,
    },
  ],
  [
    /not a database|malformed/,
    {
      means: "is no file of positions, or is damaged: move it away; what was shipped is then found in the log",
      isLasting: true,
    },
  ],
];

function explained({ message }: Error): Explanation {
  return EXPLAINED.find(([says]) => says.test(message))?.[1] ?? { means: message, isLasting: false };
}

function incarnationOf(found: Record<string, unknown>): Incarnation {
  const { shippedOffset, shippedPosition, sentOffset, sentPosition, ...row } = found as unknown as IncarnationRow;
  return {
    ...row,
    shipped: { offset: shippedOffset, position: shippedPosition },
    sent: { offset: sentOffset, position: sentPosition },
  };
}

function fileOf(found: Record<string, unknown>): ShippedFile {
  const row = found as unknown as Omit<ShippedFile, "isDone"> & { readonly isDone: number };
  return { ...row, isDone: row.isDone === 1 };
}
