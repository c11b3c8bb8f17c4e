/** The dialects of SQL that hold the read model. */
export type Dialect = "postgres" | "sqlite";

/**
 * The tables of the read model, the same in both databases. Rows that a rollback or a revert removed stay, with `removed_by`
 * set. `changed_tx` and `changed_n` place a row in the feed of changes: the transaction that changed it last, and its number
 * in that transaction. SQLite has no number for transactions: `feed` counts them. In Postgres it holds what is added to its
 * number, so that transactions go on counting where the data came from another server (ADR 0038).
 */
export function readModelTables(dialect: Dialect): string {
  const int = dialect === "postgres" ? "bigint" : "INTEGER";
  // Keys and versions compare byte by byte, whatever the locale of the database.
  const text = dialect === "postgres" ? 'text COLLATE "C"' : "TEXT";
  const end = dialect === "postgres" ? ";" : " STRICT;";
  const changed = `changed_tx ${int} NOT NULL, changed_n ${int} NOT NULL`;
  const first = `first_ordinal ${int} NOT NULL, first_offset ${int} NOT NULL, first_rollout_id ${text} NOT NULL,
  first_position ${int} NOT NULL`;
  // Words are found by the number of their item, which must stay what it is when the file is vacuumed.
  const numbered = dialect === "postgres" ? "" : "number INTEGER PRIMARY KEY, ";
  return `
CREATE TABLE threads (
  thread_id ${text} PRIMARY KEY,
  generation ${int} NOT NULL DEFAULT 0,
  started_version ${text},
  rollout_id ${text}, cwd ${text}, source ${text}, source_kind ${text}, originator ${text}, cli_version ${text},
  model_provider ${text}, history_mode ${text}, forked_from_id ${text}, parent_thread_id ${text},
  agent_nickname ${text}, agent_role ${text},
  git_commit_hash ${text}, git_branch ${text}, git_repository_url ${text},
  created_at_ms ${int} NOT NULL, updated_at_ms ${int} NOT NULL,
  status ${text}, preview ${text} NOT NULL DEFAULT '',
  ${changed}
)${end}
CREATE INDEX threads_by_update ON threads (updated_at_ms, thread_id);
CREATE INDEX threads_by_creation ON threads (created_at_ms, thread_id);
CREATE INDEX threads_by_cwd ON threads (cwd, updated_at_ms, thread_id);
CREATE INDEX threads_by_source ON threads (source_kind, updated_at_ms, thread_id);
CREATE INDEX threads_by_status ON threads (status, updated_at_ms, thread_id);
CREATE INDEX threads_by_cwd_creation ON threads (cwd, created_at_ms, thread_id);
CREATE INDEX threads_by_source_creation ON threads (source_kind, created_at_ms, thread_id);
CREATE INDEX threads_by_status_creation ON threads (status, created_at_ms, thread_id);
CREATE INDEX threads_by_parent ON threads (parent_thread_id, thread_id);
CREATE INDEX threads_by_change ON threads (changed_tx, changed_n);

CREATE TABLE rollouts (
  thread_id ${text} NOT NULL, rollout_id ${text} NOT NULL, version ${text} NOT NULL,
  base_rollout_id ${text}, base_end_ordinal ${int},
  PRIMARY KEY (thread_id, rollout_id)
)${end}
CREATE INDEX rollouts_by_id ON rollouts (rollout_id);

CREATE TABLE turns (
  thread_id ${text} NOT NULL, turn_id ${text} NOT NULL, version ${text} NOT NULL, removed_by ${text},
  ${first}, ended_offset ${int},
  content_version ${text}, turn_ordinal ${int}, status ${text}, error ${text},
  started_at ${int}, completed_at ${int}, duration_ms ${int}, root_turn_id ${text},
  ${changed},
  PRIMARY KEY (thread_id, turn_id)
)${end}
CREATE INDEX turns_by_ordinal ON turns (thread_id, turn_ordinal) WHERE removed_by IS NULL;
CREATE INDEX turns_of_rollout ON turns (thread_id, first_rollout_id, first_position, turn_ordinal);
CREATE INDEX turns_by_change ON turns (changed_tx, changed_n);
CREATE INDEX turns_by_thread_change ON turns (thread_id, changed_tx, changed_n);

CREATE TABLE items (
  ${numbered}thread_id ${text} NOT NULL, turn_id ${text} NOT NULL, item_key ${text} NOT NULL, version ${text} NOT NULL,
  removed_by ${text}, ${first},
  content_version ${text}, item_ordinal ${int}, item_type ${text}, is_open ${int}, item ${text}, text ${text}, phase ${text},
  ${changed},
  ${numbered === "" ? "PRIMARY KEY" : "UNIQUE"} (thread_id, turn_id, item_key)
)${end}
CREATE INDEX items_by_ordinal ON items (thread_id, item_ordinal) WHERE removed_by IS NULL;
CREATE INDEX items_of_rollout ON items (thread_id, first_rollout_id, first_position, item_ordinal);
CREATE INDEX items_of_turn ON items (thread_id, turn_id, item_ordinal);
CREATE INDEX items_of_summary ON items (thread_id, turn_id, item_type, phase, item_ordinal)
  WHERE item_type || '' IN ('userMessage', 'agentMessage');
CREATE INDEX items_by_change ON items (changed_tx, changed_n);
CREATE INDEX items_by_thread_change ON items (thread_id, changed_tx, changed_n);
CREATE INDEX items_of_users ON items (thread_id, item_ordinal) WHERE item_type = 'userMessage' AND text IS NOT NULL;

CREATE TABLE lifecycle_events (
  mutation_id ${text} PRIMARY KEY, thread_id ${text} NOT NULL, turn_id ${text}, event_type ${text} NOT NULL,
  payload ${text} NOT NULL, occurred_at ${text} NOT NULL, rollout_id ${text} NOT NULL, version ${text} NOT NULL,
  ${changed}
)${end}
CREATE INDEX lifecycle_by_change ON lifecycle_events (changed_tx, changed_n);
CREATE INDEX lifecycle_by_thread_change ON lifecycle_events (thread_id, changed_tx, changed_n);

CREATE TABLE dead_letters (
  observer ${text} NOT NULL, source_partition ${int} NOT NULL, source_offset ${int} NOT NULL, code ${text} NOT NULL,
  reason ${text} NOT NULL, thread_id ${text}, rollout_id ${text}, position ${int}, recorded_at_ms ${int} NOT NULL,
  PRIMARY KEY (observer, source_partition, source_offset)
)${end}
CREATE INDEX dead_letters_by_time ON dead_letters (recorded_at_ms, source_partition, source_offset, observer);

CREATE TABLE feed (${dialect === "postgres" ? "base" : "tx"} ${int} NOT NULL)${end}
INSERT INTO feed VALUES (0);
${searchIndex(dialect)}`;
}

/** What Postgres holds for U+0000, and for the character that stands in for it (postgres/text.ts). */
const ESCAPES = ["U&'\\+0F00000'", "U&'\\+0F00001'"];

/**
 * The words of a message for Postgres, whose own parser would take a path or a tag for one word, and the sign of an escape for
 * part of the word after it. Of very long messages only the beginning: a list of words must stay below 1 MiB.
 */
export function searchedWords(text: string): string {
  const separators = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~";
  const unescaped = ESCAPES.reduce((part, sign) => `replace(${part}, ${sign}, ' ')`, `left(${text}, 100000)`);
  return `to_tsvector('simple', translate(${unescaped}, '${separators}', '${" ".repeat(32)}'))`;
}

/**
 * What Postgres would not guess: a rollout is of one thread; and how common words are, since messages with a common one are
 * better looked through from the newest on than all gathered and sorted.
 */
const STATISTICS = `
CREATE STATISTICS turns_of_rollouts (dependencies) ON thread_id, first_rollout_id FROM turns;
CREATE STATISTICS items_of_rollouts (dependencies) ON thread_id, first_rollout_id FROM items;
CREATE STATISTICS words_of_items ON (${searchedWords("text")}) FROM items;`;

/** Words of messages. In Postgres words are as they are written: no language is assumed of what people say. */
function searchIndex(dialect: Dialect): string {
  if (dialect === "sqlite")
    return `
CREATE VIRTUAL TABLE messages USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61');
CREATE TRIGGER message_came AFTER INSERT ON items WHEN new.text IS NOT NULL
  BEGIN INSERT INTO messages (rowid, text) VALUES (new.rowid, new.text); END;
CREATE TRIGGER message_changed AFTER UPDATE ON items WHEN old.text IS NOT new.text BEGIN
  DELETE FROM messages WHERE rowid = old.rowid;
  INSERT INTO messages (rowid, text) SELECT new.rowid, new.text WHERE new.text IS NOT NULL;
END;
CREATE TRIGGER message_went AFTER DELETE ON items WHEN old.text IS NOT NULL
  BEGIN DELETE FROM messages WHERE rowid = old.rowid; END;`;
  return `
${STATISTICS}
CREATE INDEX messages_by_change ON items (changed_tx, changed_n) WHERE text IS NOT NULL;
CREATE INDEX items_by_words ON items USING gin ((${searchedWords("text")})) WHERE text IS NOT NULL;`;
}
