import { randomUUID } from "node:crypto";
import pg from "pg";
import { type Claim, ClaimLostError, type Place, type SinkBatch, type SinkStore } from "../sinks/index.ts";
import { arrayValue } from "./array-value.ts";
import { writeDeadLetters } from "./dead-letter-writer.ts";
import { writerError } from "./errors.ts";
import { Permits } from "./permits.ts";
import { PostgresRowWriter } from "./row-writer.ts";

export interface PostgresSinkOptions {
  /** Connections: so many partitions write at once. */
  readonly connections: number;
  /** How long connecting may take. */
  readonly connectMs: number;
  /** A statement not answered for so long counts as failed, and its connection as broken. */
  readonly statementMs: number;
}

/** What readers listen to. */
const NOTIFY = "NOTIFY thread_history_changed";

const TAKE_OVER = `INSERT INTO sink_positions AS p (topic, partition, claim)
  SELECT topic, $2::integer, $3::text FROM unnest($1::text[]) AS t (topic) ORDER BY topic
  ON CONFLICT (topic, partition) DO UPDATE SET claim = excluded.claim
  RETURNING topic, next_offset, last_offset, last_mark`;

/** Takes the rows' locks first: whoever takes the partition over waits for the end of this transaction. */
const MOVE = `UPDATE sink_positions AS p SET next_offset = m.next, last_offset = m.last, last_mark = m.mark
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) AS m (topic, next, last, mark)
  WHERE p.topic = m.topic AND p.partition = $5::integer AND p.claim = $6::text`;

/**
 * On a server that the data was restored on, transactions begin to be numbered anew: then what is added to their numbers is
 * raised, so that the feed goes on behind its end (ADR 0038).
 */
const CONTINUE_FEED = `UPDATE feed SET base = known.top + 1
  FROM (SELECT greatest(${["threads", "turns", "items", "lifecycle_events"]
    .map((table) => `(SELECT max(changed_tx) FROM ${table})`)
    .join(", ")}) AS top) AS known
  WHERE known.top >= feed.base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

interface PositionRow {
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string | null;
  readonly last_offset: string | null;
  readonly last_mark: string | null;
}

/** The tables of the read model in Postgres, for writing. */
export class PostgresSinkStore implements SinkStore {
  readonly #pool: pg.Pool;
  /** Waiting for one of the pool's connections is no sign that the server is away. */
  readonly #permits: Permits;

  constructor(url: string, { connections, connectMs, statementMs }: PostgresSinkOptions) {
    this.#permits = new Permits(connections);
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: "thread-history-sink",
      max: connections,
      connectionTimeoutMillis: connectMs,
      statement_timeout: statementMs,
      query_timeout: statementMs,
      // Of a process that is frozen or cut off the server would keep the locks, and readers would see nothing that came after it.
      idle_in_transaction_session_timeout: statementMs,
      keepAlive: true,
    });
    // A connection that breaks while nobody uses it leaves the pool; the next transaction makes another.
    this.#pool.on("error", () => undefined);
    // One that breaks between two statements says so before the next fails: without a listener that would end the process.
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  takeOver(partition: number, topics: readonly string[]): Promise<Claim> {
    const token = randomUUID();
    return this.#inTransaction(async (client) => {
      await client.query(CONTINUE_FEED);
      const { rows } = await client.query<PositionRow>(TAKE_OVER, [arrayValue("text", topics), partition, token]);
      return { partition, token, places: new Map(rows.map((row) => [row.topic, placeOf(row)])) };
    });
  }

  write({ partition, token }: Claim, { rows, deadLetters, places }: SinkBatch): Promise<void> {
    const moves = [...places].sort(([a], [b]) => (a < b ? -1 : 1));
    const values = [
      arrayValue(
        "text",
        moves.map(([topic]) => topic),
      ),
      arrayValue(
        "bigint",
        moves.map(([, { next }]) => next),
      ),
      arrayValue(
        "bigint",
        moves.map(([, { last }]) => last?.offset ?? null),
      ),
      arrayValue(
        "text",
        moves.map(([, { last }]) => last?.mark ?? null),
      ),
    ];
    return this.#inTransaction(async (client) => {
      const moved = await client.query({ name: "move", text: MOVE, values: [...values, partition, token] });
      if (moved.rowCount !== moves.length)
        throw new ClaimLostError(
          `partition ${partition} was taken over by another sink: what this one read is dropped`,
        );
      await new PostgresRowWriter(client).write(rows);
      await writeDeadLetters(client, deadLetters);
      await client.query(NOTIFY);
    });
  }

  async progress(topics: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
    const text =
      "SELECT topic, partition, next_offset FROM sink_positions WHERE topic = ANY($1::text[]) AND next_offset IS NOT NULL";
    try {
      const topicsValue = arrayValue("text", topics);
      const { rows } = await this.#permits.use(() => this.#pool.query<PositionRow>(text, [topicsValue]));
      const byTopic = Map.groupBy(rows, ({ topic }) => topic);
      return new Map(
        [...byTopic].map(([topic, of]) => [topic, new Map(of.map((row) => [row.partition, Number(row.next_offset)]))]),
      );
    } catch (error) {
      throw writerError(error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.#permits.use(() => this.#transaction(work));
  }

  async #transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      client.release();
      return result;
    } catch (error) {
      // The server takes back what the connection had begun.
      client?.release(true);
      throw writerError(error);
    }
  }
}

function placeOf({ next_offset: next, last_offset: last, last_mark: mark }: PositionRow): Place {
  return {
    next: next === null ? null : Number(next),
    last: last === null || mark === null ? null : { offset: Number(last), mark },
  };
}
