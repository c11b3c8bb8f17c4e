import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ObserverName } from "../projections/index.ts";
import type { Decision, LoadedThread, ThreadDelta } from "../worker/index.ts";
import type { Crashes, ObserverChanges, ObserverState } from "./observer-changes.ts";

const NOTHING: ObserverState = { committed: null, head: null };
const NO_CRASHES: Crashes = { starts: 0, taking: null, suspect: null };

/** Checkpoints of the observers in tables: one owner, inside the transactions of whoever calls. */
export class EmbeddedCheckpoints {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  observer(name: ObserverName): ObserverState {
    const row = this.#statement("SELECT committed, head FROM observers WHERE observer = ?").get(name);
    if (row === undefined) return NOTHING;
    const { committed, head } = row;
    return { committed: committed === null ? null : Number(committed), head: jsonOf(head) };
  }

  load(observer: ObserverName, threadIds: readonly string[]): Map<string, LoadedThread> {
    return new Map(threadIds.map((threadId) => [threadId, this.#thread(observer, threadId)]));
  }

  crashes(): Crashes {
    return jsonOf(this.#statement("SELECT crashes FROM embedded").get()?.crashes ?? null) ?? NO_CRASHES;
  }

  noteCrashes(crashes: Crashes): void {
    this.#run("UPDATE embedded SET crashes = ?", JSON.stringify(crashes));
  }

  write({ observer, committed, head, startsOver, deltas }: ObserverChanges): void {
    if (startsOver)
      for (const table of ["thread_states", "thread_fields"])
        this.#run(`DELETE FROM ${table} WHERE observer = ?`, observer);
    for (const delta of deltas) this.#writeThread(observer, delta);
    this.#run(
      `INSERT INTO observers (observer, committed, head) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
        SET committed = coalesce(excluded.committed, committed), head = coalesce(excluded.head, head)`,
      ...[observer, committed, head === null ? null : JSON.stringify(head)],
    );
  }

  decisions(): Decision[] {
    const rows = this.#statement("SELECT * FROM decisions ORDER BY observer, source_offset").all();
    return rows.map((row) => ({
      observer: String(row.observer) as ObserverName,
      partition: 0,
      offset: Number(row.source_offset),
      threadId: String(row.thread_id),
      action: String(row.action) as Decision["action"],
      reason: String(row.reason),
      isDone: row.is_done === 1,
    }));
  }

  decide({ observer, offset, threadId, action, reason, isDone }: Decision): void {
    this.#run(
      "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)",
      ...[observer, offset, threadId, action, reason, isDone ? 1 : 0],
    );
  }

  #thread(observer: ObserverName, threadId: string): LoadedThread {
    const key = [observer, threadId];
    const state = this.#statement("SELECT revision FROM thread_states WHERE observer = ? AND thread_id = ?").get(
      ...key,
    );
    if (state === undefined) return "new";
    const rows = this.#statement("SELECT field, text FROM thread_fields WHERE observer = ? AND thread_id = ?").all(
      ...key,
    );
    const fields = new Map(rows.map(({ field, text }) => [String(field), String(text)]));
    return { revision: Number(state.revision), fields };
  }

  #writeThread(observer: ObserverName, { threadId, revision, replaces, set, removed }: ThreadDelta): void {
    if (replaces) this.#run("DELETE FROM thread_fields WHERE observer = ? AND thread_id = ?", observer, threadId);
    this.#run("INSERT OR REPLACE INTO thread_states VALUES (?, ?, ?)", observer, threadId, revision + 1);
    for (const [field, text] of set)
      this.#run("INSERT OR REPLACE INTO thread_fields VALUES (?, ?, ?, ?)", observer, threadId, field, text);
    for (const field of removed)
      this.#run(
        "DELETE FROM thread_fields WHERE observer = ? AND thread_id = ? AND field = ?",
        observer,
        threadId,
        field,
      );
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

/** What this process, or one of the same version, has written. */
function jsonOf<T>(value: unknown): T | null {
  return value === null ? null : (JSON.parse(String(value)) as T);
}
