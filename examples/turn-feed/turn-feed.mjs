// Prints turns as they begin, end and go, and keeps them in a table. Stop it and start it again: it goes on where it was.
import { DatabaseSync } from "node:sqlite";
import { createMutationReader } from "thread-history";

const {
  KAFKA_BROKERS = "127.0.0.1:9092",
  SCHEMA_REGISTRY_URL = "",
  THREAD_HISTORY_PREFIX,
  TABLE = "turns.sqlite",
} = process.env;
const isOnce = process.argv.includes("--once");

const database = new DatabaseSync(TABLE);
database.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS turns (
    thread_id TEXT, turn_id TEXT, version TEXT NOT NULL, is_removed INTEGER NOT NULL,
    turn_ordinal INTEGER, status TEXT, error TEXT, duration_ms INTEGER,
    PRIMARY KEY (thread_id, turn_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS reading (id INTEGER PRIMARY KEY CHECK (id = 1), position TEXT NOT NULL) STRICT;
`);

// A removed turn keeps its row: it refuses what is older. What is not newer than the row changes nothing.
const upsert = database.prepare(`
  INSERT INTO turns VALUES (:threadId, :turnId, :version, :isRemoved, :turnOrdinal, :status, :error, :durationMs)
  ON CONFLICT (thread_id, turn_id) DO UPDATE SET
    version = excluded.version, is_removed = excluded.is_removed, turn_ordinal = excluded.turn_ordinal,
    status = excluded.status, error = excluded.error, duration_ms = excluded.duration_ms
  WHERE excluded.version > turns.version
`);
const reset = database.prepare("DELETE FROM turns WHERE thread_id = ? AND version < ?");
const store = database.prepare(
  "INSERT INTO reading VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position",
);
const stored = database.prepare("SELECT position FROM reading").get();

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());

const reader = createMutationReader({
  brokers: KAFKA_BROKERS.split(","),
  schemaRegistryUrl: SCHEMA_REGISTRY_URL,
  prefix: THREAD_HISTORY_PREFIX,
  topics: ["turn-summaries"],
  from: stored === undefined ? "earliest" : JSON.parse(stored.position),
  follow: !isOnce,
  signal: stopping.signal,
  onRetry: (error) => process.stderr.write(`tries again: ${error.message}\n`),
});

for await (const record of reader) {
  // Row and position in one transaction: wherever this is killed, each change is applied once.
  database.exec("BEGIN");
  const line = apply(record);
  store.run(JSON.stringify(record.position));
  database.exec("COMMIT");
  if (line !== null) process.stdout.write(`${line}\n`);
}

/** Applies a record; answers what to print, null when it brought nothing new. */
function apply(record) {
  if (record.outcome === "reset") {
    reset.run(record.threadId, record.version);
    return `${record.threadId}  is built anew`;
  }
  const { threadId, payload } = record.mutation;
  const { turnId, mutation: turn } = payload;
  const { changes } = upsert.run({
    threadId,
    turnId,
    version: record.version,
    isRemoved: turn === null ? 1 : 0,
    turnOrdinal: turn?.turnOrdinal ?? null,
    status: turn?.status ?? null,
    error: turn?.error?.message ?? null,
    durationMs: turn?.durationMs ?? null,
  });
  if (changes === 0) return null;
  if (turn === null) return `${threadId}  ${turnId}  removed`;
  const took = turn.durationMs === null ? "" : ` in ${turn.durationMs} ms`;
  return `${threadId}  turn ${turn.turnOrdinal}  ${turn.status}${took}`;
}
