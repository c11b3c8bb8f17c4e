import { randomBytes } from "node:crypto";
import pg from "pg";
import { onTestFinished } from "vitest";

/** The Postgres that `npm test` starts. */
const SERVER = process.env.DATABASE_URL ?? "";
if (SERVER === "") throw new Error("DATABASE_URL is not set: npm run services -- env");

/** An empty database, dropped when the test is over. */
export async function emptyDatabase(): Promise<{ readonly url: string; readonly client: pg.Client }> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await inServer(`CREATE DATABASE ${name}`);
  const url = urlOf({ pathname: `/${name}` });
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await inServer(`DROP DATABASE ${name} WITH (FORCE)`);
  });
  return { url, client };
}

/** The server's address with some parts changed. */
export function urlOf(parts: Partial<Pick<URL, "pathname" | "username" | "host">>, base = SERVER): string {
  return Object.assign(new URL(base), parts).href;
}

export async function inServer(statement: string): Promise<void> {
  const client = new pg.Client(SERVER);
  await client.connect();
  await client.query(statement);
  await client.end();
}
