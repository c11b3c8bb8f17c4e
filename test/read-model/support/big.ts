import type { SqlDialect } from "../../../src/read-model-sql/index.ts";
import { raw } from "../../../src/read-model-sql/index.ts";

export interface BigStore {
  readonly threads: number;
  /** Of the one long thread, `LONG`. */
  readonly items: number;
  readonly itemsOfTurn: number;
}

export const LONG = "long";
/** Goes on from the long thread, at its half. */
export const FORK = "fork";

/** Statements that fill the tables: many threads of a turn with three items each, a long one, and a fork of that. */
export function bigStore(dialect: SqlDialect, { threads, items, itemsOfTurn }: BigStore): string {
  const version = `'00000000' || ${dialect.offsetText(raw("i")).text(() => "")} || '000000'`;
  const turn = `((i - 1) / ${itemsOfTurn})`; // SQLite joins texts before it divides
  return [
    fill("threads", threads, {
      ...threadOf("'thread-' || i", version),
      cwd: "'/w/' || i % 100",
      updated_at_ms: "i * 7919 % 1000003",
      status: "CASE WHEN i % 50 = 0 THEN 'inProgress' ELSE 'completed' END",
      parent_thread_id: "CASE WHEN i % 10 = 0 THEN 'thread-' || i / 10 END",
      source_kind: "CASE WHEN i % 4 = 0 THEN 'vscode' ELSE 'cli' END",
    }),
    fill("threads", 1, threadOf(`'${LONG}'`, version)),
    fill("threads", 1, threadOf(`'${FORK}'`, version)),
    fill("rollouts", threads, { thread_id: "'thread-' || i", rollout_id: "'thread-' || i", version }),
    fill("rollouts", 1, { thread_id: `'${LONG}'`, rollout_id: `'${LONG}'`, version }),
    fill("rollouts", 1, {
      ...{ thread_id: `'${FORK}'`, rollout_id: `'${FORK}'`, version },
      ...{ base_rollout_id: `'${LONG}'`, base_end_ordinal: String(Math.floor(items / 2)) },
    }),
    fill("turns", threads, turnOf("'thread-' || i", "'turn'", "1", version)),
    fill(
      "turns",
      Math.floor(items / itemsOfTurn),
      turnOf(`'${LONG}'`, "'turn-' || (i - 1)", `i`, version, itemsOfTurn),
    ),
    fill("items", threads * 3, itemOf("'thread-' || ((i - 1) / 3 + 1)", "'turn'", "(i - 1) % 3 + 1", version, 3)),
    fill("items", items, itemOf(`'${LONG}'`, `'turn-' || ${turn}`, "i", version, itemsOfTurn)),
    fill("lifecycle_events", threads, {
      ...{
        mutation_id: "'mutation-' || i",
        thread_id: "'thread-' || i",
        event_type: "'turn.started'",
        payload: "'{}'",
      },
      ...{ occurred_at: "'t'", rollout_id: "'thread-' || i", version, changed_tx: "4", changed_n: "i" },
    }),
    fill("dead_letters", threads, {
      ...{ observer: "'lifecycle'", source_partition: "0", source_offset: "i", code: "'late'", reason: "'r'" },
      recorded_at_ms: "i",
    }),
  ].join(";\n");
}

/** A row for each `i` from 1. */
function fill(table: string, rows: number, columns: Readonly<Record<string, string>>): string {
  return `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO ${table} (${Object.keys(columns).join(", ")}) SELECT ${Object.values(columns).join(", ")} FROM n`;
}

function threadOf(threadId: string, version: string): Record<string, string> {
  return {
    ...{ thread_id: threadId, started_version: version, rollout_id: threadId, cwd: "'/w'", source: "'\"cli\"'" },
    ...{ source_kind: "'cli'", originator: "'o'", cli_version: "'0.169.0'", history_mode: "'paginated'" },
    ...{ parent_thread_id: "NULL", created_at_ms: "i", updated_at_ms: "i", status: "'completed'" },
    ...{ preview: "'preview ' || i", changed_tx: "1", changed_n: "i" },
  };
}

function turnOf(threadId: string, turnId: string, ordinal: string, version: string, width = 3): Record<string, string> {
  return {
    ...{ thread_id: threadId, turn_id: turnId, version, content_version: version },
    ...{ first_ordinal: ordinal, first_offset: `i * ${width}`, first_rollout_id: threadId },
    ...{ first_position: `(${ordinal} - 1) * ${width}`, turn_ordinal: ordinal, status: "'completed'" },
    ...{ changed_tx: "2", changed_n: "i", ended_offset: `i * ${width}` },
  };
}

function itemOf(
  threadId: string,
  turnId: string,
  ordinal: string,
  version: string,
  width: number,
): Record<string, string> {
  const kind = (first: string, last: string, other: string) =>
    `CASE WHEN (${ordinal} - 1) % ${width} = 0 THEN ${first} WHEN ${ordinal} % ${width} = 0 THEN ${last} ELSE ${other} END`;
  return {
    ...{ thread_id: threadId, turn_id: turnId, item_key: "'item-' || i", version, content_version: version },
    ...{ first_ordinal: ordinal, first_offset: "0", first_rollout_id: threadId, first_position: ordinal },
    ...{ item_ordinal: ordinal, is_open: "0", changed_tx: "3", changed_n: "i" },
    item_type: kind("'userMessage'", "'agentMessage'", "'commandExecution'"),
    phase: kind("NULL", "'final_answer'", "NULL"),
    text: kind("'question ' || i", "'answer ' || i", "NULL"),
    item: `'{"type":"commandExecution","id":"item-' || i || '","aggregatedOutput":"${"output ".repeat(40)}"}'`,
  };
}
