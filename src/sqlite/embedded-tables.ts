import { readModelTables } from "../read-model-sql/index.ts";
import { SHIP_TABLES } from "../ship-positions/index.ts";

/** The format of the file; another one is imported again. */
export const EMBEDDED_FORMAT = 1;

/**
 * All that the embedded mode knows, in one file: what consumers read, the observers' offsets and checkpoints, decisions, and how
 * much of which rollout was read. One transaction changes all of it.
 */
export function embeddedTables(): string {
  return `
CREATE TABLE embedded (made_by TEXT NOT NULL, crashes TEXT) STRICT;
CREATE TABLE observers (
  observer TEXT PRIMARY KEY, committed INTEGER, head TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE thread_states (
  observer TEXT NOT NULL, thread_id TEXT NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (observer, thread_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE thread_fields (
  observer TEXT NOT NULL, thread_id TEXT NOT NULL, field TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (observer, thread_id, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  observer TEXT NOT NULL, source_offset INTEGER NOT NULL, thread_id TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
  is_done INTEGER NOT NULL,
  PRIMARY KEY (observer, source_offset)
) STRICT, WITHOUT ROWID;
${SHIP_TABLES}
${readModelTables("sqlite")}
PRAGMA user_version = ${EMBEDDED_FORMAT};`;
}
