import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { RedisCheckpointStore, untilReady } from "../../src/redis/index.ts";
import { RefusedError, StoreUnavailableError } from "../../src/worker/index.ts";
import {
  ATTEMPTS,
  Connection,
  delta,
  flushOf,
  HEAD,
  insistently,
  keyOf,
  newPlace,
  owner,
} from "./support/checkpoints.ts";
import { FaultyProxy } from "./support/faulty-proxy.ts";
import { RedisServer } from "./support/redis-server.ts";

// Servers are started and stopped.
vi.setConfig({ testTimeout: 60_000 });

const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"] as const;

describe("Redis that came back at an older snapshot is neither read nor written by the owner of before", () => {
  /** An owner with two flushes, of which Redis forgot the second. */
  async function forgotten(work: (store: RedisCheckpointStore) => Promise<unknown>): Promise<void> {
    await using server = await RedisServer.started(...DURABLE);
    using connection = await Connection.to(server.url);
    const store = await owner(connection.client, newPlace());
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    const snapshot = await server.snapshot();
    await store.flush(flushOf([delta("b", 0, { f: "1" })], { watermark: 20, highest: 20 }));
    await server.restore(snapshot);
    const act = insistently(() => work(store));
    await expect(act).rejects.toThrow(RefusedError);
    await expect(act).rejects.toThrow("1 writes, not as many as this owner made: Redis is at an older snapshot");
    // The next owner goes on from the older state, which is whole.
    expect((await store.acquire()).head).toEqual(HEAD);
    expect(await store.load(["a", "b"])).toEqual(
      new Map<string, unknown>([
        ["a", { revision: 1, fields: new Map([["f", "1"]]) }],
        ["b", "new"],
      ]),
    );
  }

  it("load", () => forgotten((store) => store.load(["a"])));
  it("lostThreads", () => forgotten((store) => store.lostThreads()));
  it("flush of a thread that looks untouched", () => forgotten((store) => store.flush(flushOf([delta("a", 1, {})]))));
  it("reset", () => forgotten((store) => store.reset({ ...HEAD, generation: 2 })));
  it("noteAttempts", () => forgotten((store) => store.noteAttempts(ATTEMPTS)));

  it("an acquisition that Redis forgot is none", async () => {
    await using server = await RedisServer.started(...DURABLE);
    using connection = await Connection.to(server.url);
    const place = newPlace();
    await owner(connection.client, place);
    const snapshot = await server.snapshot();
    const store = await owner(connection.client, place);
    await server.restore(snapshot);
    await expect(insistently(() => store.flush(flushOf([])))).rejects.toThrow("the owner is 1-");
  });
});

describe("a flush whose answer is lost", () => {
  /** Else the answer that gets lost is that the server does not know the script yet. */
  async function teachScripts({ client }: Connection): Promise<void> {
    await (await owner(client, newPlace())).flush(flushOf([]));
  }

  it("is written once when it is repeated", async () => {
    await using server = await RedisServer.started();
    await using proxy = await FaultyProxy.to(server.port);
    using connection = await Connection.to(proxy.url);
    await teachScripts(connection);
    using direct = await Connection.to(server.url);
    const place = newPlace();
    const store = await owner(connection.client, place, { threads: 1 });
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));

    const flush = flushOf([delta("a", 1, { f: "2" }), delta("b", 1, { f: "2" })], { watermark: 20, highest: 20 });
    proxy.loseAnswers(1);
    const failure = await store.flush(flush).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure).toHaveProperty("cause.message");
    const stored = () => direct.client.hgetall(keyOf(place, "1:t:a"));
    expect(await stored()).toEqual({ r: "2", ".f": "2" });

    expect(await insistently(() => store.flush(flush))).toEqual({ bytes: 4 });
    expect(await stored()).toEqual({ r: "2", ".f": "2" });
    expect(await direct.client.hget(keyOf(place, "head"), "writes")).toBe("4");
    expect((await store.acquire()).head?.watermark).toBe(20);
  });

  it("must be the same when it is repeated, also within", async () => {
    await using server = await RedisServer.started();
    await using proxy = await FaultyProxy.to(server.port);
    using connection = await Connection.to(proxy.url);
    await teachScripts(connection);
    const store = await owner(connection.client, newPlace());
    const set = new Map([["f", "1"]]);
    const flush = flushOf([{ threadId: "a", revision: 0, replaces: true, set, removed: [] }]);
    proxy.loseAnswers(1);
    await expect(store.flush(flush)).rejects.toThrow(StoreUnavailableError);
    set.set("f", "2");
    await expect(store.flush(flush)).rejects.toThrow("the write before this one was not answered: repeat that");
    await expect(store.reset({ ...HEAD, generation: 2 })).rejects.toThrow("repeat that, or acquire again");
    await insistently(() => store.acquire());
    expect(await store.load(["a"])).toEqual(new Map([["a", { revision: 1, fields: new Map([["f", "1"]]) }]]));
  });

  it("is finished by a load that comes before its repetition", async () => {
    await using server = await RedisServer.started();
    await using proxy = await FaultyProxy.to(server.port);
    using connection = await Connection.to(proxy.url);
    await teachScripts(connection);
    const store = await owner(connection.client, newPlace(), { threads: 1 });
    const flush = flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]);
    proxy.loseAnswers(1);
    await expect(store.flush(flush)).rejects.toThrow(StoreUnavailableError);
    const loaded = await insistently(() => store.load(["b", "c"]));
    expect(loaded).toEqual(
      new Map<string, unknown>([
        ["b", { revision: 1, fields: new Map([["f", "1"]]) }],
        ["c", "new"],
      ]),
    );
    expect(await store.flush(flush)).toEqual({ bytes: 4 });
    expect((await store.acquire()).head).toEqual(HEAD);
  });

  it("of a reset too", async () => {
    await using server = await RedisServer.started();
    await using proxy = await FaultyProxy.to(server.port);
    using connection = await Connection.to(proxy.url);
    await teachScripts(connection);
    const store = await owner(connection.client, newPlace());
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    proxy.loseAnswers(1);
    await expect(store.reset({ ...HEAD, generation: 2 })).rejects.toThrow(StoreUnavailableError);
    await insistently(() => store.reset({ ...HEAD, generation: 2 }));
    await store.flush(flushOf([delta("a", 0, { f: "2" })], { generation: 2 }));
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields: new Map([["f", "2"]]) });
  });

  it("is refused when another owner came in between", async () => {
    await using server = await RedisServer.started();
    await using proxy = await FaultyProxy.to(server.port);
    using connection = await Connection.to(proxy.url);
    await teachScripts(connection);
    using direct = await Connection.to(server.url);
    const place = newPlace();
    const store = await owner(connection.client, place);
    const flush = flushOf([delta("a", 0, { f: "1" })]);
    proxy.loseAnswers(1);
    await expect(store.flush(flush)).rejects.toThrow(StoreUnavailableError);
    await owner(direct.client, place);
    await expect(insistently(() => store.flush(flush))).rejects.toThrow(RefusedError);
  });
});

describe("Redis that does not answer", () => {
  it("stopped and started: what was being flushed is flushed, nothing is lost", async () => {
    await using server = await RedisServer.started(...DURABLE);
    using connection = await Connection.to(server.url);
    const store = await owner(connection.client, newPlace());
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    await server.stop();
    const flush = flushOf([delta("a", 1, { f: "2" })], { watermark: 20, highest: 20 });
    await expect(store.flush(flush)).rejects.toThrow(StoreUnavailableError);
    await expect(store.load(["a"])).rejects.toThrow(StoreUnavailableError);
    await expect(store.acquire()).rejects.toThrow(StoreUnavailableError);
    await expect(store.flush(flush)).rejects.toThrow(RefusedError);
    await server.start();
    expect((await insistently(() => store.acquire())).head).toEqual(HEAD);
    await store.flush(flush);
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 2, fields: new Map([["f", "2"]]) });
    expect(connection.states).toContain("reconnecting");
    expect(connection.states.at(-1)).toBe("ready");
  });

  it("down at the start: it is waited for", async () => {
    await using server = await RedisServer.started();
    await server.stop();
    const connecting = Connection.to(server.url);
    await server.start();
    using connection = await connecting;
    await owner(connection.client, newPlace());
  });

  it("waiting for it can be given up", async () => {
    await using server = await RedisServer.started();
    using connection = await Connection.to(server.url);
    await server.stop();
    while (!connection.states.includes("reconnecting")) await sleep(20);
    const abort = new AbortController();
    const waiting = untilReady(connection.client, abort.signal);
    abort.abort(new Error("no longer"));
    await expect(waiting).rejects.toThrow("no longer");
    await expect(untilReady(connection.client, abort.signal)).rejects.toThrow("no longer");
  });

  it("paused: the command times out, the write that comes late is not done twice", async () => {
    await using server = await RedisServer.started();
    using connection = await Connection.to(server.url, { commandTimeoutMs: 200 });
    using operator = await Connection.to(server.url);
    const store = await owner(connection.client, newPlace());
    await operator.client.call("CLIENT", "PAUSE", "1000", "ALL");
    const flush = flushOf([delta("a", 0, { f: "1" })]);
    await expect(store.flush(flush)).rejects.toThrow("Redis: Command timed out");
    await insistently(() => store.flush(flush));
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields: new Map([["f", "1"]]) });
  });

  it("behind a half-open connection: that is given up for a new one", async () => {
    await using server = await RedisServer.started();
    await using proxy = await FaultyProxy.to(server.port);
    using connection = await Connection.to(proxy.url, { commandTimeoutMs: 100, connectTimeoutMs: 200 });
    const store = await owner(connection.client, newPlace());
    proxy.hang(true);
    await expect(store.flush(flushOf([]))).rejects.toThrow(StoreUnavailableError);
    while (!connection.states.includes("reconnecting")) await sleep(20);
    proxy.hang(false);
    await insistently(() => store.flush(flushOf([])));
  });

  it("full: nothing is written, not even a part, until it has memory again", async () => {
    await using server = await RedisServer.started();
    using connection = await Connection.to(server.url);
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    const before = await connection.client.hgetall(keyOf(place, "head"));
    await connection.client.config("SET", "maxmemory", "1mb");
    const flush = flushOf([{ ...delta("a", 1, { f: "2" }), replaces: true }], { watermark: 20, highest: 20 });
    await expect(store.flush(flush)).rejects.toThrow(/Redis: OOM .*give Redis more memory/);
    expect(await connection.client.hgetall(keyOf(place, "head"))).toEqual(before);
    expect(await store.acquire().catch((error: unknown) => error)).toBeInstanceOf(StoreUnavailableError);
    expect(await connection.client.hgetall(keyOf(place, "1:t:a"))).toEqual({ r: "1", ".f": "1" });
    await connection.client.config("SET", "maxmemory", "0");
    expect((await store.acquire()).head).toEqual(HEAD);
  });

  it("a replica: the connection is made anew, until it leads to a primary", async () => {
    await using server = await RedisServer.started();
    using connection = await Connection.to(server.url);
    const store = await owner(connection.client, newPlace());
    using operator = await Connection.to(server.url);
    await operator.client.call("REPLICAOF", "127.0.0.1", "1");
    await expect(store.flush(flushOf([]))).rejects.toThrow("Redis: READONLY");
    while (!connection.states.includes("reconnecting")) await sleep(20);
    await operator.client.call("REPLICAOF", "NO", "ONE");
    await insistently(() => store.flush(flushOf([])));
  });
});

it("a crash between the chunks of a flush: `highest` tells how far the states may be", async () => {
  await using server = await RedisServer.started(...DURABLE);
  await using proxy = await FaultyProxy.to(server.port);
  using connection = await Connection.to(proxy.url);
  const place = newPlace();
  const store = await owner(connection.client, place, { threads: 1 });
  await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
  proxy.loseAnswers(1);
  const torn = flushOf([delta("a", 1, { f: "2" }), delta("b", 1, { f: "2" })], { watermark: 20, highest: 20 });
  await expect(store.flush(torn)).rejects.toThrow(StoreUnavailableError);
  await server.stop();
  await server.start();
  using later = await Connection.to(server.url);
  const heir = new RedisCheckpointStore(later.client, place);
  expect((await heir.acquire()).head).toEqual({ ...HEAD, highest: 20 });
  expect(await heir.load(["a", "b"])).toEqual(
    new Map([
      ["a", { revision: 2, fields: new Map([["f", "2"]]) }],
      ["b", { revision: 1, fields: new Map([["f", "1"]]) }],
    ]),
  );
});
