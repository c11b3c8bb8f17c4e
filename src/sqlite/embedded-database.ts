import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EmbeddedError } from "./embedded-error.ts";
import { EMBEDDED_FORMAT, embeddedTables } from "./embedded-tables.ts";

/** Room for the pages that a transaction changes, and for the indexes it looks into, in KiB. */
const CACHE_KIB = 64 * 1024;
/** The write-ahead log goes into the file whenever it has so many pages: seldom, since that waits for the disk. */
const CHECKPOINT_PAGES = 8_192;
/** A reader that looks at the file as it was keeps the log from being begun again; then it is cut to this size. */
const JOURNAL_BYTES = 128 * 1024 * 1024;
/** A reader's lock is over in a moment. */
const BUSY_MS = 5_000;

export interface OpenedEmbedded {
  readonly database: DatabaseSync;
  /** What was found in its place and cannot be gone on with, so that all is imported again; null when nothing. */
  readonly discarded: string | null;
}

/**
 * Opens the file, or makes it. Whatever another version made of the same lines is removed: it is derived, and so made again.
 *
 * @param madeBy everything that what is in the file depends on, beside the lines
 * @throws EmbeddedError
 */
export function openEmbedded(path: string, madeBy: string): OpenedEmbedded {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const discarded = existsSync(path) ? discardedFor(path, madeBy) : null;
    const database = opened(path);
    try {
      if (formatOf(database) === 0) create(database, madeBy);
    } catch (error) {
      database.close();
      throw error;
    }
    return { database, discarded };
  } catch (error) {
    throw EmbeddedError.of(path, error);
  }
}

/** Removes what cannot be gone on with; answers why. */
function discardedFor(path: string, madeBy: string): string | null {
  const found = madeByOf(path);
  if (found === "nothing" || found === madeBy) return null;
  if (found !== "unreadable" && found !== "foreign") {
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
    return "it was made by another version or with other rules of redaction";
  }
  // Whose it is cannot be told: it is kept.
  const aside = `${path}.damaged`;
  for (const end of ["", "-wal", "-shm"]) if (existsSync(path + end)) renameSync(path + end, aside + end);
  return `it is ${found === "foreign" ? "no history of threads" : "damaged"}, and was moved to ${aside}`;
}

function madeByOf(path: string): string {
  try {
    const database = opened(path);
    try {
      const format = formatOf(database);
      if (format === 0 && database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined) return "nothing";
      if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'embedded'").get() === undefined) return "foreign";
      if (format !== EMBEDDED_FORMAT) return `format ${format}`;
      return String(database.prepare("SELECT made_by FROM embedded").get()?.made_by);
    } finally {
      database.close();
    }
  } catch (error) {
    const known = EmbeddedError.of(path, error);
    if (known instanceof EmbeddedError && known.kind === "damaged") return "unreadable";
    throw known;
  }
}

function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    // What a power failure takes away is read from the rollouts again: nothing waits for the disk.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${JOURNAL_BYTES};`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function formatOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version);
}

function create(database: DatabaseSync, madeBy: string): void {
  database.exec(`BEGIN IMMEDIATE; ${embeddedTables()}`);
  database.prepare("INSERT INTO embedded (made_by) VALUES (?)").run(madeBy);
  // Whoever followed the file that was here before goes on behind its end: nobody commits every millisecond.
  database.prepare("UPDATE feed SET tx = ?").run(Date.now());
  database.exec("COMMIT");
}
