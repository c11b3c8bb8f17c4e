import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CheckpointPlace,
  createRedis,
  RedisCheckpointStore,
  type RedisClient,
  type RedisConfig,
  type ScriptLimits,
  untilReady,
} from "../../../src/redis/index.ts";
import {
  type CheckpointHead,
  type Flush,
  type StartAttempts,
  StoreUnavailableError,
  type ThreadDelta,
} from "../../../src/worker/index.ts";

/** The Redis that is there for tests. */
export function testRedisUrl(): string {
  const url = process.env.REDIS_URL;
  if (url === undefined) throw new Error("REDIS_URL is not set: give the URL of a Redis to test with");
  return url;
}

export const CONFIG: Omit<RedisConfig, "server"> = {
  username: null,
  password: null,
  tls: null,
  commandTimeoutMs: 5_000,
  connectTimeoutMs: 5_000,
};

/** A connection for a test, closed with it. Errors are expected: many tests break it. */
export class Connection implements Disposable {
  readonly client: RedisClient;
  readonly states: string[] = [];
  readonly failures: string[] = [];

  private constructor(config: RedisConfig) {
    const state = (name: string) => this.states.push(name);
    const failed = ({ message }: Error) => this.failures.push(message);
    this.client = createRedis(config, { state, failed });
  }

  static async to(url: string, more: Partial<RedisConfig> = {}): Promise<Connection> {
    return await Connection.with({ ...CONFIG, server: { type: "standalone", url }, ...more });
  }

  static async with(config: RedisConfig): Promise<Connection> {
    const connection = new Connection(config);
    await untilReady(connection.client, new AbortController().signal);
    return connection;
  }

  [Symbol.dispose](): void {
    this.client.disconnect();
  }
}

/** Begins the keys of one test file. */
const RUN = `test:${randomUUID()}:`;

let places = 0;

/** A place of which nothing is stored. */
export function newPlace(): CheckpointPlace {
  places += 1;
  return { keyPrefix: `${RUN}${places}:`, group: "thread-item", topic: "rollout-events", partition: 7 };
}

/** Removes all that the test file left in a Redis that it shares with others. */
export async function removeAllPlaces({ client }: Connection): Promise<void> {
  const keys = await client.keys(`${RUN}*`);
  if (keys.length > 0) await client.unlink(keys);
}

/** The key of a place: `head`, `1:threads`, `1:t:<thread id>`. */
export function keyOf({ keyPrefix, group, topic, partition }: CheckpointPlace, name: string): string {
  return `${keyPrefix}{${group}:${topic}:${partition}}:${name}`;
}

/** A store that has acquired its place. */
export async function owner(
  client: RedisClient,
  place: CheckpointPlace,
  limits: Partial<ScriptLimits> = {},
): Promise<RedisCheckpointStore> {
  const store = new RedisCheckpointStore(client, place, limits);
  await store.acquire();
  return store;
}

export const HEAD: CheckpointHead = { generation: 1, watermark: 10, highest: 10, mark: { offset: 9, crc: 123 } };

export const ATTEMPTS: StartAttempts = { offset: 10, count: 2, suspect: 12, suspectCount: 1 };

export function delta(threadId: string, revision: number, fields: Readonly<Record<string, string>>): ThreadDelta {
  return { threadId, revision, replaces: revision === 0, set: new Map(Object.entries(fields)), removed: [] };
}

export function flushOf(deltas: readonly ThreadDelta[], head: Partial<CheckpointHead> = {}): Flush {
  return { deltas, head: { ...HEAD, ...head } };
}

/** Does it again as long as Redis does not answer, as a worker would. */
export async function insistently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await sleep(20);
    }
  }
}
