import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { RowBatch } from "../../../src/read-model/index.ts";
import { readModelTables } from "../../../src/read-model-sql/index.ts";
import { parseRolloutFileName } from "../../../src/rollout/index.ts";
import { SqliteRowWriter } from "../../../src/sqlite/index.ts";
import type { TestRollout } from "../../support/threads.ts";
import { rowsOf } from "./corpus.ts";

/** Makes a SQLite file with the rows that rollout files come to, as one partition of the input would give them. */
export function seededSqlite(path: string, rolloutPaths: readonly string[]): void {
  const rollouts = rolloutPaths.toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1)).map(rolloutAt);
  const threads = Map.groupBy(rollouts, ({ threadId }) => threadId);
  using database = rowDatabase(path);
  writeRows(database, rowsOf(threads));
}

/** A new file with the tables of the read model. */
export function rowDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec(readModelTables("sqlite"));
  return database;
}

/** Writes batches, each in a transaction of its own. */
export function writeRows(database: DatabaseSync, ...batches: readonly RowBatch[]): void {
  const writer = new SqliteRowWriter(database);
  for (const batch of batches) {
    database.exec("BEGIN");
    writer.write(batch);
    database.exec("COMMIT");
  }
}

function rolloutAt(path: string): TestRollout & { readonly threadId: string } {
  const lines = readFileSync(path, "utf8").split("\n");
  const named = parseRolloutFileName(basename(path));
  const threadId = named?.threadId ?? idIn(lines);
  return { threadId, rolloutId: named?.rolloutId ?? threadId, lines };
}

/** What the first line calls the thread. */
function idIn([first = "{}"]: readonly string[]): string {
  const { payload } = JSON.parse(first) as { readonly payload?: { readonly id?: string } };
  if (payload?.id === undefined) throw new Error("the rollout has no session_meta");
  return payload.id;
}
