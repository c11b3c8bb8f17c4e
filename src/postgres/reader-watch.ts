import pg from "pg";
import { ChangeSignal, type ChangeWatch } from "../read-model-sql/index.ts";

/** What writers notify within their transaction. */
const CHANNEL = "thread_history_changed";

/** A database that went away is tried again this often. */
const RETRY_MS = 1_000;

/**
 * Hears of commits from Postgres, over a connection of its own that is made again when it breaks. Who waits asks every now and
 * then without being told, since a notification may come while an older transaction still runs, or be lost with a connection.
 */
export class PostgresWatch implements ChangeWatch {
  readonly #config: pg.ClientConfig;
  readonly #pollMs: number;
  readonly #signal = new ChangeSignal();
  #client: pg.Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(config: pg.ClientConfig, pollMs: number) {
    this.#config = config;
    this.#pollMs = pollMs;
  }

  changed(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#client === null && this.#retry === null && !this.#isClosed) this.#connect();
    return this.#signal.wait(Math.min(waitMs, this.#pollMs), signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    this.#signal.notify();
    if (client !== null) await client.end();
  }

  #connect(): void {
    const client = new pg.Client(this.#config);
    this.#client = client;
    client.on("notification", () => this.#signal.notify());
    client.on("error", () => this.#lost(client));
    client.on("end", () => this.#lost(client));
    client
      .connect()
      .then(() => client.query(`LISTEN ${CHANNEL}`))
      .then(
        () => this.#signal.notify(), // what came before is not known
        () => this.#lost(client),
      );
  }

  /** Readers go on by themselves; what is wrong with the database they hear from their queries. */
  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.end().catch(() => undefined); // it is gone already
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (this.#signal.hasWaiting) this.#connect();
    }, RETRY_MS).unref();
  }
}
