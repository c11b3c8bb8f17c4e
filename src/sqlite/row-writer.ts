import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { generationStart, type RowBatch, type ThreadTouch } from "../read-model/index.ts";
import {
  EVENTS,
  firstWords,
  ITEMS,
  lastStatus,
  type Placed,
  ROLLOUTS,
  type RowTable,
  type StoredThread,
  storedThread,
  THREADS,
  TURNS,
  upsert,
  voidRows,
  writtenColumns,
  writtenRows,
} from "../read-model-sql/index.ts";

/**
 * Writes batches into the tables of the read model, inside the caller's transactions. Rows join with what is there, so that
 * repeats and late batches change nothing.
 */
export class SqliteRowWriter {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @param database with the tables of `readModelTables` */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  write(batch: RowBatch): void {
    if (batch.isEmpty) return;
    const tx = Number(this.#get("UPDATE feed SET tx = tx + 1 RETURNING tx")?.tx);
    const generations = this.#generationsOf(batch, tx);
    const { threads, turns, items, events, rollouts } = writtenRows(batch, generations);
    this.#put(ROLLOUTS, rollouts, tx);
    this.#put(TURNS, turns, tx);
    this.#put(ITEMS, items, tx);
    this.#put(EVENTS, events, tx);
    const stored = threads.map(({ n, row }) => ({ n, row: this.#stored(row, generations.get(row.threadId) ?? 0) }));
    this.#put(THREADS, stored, tx);
  }

  /** The generations of the batch's threads, with its resets done. */
  #generationsOf({ threads, resets }: RowBatch, tx: number): Map<string, number> {
    const generations = new Map<string, number>();
    for (const threadId of threads.keys()) {
      const stored = Number(this.#get("SELECT generation FROM threads WHERE thread_id = ?", threadId)?.generation ?? 0);
      const wanted = resets.get(threadId) ?? 0;
      if (wanted > stored) this.#reset(threadId, wanted, tx);
      generations.set(threadId, Math.max(stored, wanted));
    }
    return generations;
  }

  #reset(threadId: string, generation: number, tx: number): void {
    const known = { threadId, start: generationStart(generation), tx };
    for (const statement of voidRows({ threadId: ":threadId", start: ":start", tx: ":tx", n: "0" })) {
      const asked = Object.entries(known).filter(([name]) => statement.includes(`:${name}`));
      this.#statement(statement).run(Object.fromEntries(asked));
    }
  }

  #stored(touch: ThreadTouch, generation: number): StoredThread {
    const { threadId } = touch;
    const status = this.#get(lastStatus("?"), threadId)?.status ?? null;
    const words = this.#get(firstWords("?", "text"), threadId)?.text ?? null;
    return storedThread(touch, generation, { status: textOrNull(status), words: textOrNull(words) });
  }

  #put<Row>(table: RowTable<Row>, rows: readonly Placed<Row>[], tx: number): void {
    if (rows.length === 0) return;
    const columns = writtenColumns(table);
    const statement = this.#statement(upsert(table, `VALUES (${columns.map(() => "?").join(", ")})`));
    const isFed = columns.length > table.columns.length;
    for (const { n, row } of rows) {
      const cells = table.columns.map((column) => column.of(row));
      statement.run(...(isFed ? [...cells, tx, n] : cells));
    }
  }

  #get(text: string, ...values: readonly SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#statement(text).get(...values);
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#database.prepare(text);
    this.#statements.set(text, known);
    return known;
  }
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}
