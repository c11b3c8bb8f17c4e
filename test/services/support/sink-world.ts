import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, vi } from "vitest";
import { batchOf, type Delivery } from "../../read-model/support/mutations.ts";
import { type Dump, dumpOf, sqliteRows, withoutPlaces } from "../../read-model/support/written.ts";
import { Deployment, type Ended, servicesEnv, WorkerProcess } from "./deployment.ts";
import { PATIENCE } from "./group.ts";
import { SinkTopics } from "./sink-topics.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/thread-history");
const PARTITIONS = 2;

/** Mutation topics of their own, a database of its own, and sinks from the ones to the other. */
export class SinkWorld {
  readonly deployment: Deployment;
  readonly topics: SinkTopics;
  client: pg.Client;
  readonly #published: Delivery[] = [];
  #sinks = 0;

  private constructor(deployment: Deployment, topics: SinkTopics, client: pg.Client) {
    this.deployment = deployment;
    this.topics = topics;
    this.client = client;
  }

  /** @param server a Postgres of the test's own; without it the one that all share */
  static async make(
    server = process.env.DATABASE_URL ?? "",
    settings: Record<string, string> = {},
  ): Promise<SinkWorld> {
    const name = `sink_${randomBytes(6).toString("hex")}`;
    const url = new URL(server);
    await inServer(server, `CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    const deployment = new Deployment({
      ...servicesEnv(),
      DATABASE_URL: url.href,
      THREAD_HISTORY_TOPICS_PARTITIONS: String(PARTITIONS),
      ...settings,
    });
    await deployment.setUp();
    await deployment.run("sink", "postgres", "--migrate-only");
    const client = await connected(url.href);
    const world = new SinkWorld(deployment, await SinkTopics.open(deployment), client);
    onTestFinished(async () => {
      await world.client.end();
      if (server === process.env.DATABASE_URL) await inServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    });
    return world;
  }

  /** After the server was away. */
  async reconnect(): Promise<void> {
    this.client = await connected(this.deployment.env.DATABASE_URL ?? "");
  }

  /** Appends to the mutation topics. */
  async publish(deliveries: readonly Delivery[], partition: number): Promise<void> {
    this.#published.push(...deliveries);
    await this.topics.publish(deliveries, partition);
  }

  /** A sink that goes on until it is stopped, or the test ends. */
  start(...options: readonly string[]): WorkerProcess {
    const child = spawn(COMMAND, ["sink", "postgres", ...options], {
      env: { ...process.env, ...this.deployment.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    this.#sinks += 1;
    const log = join(this.deployment.folder, `sink-${this.#sinks}.log`);
    child.stderr.pipe(createWriteStream(log));
    child.stdout.pipe(createWriteStream(`${log}.out`));
    return new WorkerProcess(child, log);
  }

  /** A sink up to the present end. */
  once(...options: readonly string[]): Promise<Ended> {
    return this.deployment.attempt("sink", "postgres", "--once", "--log-level", "error", ...options);
  }

  /** What the tables hold. */
  dump(): Promise<Dump> {
    return dumpOf(this.client);
  }

  /** What they must hold: the rows of another database, written one by one without any Kafka. */
  async expected(): Promise<Dump> {
    const store = sqliteRows();
    for (const delivery of this.#published) await store.write(batchOf([delivery]));
    const dump = withoutPlaces(await store.dump());
    await store.drop();
    return dump;
  }

  /** Waits until the tables hold what they must of the threads whose ids begin so. */
  async complete(threads = ""): Promise<void> {
    const expected = ofThreads(threads, await this.expected());
    await vi.waitFor(async () => {
      expect(ofThreads(threads, withoutPlaces(await this.dump()))).toEqual(expected);
    }, PATIENCE);
  }
}

async function inServer(url: string, statement: string): Promise<void> {
  const client = await connected(url);
  await client.query(statement);
  await client.end();
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => undefined); // of tests that stop the server
  await client.connect();
  return client;
}

function ofThreads(prefix: string, dump: Dump): Dump {
  const isOne = ({ thread_id: id }: Dump[string][number]) => (id ?? "").startsWith(prefix);
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.filter(isOne)]));
}
