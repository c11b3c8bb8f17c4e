import { randomBytes } from "node:crypto";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { migratePostgres, PostgresSinkStore } from "../../src/postgres/index.ts";
import { SinkStoreRefusedError, SinkStoreUnavailableError } from "../../src/sinks/index.ts";
import { batchOf, deliveriesOf } from "../read-model/support/mutations.ts";
import { generatedThreads } from "../services/support/workload.ts";
import { emptyDatabase, inServer, urlOf } from "./support.ts";

const CONNECT_MS = 5_000;

async function failure(url: string): Promise<Error> {
  const error: unknown = await migratePostgres(url, CONNECT_MS).catch((thrown: unknown) => thrown);
  if (error instanceof Error) return error;
  throw new Error("it did not fail");
}

describe("the tables of a database", () => {
  it("are made once, and left as they are afterwards", async () => {
    const { url, client } = await emptyDatabase();

    expect(await migratePostgres(url, CONNECT_MS)).toEqual({ before: 0, after: 1 });
    await client.query("INSERT INTO sink_positions (topic, partition, claim) VALUES ('t', 0, 'c')");

    expect(await migratePostgres(url, CONNECT_MS)).toEqual({ before: 1, after: 1 });
    expect((await client.query("SELECT topic FROM sink_positions")).rows).toEqual([{ topic: "t" }]);
  });

  it("are made by one of several that start at the same moment", async () => {
    const { url } = await emptyDatabase();

    const migrated = await Promise.all(Array.from({ length: 5 }, () => migratePostgres(url, CONNECT_MS)));

    expect(migrated.map(({ before }) => before).sort()).toEqual([0, 1, 1, 1, 1]);
  });

  it("can be used by somebody who may only write to them", async () => {
    const { url, client } = await emptyDatabase();
    await migratePostgres(url, CONNECT_MS);
    const username = await weakUser();
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${username}`);
    onTestFinished(() => client.query(`DROP OWNED BY ${username}`).then(() => undefined));
    const weak = urlOf({ username }, url);

    expect(await migratePostgres(weak, CONNECT_MS)).toEqual({ before: 1, after: 1 });

    const store = new PostgresSinkStore(weak, { connections: 1, connectMs: CONNECT_MS, statementMs: CONNECT_MS });
    onTestFinished(() => store.close());
    const [{ threadId = "", rollouts = [] } = {}] = generatedThreads(1, 40, 1);
    const rows = batchOf(deliveriesOf(new Map([[threadId, rollouts]])));
    await store.write(await store.takeOver(0, ["t"]), { rows, deadLetters: [], places: new Map() });
    expect((await client.query("SELECT count(*)::integer AS n FROM threads")).rows).toEqual([{ n: 1 }]);
  });

  it("of a newer release are refused, and not touched", async () => {
    const { url, client } = await emptyDatabase();
    await migratePostgres(url, CONNECT_MS);
    await client.query("INSERT INTO schema_migrations (version) VALUES (99)");

    const error = await failure(url);

    expect(error).toBeInstanceOf(SinkStoreRefusedError);
    expect(error.message).toBe(
      "Postgres: the tables are of version 99, this release knows 1: run the release that made them, or a newer one",
    );
  });

  it("that cannot be made leave nothing behind", async () => {
    const { url, client } = await emptyDatabase();
    await client.query("CREATE TABLE turns (other text)");

    expect((await failure(url)).message).toBe('Postgres: relation "turns" already exists');
    const text = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    expect((await client.query(text)).rows).toEqual([{ tablename: "turns" }]);
  });
});

describe("a database that cannot be used is waited for, and the message says what to do", () => {
  it("nobody listens", async () => {
    const error = await failure(urlOf({ host: "127.0.0.1:1" }));
    expect(error).toBeInstanceOf(SinkStoreUnavailableError);
    expect(error.message).toBe("Postgres: connect ECONNREFUSED 127.0.0.1:1");
  });

  it("there is no such database", async () => {
    const error = await failure(urlOf({ pathname: "/not_there" }));
    expect(error).toBeInstanceOf(SinkStoreUnavailableError);
    expect(error.message).toBe('Postgres: database "not_there" does not exist: make it with CREATE DATABASE');
  });

  it("there is no such user", async () => {
    const error = await failure(urlOf({ username: "not_there" }));
    expect(error).toBeInstanceOf(SinkStoreUnavailableError);
    expect(error.message).toBe(
      'Postgres: role "not_there" does not exist: see user and password in postgres.url, and the server\'s pg_hba.conf',
    );
  });

  it("the user may not make tables", async () => {
    const { url } = await emptyDatabase();
    const username = await weakUser();
    const error = await failure(urlOf({ username }, url));
    expect(error).toBeInstanceOf(SinkStoreUnavailableError);
    expect(error.message).toBe(
      "Postgres: permission denied for schema public: the sink's user must be able to make tables in the schema and write to them (docs/sinks.md)",
    );
  });

  it("the server takes no writes", async () => {
    const { url } = await emptyDatabase();
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`ALTER DATABASE ${client.database ?? ""} SET default_transaction_read_only = on`);
    await client.end();
    expect((await failure(url)).message).toBe(
      "Postgres: cannot execute CREATE TABLE in a read-only transaction: this server takes no writes: name the primary in postgres.url",
    );
  });
});

async function weakUser(): Promise<string> {
  const name = `weak_${randomBytes(6).toString("hex")}`;
  await inServer(`CREATE ROLE ${name} LOGIN`);
  onTestFinished(() => inServer(`DROP ROLE ${name}`));
  return name;
}
