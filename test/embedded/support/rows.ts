import { DatabaseSync } from "node:sqlite";
import type { Mutation } from "../../../src/projections/index.ts";
import { MutationTable } from "../../../src/read-model/index.ts";

/** A thread's rows that show, each as a text: all that they say, but for offsets, which depend on what else was read. */
export interface ThreadRows {
  readonly turns: readonly string[];
  readonly items: readonly string[];
  readonly events: readonly string[];
}

/** The rows of every thread in the file of the embedded mode. */
export function rowsIn(file: string): ReadonlyMap<string, ThreadRows> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const of = (sql: string): Map<string, string[]> => {
      const rows = new Map<string, string[]>();
      for (const { thread_id: id, ...row } of database.prepare(sql).all()) {
        const texts = rows.get(String(id)) ?? [];
        rows.set(String(id), texts);
        texts.push(JSON.stringify(Object.values(row)));
      }
      return rows;
    };
    const turns = of(`SELECT thread_id, turn_ordinal, turn_id, status, error, CAST(started_at AS TEXT),
      CAST(completed_at AS TEXT), CAST(duration_ms AS TEXT), root_turn_id, first_rollout_id, first_position
      FROM turns WHERE removed_by IS NULL ORDER BY thread_id, turn_ordinal, turn_id`);
    const items = of(`SELECT thread_id, item_ordinal, turn_id, item_key, is_open, item_type, item, first_rollout_id,
      first_position FROM items WHERE removed_by IS NULL ORDER BY thread_id, item_ordinal, turn_id, item_key`);
    const events = of(`SELECT thread_id, mutation_id, turn_id, event_type, payload, occurred_at FROM lifecycle_events
      ORDER BY thread_id, version`);
    const ids = new Set([...turns.keys(), ...items.keys(), ...events.keys()]);
    const rowsOf = (id: string): ThreadRows => ({
      turns: turns.get(id) ?? [],
      items: items.get(id) ?? [],
      events: events.get(id) ?? [],
    });
    return new Map([...ids].sort().map((id) => [id, rowsOf(id)]));
  } finally {
    database.close();
  }
}

/** What the mutations of a thread leave, by the specification of a store of rows. */
export function rowsOf(threadId: string, mutations: readonly Mutation[]): ThreadRows {
  const table = new MutationTable();
  for (const [offset, mutation] of mutations.entries()) table.applyMutation(mutation, offset);
  return {
    turns: table.turns(threadId).map(({ turnId, first, content }) => {
      const { turnOrdinal, status, error, startedAt, completedAt, durationMs, rootTurnId } = content ?? NONE;
      const times = [startedAt, completedAt, durationMs].map((value) => value?.toString() ?? null);
      const text = [turnOrdinal, turnId, status, error?.text ?? null, ...times, rootTurnId];
      return JSON.stringify([...text, first.rolloutId, first.position]);
    }),
    items: table.items(threadId).map(({ turnId, itemKey, first, content }) => {
      const { itemOrdinal, isOpen, itemType, item } = content ?? NONE;
      const text = [itemOrdinal, turnId, itemKey, isOpen === true ? 1 : 0, itemType, item?.text];
      return JSON.stringify([...text, first.rolloutId, first.position]);
    }),
    events: table
      .events(threadId)
      .map(({ mutationId, turnId, eventType, payload, occurredAt }) =>
        JSON.stringify([mutationId, turnId, eventType, payload.text, occurredAt]),
      ),
  };
}

const NONE: Readonly<Record<string, undefined>> = {};

/** All of a table, for telling that nothing of it changed. */
export function tableIn(file: string, table: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(`SELECT * FROM ${table}`).all();
  } finally {
    database.close();
  }
}
