import { randomBytes } from "node:crypto";
import pg from "pg";
import { command } from "../worker/command.ts";

const TABLES = ["threads", "rollouts", "turns", "items", "lifecycle_events"] as const;

/** A database with the sink's tables, on the server that the environment names; gone after it is disposed of. */
export class BenchDatabase implements AsyncDisposable {
  readonly url: string;
  readonly #name: string;
  readonly #client: pg.Client;

  private constructor(name: string, client: pg.Client) {
    this.#name = name;
    this.url = addressOf(name);
    this.#client = client;
  }

  static async make(): Promise<BenchDatabase> {
    const name = `bench_${randomBytes(4).toString("hex")}`;
    await inServer(`CREATE DATABASE ${name}`);
    await command("sink", "postgres", "--migrate-only", "--database-url", addressOf(name));
    return new BenchDatabase(name, await connected(addressOf(name)));
  }

  async rows(): Promise<number> {
    let rows = 0;
    for (const table of TABLES) {
      const found = await this.#client.query<{ readonly n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
      rows += found.rows[0]?.n ?? 0;
    }
    return rows;
  }

  /** Writes the rows to files of the server, which has to be one that lets us. */
  async keep(): Promise<void> {
    for (const table of TABLES) await this.#client.query(`COPY ${table} TO '${this.#fileOf(table)}'`);
  }

  /** What it takes to bring them back into the emptied tables, indexes included. */
  async copy(): Promise<number> {
    await this.#empty();
    const begun = performance.now();
    for (const table of TABLES) await this.#copyInto(this.#client, table);
    return (performance.now() - begun) / 1000;
  }

  /** The same through a connection for each table. */
  async copyAtOnce(): Promise<number> {
    await this.#empty();
    const clients = await Promise.all(TABLES.map(() => connected(this.url)));
    const begun = performance.now();
    await Promise.all(clients.map((client, n) => this.#copyInto(client, TABLES[n] ?? "threads")));
    const seconds = (performance.now() - begun) / 1000;
    await Promise.all(clients.map((client) => client.end()));
    return seconds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const table of TABLES) await this.#client.query(`COPY (SELECT 1) TO PROGRAM 'rm -f ${this.#fileOf(table)}'`);
    await this.#client.end();
    await inServer(`DROP DATABASE ${this.#name} WITH (FORCE)`);
  }

  async #copyInto(client: pg.Client, table: string): Promise<void> {
    await client.query(`COPY ${table} FROM '${this.#fileOf(table)}'`);
  }

  async #empty(): Promise<void> {
    await this.#client.query(`TRUNCATE ${TABLES.join(", ")}`);
    await this.#client.query("CHECKPOINT");
  }

  #fileOf(table: string): string {
    return `/tmp/${this.#name}-${table}`;
  }
}

function addressOf(database: string): string {
  const server = process.env.DATABASE_URL;
  if (server === undefined)
    throw new Error('DATABASE_URL is not set: npm run services -- up, then eval "$(npm run -s services -- env)"');
  return Object.assign(new URL(server), { pathname: `/${database}` }).href;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function inServer(statement: string): Promise<void> {
  const client = await connected(process.env.DATABASE_URL ?? "");
  await client.query(statement);
  await client.end();
}
