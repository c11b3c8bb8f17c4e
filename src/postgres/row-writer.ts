import type pg from "pg";
import { generationStart, type RowBatch, type ThreadTouch } from "../read-model/index.ts";
import {
  EVENTS,
  firstWords,
  ITEMS,
  lastStatus,
  type Placed,
  PREVIEW_CHARACTERS,
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
import { arrayValue } from "./array-value.ts";
import { indexedText } from "./indexed-text.ts";
import { textOfStored } from "./text.ts";

type Client = Pick<pg.ClientBase, "query">;

/** What a preview is cut from: its characters may each take two in the database (text.ts). */
const STORED_CHARACTERS = 2 * PREVIEW_CHARACTERS;

/**
 * Writes batches into the tables of the read model, inside the caller's transactions, each table with one statement. Rows join
 * with what is there, so that repeats and late batches change nothing.
 */
export class PostgresRowWriter {
  readonly #client: Client;

  /** @param client in a transaction whenever a batch is written */
  constructor(client: Client) {
    this.#client = client;
  }

  async write(batch: RowBatch): Promise<void> {
    if (batch.isEmpty) return;
    const tx = await this.#transactionNumber();
    const generations = await this.#generationsOf(batch, tx);
    const { threads, turns, items, events, rollouts } = writtenRows(batch, generations);
    await this.#put(ROLLOUTS, rollouts, tx);
    await this.#put(TURNS, turns, tx);
    await this.#put(ITEMS, items, tx);
    await this.#put(EVENTS, events, tx);
    await this.#put(THREADS, await this.#stored(threads, generations), tx);
  }

  /** Greater than that of any transaction that readers have seen (dialects.ts). */
  async #transactionNumber(): Promise<string> {
    const text = "SELECT (pg_current_xact_id()::text::bigint + base)::text AS tx FROM feed";
    const { rows } = await this.#client.query<{ readonly tx: string }>({ name: "transaction-number", text });
    const [row] = rows;
    if (row === undefined) throw new Error("the table feed is empty: it has one row from the beginning");
    return row.tx;
  }

  /** The generations of the batch's threads, with its resets done. */
  async #generationsOf({ threads, resets }: RowBatch, tx: string): Promise<Map<string, number>> {
    const { rows } = await this.#client.query<{ readonly thread_id: string; readonly generation: string }>({
      name: "generations",
      text: "SELECT thread_id, generation FROM threads WHERE thread_id = ANY($1::text[]) AND generation > 0",
      values: [arrayValue("text", [...threads.keys()].map(indexedText))],
    });
    const stored = new Map(rows.map((row) => [textOfStored(row.thread_id), Number(row.generation)]));
    const generations = new Map<string, number>();
    for (const threadId of threads.keys()) {
      const before = stored.get(indexedText(threadId)) ?? 0;
      const wanted = resets.get(threadId) ?? 0;
      if (wanted > before) await this.#reset(threadId, wanted, tx);
      generations.set(threadId, Math.max(before, wanted));
    }
    return generations;
  }

  async #reset(threadId: string, generation: number, tx: string): Promise<void> {
    const known = [indexedText(threadId), generationStart(generation), tx];
    const values = { threadId: "$1::text", start: "$2::text", tx: "$3::bigint", n: "0" };
    // Postgres refuses values that a statement does not use.
    for (const text of voidRows(values))
      await this.#client.query(`WITH given AS (SELECT $1::text, $2::text, $3::bigint) ${text}`, known);
  }

  /** Threads as they are with the rows that were just written. */
  async #stored(
    threads: readonly Placed<ThreadTouch>[],
    generations: ReadonlyMap<string, number>,
  ): Promise<Placed<StoredThread>[]> {
    const { rows } = await this.#client.query<{ readonly status: string | null; readonly words: string | null }>({
      name: "summaries",
      text: `SELECT (${lastStatus("t.id")}) AS status, (${firstWords("t.id", `left(text, ${STORED_CHARACTERS})`)}) AS words
        FROM unnest($1::text[]) WITH ORDINALITY AS t (id, n) ORDER BY n`,
      values: [
        arrayValue(
          "text",
          threads.map(({ row }) => indexedText(row.threadId)),
        ),
      ],
    });
    return threads.map(({ n, row }, at) => {
      const { status = null, words = null } = rows[at] ?? {};
      const summary = { status, words: words === null ? null : textOfStored(words) };
      return { n, row: storedThread(row, generations.get(row.threadId) ?? 0, summary) };
    });
  }

  async #put<Row>(table: RowTable<Row>, rows: readonly Placed<Row>[], tx: string): Promise<void> {
    if (rows.length === 0) return;
    const values = table.columns.map(({ type, isIndexed, of }) =>
      arrayValue(
        type,
        rows.map(({ row }) => {
          const value = of(row);
          return isIndexed && typeof value === "string" ? indexedText(value) : value;
        }),
      ),
    );
    const isFed = writtenColumns(table).length > table.columns.length;
    const n = isFed
      ? [
          tx,
          arrayValue(
            "bigint",
            rows.map((row) => row.n),
          ),
        ]
      : [];
    await this.#client.query({ name: `write-${table.name}`, text: putText(table, isFed), values: [...values, ...n] });
  }
}

function putText<Row>(table: RowTable<Row>, isFed: boolean): string {
  const { columns } = table;
  const lists = columns.map(({ type }, n) => `$${n + 1}::${type}[]`);
  const names = columns.map((_column, n) => `c${n}`);
  const selected = isFed ? [...names, `$${columns.length + 1}::bigint`, "n"] : names;
  const counted = isFed ? [`$${columns.length + 2}::bigint[]`] : [];
  const from = `unnest(${[...lists, ...counted].join(", ")}) AS u (${[...names, ...(isFed ? ["n"] : [])].join(", ")})`;
  return upsert(table, `SELECT ${selected.join(", ")} FROM ${from}`);
}
