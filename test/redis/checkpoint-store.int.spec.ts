import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RedisCheckpointStore } from "../../src/redis/index.ts";
import { RefusedError } from "../../src/worker/index.ts";
import {
  ATTEMPTS,
  Connection,
  delta,
  flushOf,
  HEAD,
  keyOf,
  newPlace,
  owner,
  removeAllPlaces,
  testRedisUrl,
} from "./support/checkpoints.ts";

let connection: Connection;

beforeAll(async () => {
  connection = await Connection.to(testRedisUrl());
});

afterAll(async () => {
  await removeAllPlaces(connection);
  connection[Symbol.dispose]();
});

describe("what was flushed is what the next owner finds", () => {
  it("nothing where nothing was ever flushed", async () => {
    const store = new RedisCheckpointStore(connection.client, newPlace());
    expect(await store.acquire()).toEqual({ head: null, attempts: null });
    expect(await store.load(["a"])).toEqual(new Map([["a", "new"]]));
    expect(await store.lostThreads()).toEqual([]);
  });

  it("the head, and threads field by field", async () => {
    const place = newPlace();
    const first = await owner(connection.client, place);
    await first.flush(flushOf([delta("a", 0, { offset: "9", r: "not the revision", "": "", "s:ä\n\0": "💡\u2028" })]));
    const second = new RedisCheckpointStore(connection.client, place);
    expect(await second.acquire()).toEqual({ head: HEAD, attempts: null });
    expect(await second.load(["a", "b", "a"])).toEqual(
      new Map<string, unknown>([
        [
          "a",
          {
            revision: 1,
            fields: new Map(Object.entries({ offset: "9", r: "not the revision", "": "", "s:ä\n\0": "💡\u2028" })),
          },
        ],
        ["b", "new"],
      ]),
    );
  });

  it("a head without a mark, offsets up to 2^53", async () => {
    const place = newPlace();
    const head = { generation: 0, watermark: 2 ** 53 - 1, highest: 2 ** 53 - 1, mark: null };
    await (await owner(connection.client, place)).flush({ deltas: [], head });
    expect(await new RedisCheckpointStore(connection.client, place).acquire()).toEqual({ head, attempts: null });
  });

  it("the attempts, also without a checkpoint", async () => {
    const place = newPlace();
    const attempts = { offset: 10, count: 3, suspect: null, suspectCount: 0 };
    await (await owner(connection.client, place)).noteAttempts(attempts);
    expect(await new RedisCheckpointStore(connection.client, place).acquire()).toEqual({ head: null, attempts });
    await (await owner(connection.client, place)).noteAttempts(ATTEMPTS);
    expect((await new RedisCheckpointStore(connection.client, place).acquire()).attempts).toEqual(ATTEMPTS);
  });

  it("a thread with 100,000 fields, one of them of 5 MB", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    const fields = new Map(Array.from({ length: 100_000 }, (_, index) => [`s:item-${index}`, `value ${index}`]));
    fields.set("s:large", "x".repeat(5_000_000));
    await store.flush(flushOf([{ threadId: "a", revision: 0, replaces: true, set: fields, removed: [] }]));
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields });
    await store.flush(
      flushOf([{ threadId: "a", revision: 1, replaces: false, set: new Map(), removed: [...fields.keys()] }]),
    );
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 2, fields: new Map() });
  }, 60_000);

  it("many threads, however few fit into one script", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place, { threads: 3, bytes: 100, fields: 4 });
    const ids = Array.from({ length: 50 }, (_, index) => `thread-${index}`);
    await store.flush(flushOf(ids.map((id, index) => delta(id, 0, { offset: "1", text: "x".repeat(index * 7) }))));
    const loaded = await store.load(ids);
    expect([...loaded.keys()]).toEqual(ids);
    expect(
      [...loaded.values()].map((thread) => typeof thread === "object" && thread.fields.get("text")?.length),
    ).toEqual(ids.map((_, index) => index * 7));
    expect(await store.lostThreads()).toEqual([]);
  });
});

describe("a flush writes what changed", () => {
  it("only the fields of the delta, and answers their bytes", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    const key = keyOf(place, "1:t:a");
    expect(await store.flush(flushOf([delta("a", 0, { kept: "1", changed: "2", removed: "3" })]))).toEqual({
      bytes: 21,
    });
    // Would be overwritten if the field was written again.
    await connection.client.hset(key, ".kept", "touched");
    const change = {
      threadId: "a",
      revision: 1,
      replaces: false,
      set: new Map([["changed", "ä"]]),
      removed: ["removed"],
    };
    expect(await store.flush(flushOf([change]))).toEqual({ bytes: 9 });
    expect(await connection.client.hgetall(key)).toEqual({ r: "2", ".kept": "touched", ".changed": "ä" });
  });

  it("nothing is kept of a thread that is replaced", async () => {
    const store = await owner(connection.client, newPlace());
    await store.flush(flushOf([delta("a", 0, { old: "1" })]));
    await store.flush(flushOf([{ ...delta("a", 1, { new: "2" }), replaces: true }]));
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 2, fields: new Map([["new", "2"]]) });
  });

  it("a head alone, without threads", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([], { watermark: 10, highest: 10 }));
    expect(await store.flush(flushOf([], { watermark: 20, highest: 20 }))).toEqual({ bytes: 0 });
    expect((await new RedisCheckpointStore(connection.client, place).acquire()).head?.watermark).toBe(20);
  });

  it("all keys of a partition carry one hash tag", async () => {
    const place = newPlace();
    await (await owner(connection.client, place)).flush(flushOf([delta("a", 0, { f: "1" })]));
    expect((await connection.client.keys(`${place.keyPrefix}*`)).sort()).toEqual(
      ["1:t:a", "1:threads", "head"].map((name) => `${place.keyPrefix}{thread-item:rollout-events:7}:${name}`),
    );
  });
});

describe("an owner is refused", () => {
  it("once another one has acquired, whatever it calls", async () => {
    const place = newPlace();
    const call = {
      load: (store: RedisCheckpointStore) => store.load(["a"]),
      lostThreads: (store: RedisCheckpointStore) => store.lostThreads(),
      flush: (store: RedisCheckpointStore) => store.flush(flushOf([delta("a", 1, { f: "2" })])),
      reset: (store: RedisCheckpointStore) => store.reset({ ...HEAD, generation: 2 }),
      noteAttempts: (store: RedisCheckpointStore) => store.noteAttempts(ATTEMPTS),
    };
    for (const act of Object.values(call)) {
      const zombie = await owner(connection.client, place);
      await zombie.reset(HEAD);
      await zombie.flush(flushOf([delta("a", 0, { f: "1" })]));
      const heir = await owner(connection.client, place);
      await expect(act(zombie)).rejects.toThrow(/the owner is \d+-[0-9a-f]{24}, not this worker/);
      expect(await heir.load(["a"])).toEqual(new Map([["a", { revision: 1, fields: new Map([["f", "1"]]) }]]));
    }
  });

  it("for good: only acquiring again helps", async () => {
    const place = newPlace();
    const zombie = await owner(connection.client, place);
    const heir = await owner(connection.client, place);
    await expect(zombie.flush(flushOf([]))).rejects.toThrow(RefusedError);
    await expect(zombie.load([])).rejects.toThrow("not acquired, or refused before: acquire it");
    await zombie.acquire();
    await zombie.flush(flushOf([]));
    await expect(heir.flush(flushOf([]))).rejects.toThrow(RefusedError);
  });

  it("for a thread of another revision, and then nothing of the chunk is written", async () => {
    const store = await owner(connection.client, newPlace());
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    const both = flushOf([delta("a", 1, { f: "2" }), delta("b", 2, { f: "2" })], { watermark: 20, highest: 20 });
    await expect(store.flush(both)).rejects.toThrow("thread b has revision 1, not 2");
    expect(await store.acquire()).toEqual({ head: HEAD, attempts: null });
    expect(await store.load(["a"])).toEqual(new Map([["a", { revision: 1, fields: new Map([["f", "1"]]) }]]));
    await expect(store.flush(flushOf([delta("b", 0, { f: "2" })]))).rejects.toThrow("thread b has revision 1, not 0");
  });

  it("two deltas of one thread in a flush are a mistake", async () => {
    const store = await owner(connection.client, newPlace());
    const twice = flushOf([delta("a", 0, { f: "1" }), delta("a", 1, { f: "2" })]);
    await expect(store.flush(twice)).rejects.toThrow("two deltas of one thread");
  });

  it("and a generation that was not begun with a reset is a mistake", async () => {
    const store = await owner(connection.client, newPlace());
    await store.flush(flushOf([]));
    await expect(store.flush(flushOf([], { generation: 2 }))).rejects.toThrow("generation 2 has to begin with a reset");
  });
});

describe("what gets lost in Redis is noticed", () => {
  it("everything, under a live owner", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    await connection.client.unlink(await connection.client.keys(`${place.keyPrefix}*`));
    await expect(store.flush(flushOf([delta("a", 1, { f: "2" })]))).rejects.toThrow("it is gone");
    expect(await store.acquire()).toEqual({ head: null, attempts: null });
    expect(await store.load(["a"])).toEqual(new Map([["a", "new"]]));
  });

  it("one thread: it is lost, and can be written anew", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    await connection.client.del(keyOf(place, "1:t:a"));
    expect(await store.load(["a", "b", "c"])).toEqual(
      new Map<string, unknown>([
        ["a", "lost"],
        ["b", { revision: 1, fields: new Map([["f", "1"]]) }],
        ["c", "new"],
      ]),
    );
    expect(await store.lostThreads()).toEqual(["a"]);
    await store.flush(flushOf([delta("a", 0, { f: "rebuilt" })]));
    expect(await store.lostThreads()).toEqual([]);
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields: new Map([["f", "rebuilt"]]) });
  });

  it("a thread's revision: what is left of the thread does not count", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { left: "1" })]));
    await connection.client.hdel(keyOf(place, "1:t:a"), "r");
    expect(await store.lostThreads()).toEqual(["a"]);
    await store.flush(flushOf([{ ...delta("a", 0, { f: "rebuilt" }), replaces: false }]));
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields: new Map([["f", "rebuilt"]]) });
  });

  it("the set of threads: the checkpoint no longer counts, since all its threads would look new", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    await connection.client.del(keyOf(place, "1:threads"));
    await expect(store.load(["a"])).rejects.toThrow("the set of threads has 0 entries, not 1");
    expect((await store.acquire()).head).toBeNull();
    await store.flush(flushOf([delta("a", 0, { g: "2" })]));
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields: new Map([["g", "2"]]) });
  });

  it("the head: what the other keys hold does not count", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    await connection.client.del(keyOf(place, "head"));
    expect((await store.acquire()).head).toBeNull();
    await store.reset(HEAD);
    await store.flush(flushOf([delta("a", 0, { g: "2" })]));
    expect(await store.load(["a", "b"])).toEqual(
      new Map<string, unknown>([
        ["a", { revision: 1, fields: new Map([["g", "2"]]) }],
        ["b", "new"],
      ]),
    );
  });
});

describe("what cannot be read is removed, so that it is made again from the log", () => {
  it.each([
    {
      what: "of another format",
      fields: { format: "2", owner: "x" },
      says: 'had the format "2", this version reads "1"',
    },
    { what: "without a format", fields: { something: "else" }, says: 'had the format ""' },
  ])("a head $what", async ({ fields, says }) => {
    const place = newPlace();
    await connection.client.hset(keyOf(place, "head"), fields);
    const store = new RedisCheckpointStore(connection.client, place);

    const taking = store.acquire();

    await expect(taking).rejects.toThrow(RefusedError);
    await expect(taking).rejects.toThrow(says);
    expect(await store.acquire()).toEqual({ head: null, attempts: null });
  });

  it("a head with a field that is not a number", async () => {
    const place = newPlace();
    await (await owner(connection.client, place)).flush(flushOf([]));
    await connection.client.hset(keyOf(place, "head"), "watermark", "1e3");
    const store = new RedisCheckpointStore(connection.client, place);

    await expect(store.acquire()).rejects.toThrow(`watermark of ${keyOf(place, "head")} was "1e3", not a whole number`);
    expect((await store.acquire()).head).toBe(null);
  });

  it.each([
    { name: "head", left: "the checkpoint is gone" },
    { name: "1:threads", left: "the checkpoint is gone" },
    { name: "1:t:a", left: "the thread is lost" },
  ])("a key of another type: $name", async ({ name, left }) => {
    const place = newPlace();
    const key = keyOf(place, name);
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    await connection.client.set(key, "a string");

    const both = flushOf([delta("b", 1, { f: "2" }), delta("a", 1, { f: "2" })]);
    const flush = store.flush(both);

    await expect(flush).rejects.toThrow(RefusedError);
    await expect(flush).rejects.toThrow(`${key} was a string, not a`);
    // The thread before it in the chunk was not written either.
    expect(await connection.client.hget(keyOf(place, "1:t:b"), ".f")).toBe("1");
    const { head } = await store.acquire();
    expect(head === null).toBe(left === "the checkpoint is gone");
    if (head !== null) expect(await store.lostThreads()).toEqual(["a"]);
  });

  it("a key of another type, found when threads are loaded", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    await connection.client.set(keyOf(place, "1:t:a"), "a string");

    await expect(store.load(["a"])).rejects.toThrow(RefusedError);
    await store.acquire();
    expect(await store.load(["a"])).toEqual(new Map([["a", "lost"]]));
  });
});

describe("a reset starts a generation with nothing stored", () => {
  it("and the old one is removed bit by bit, with the flushes", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    const ids = Array.from({ length: 2_500 }, (_, index) => `thread-${index}`);
    await store.flush(flushOf(ids.map((id) => delta(id, 0, { f: "1" }))));
    await store.reset({ ...HEAD, generation: 2 });
    expect(await store.load(["thread-0"])).toEqual(new Map([["thread-0", "new"]]));
    const left = async () => (await connection.client.keys(keyOf(place, "1:*"))).length;
    expect(await left()).toBe(2_501);
    await store.flush(flushOf([delta("thread-0", 0, { f: "2" })], { generation: 2 }));
    expect(await left()).toBe(1_501);
    // A crash in between does not stop it.
    const heir = new RedisCheckpointStore(connection.client, place);
    expect((await heir.acquire()).head).toEqual({ ...HEAD, generation: 2 });
    await heir.flush(flushOf([], { generation: 2 }));
    expect(await left()).toBe(501);
    await heir.flush(flushOf([], { generation: 2 }));
    expect(await left()).toBe(0);
    expect(await connection.client.hkeys(keyOf(place, "head"))).not.toContain("stale:1");
    expect((await heir.load(["thread-0"])).get("thread-0")).toEqual({ revision: 1, fields: new Map([["f", "2"]]) });
  });

  it("is what the next owner finds", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([]));
    await store.reset({ generation: 2, watermark: 0, highest: 0, mark: null });
    expect((await new RedisCheckpointStore(connection.client, place).acquire()).head).toEqual({
      generation: 2,
      watermark: 0,
      highest: 0,
      mark: null,
    });
  });

  it("to a generation that was there before and is still being removed: that ends, also for the next owner", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place);
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    await store.reset({ ...HEAD, generation: 2 });
    await store.reset({ ...HEAD, generation: 1 });
    await store.flush(flushOf([delta("a", 0, { f: "2" })]));
    const heir = await owner(connection.client, place);
    for (const each of [1, 2, 3]) await heir.flush(flushOf([], { watermark: 10 + each, highest: 10 + each }));
    expect(await heir.load(["a", "b"])).toEqual(
      new Map<string, unknown>([
        ["a", { revision: 1, fields: new Map([["f", "2"]]) }],
        ["b", "new"],
      ]),
    );
  });
});

describe("a flush that ended between its chunks", () => {
  it("shows in the head: `highest` is raised, the watermark is not", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place, { threads: 1 });
    await store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    // The second chunk is refused, so that it ends after the first.
    const torn = flushOf([delta("a", 1, { f: "2" }), delta("b", 7, { f: "2" })], { watermark: 20, highest: 20 });
    await expect(store.flush(torn)).rejects.toThrow(RefusedError);
    expect((await store.acquire()).head).toEqual({ ...HEAD, highest: 20 });
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 2, fields: new Map([["f", "2"]]) });
  });

  it("and was the first of all: nothing of it counts", async () => {
    const place = newPlace();
    const store = await owner(connection.client, place, { threads: 1 });
    await expect(store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 7, {})]))).rejects.toThrow(RefusedError);
    expect(await store.acquire()).toEqual({ head: null, attempts: null });
    await store.flush(flushOf([delta("b", 0, { f: "2" })]));
    expect(await store.load(["a", "b"])).toEqual(
      new Map<string, unknown>([
        ["a", "new"],
        ["b", { revision: 1, fields: new Map([["f", "2"]]) }],
      ]),
    );
  });
});

describe("scripts", () => {
  it("are sent again after the server forgot them", async () => {
    const store = await owner(connection.client, newPlace());
    await connection.client.script("FLUSH");
    await store.flush(flushOf([delta("a", 0, { f: "1" })]));
    await connection.client.script("FLUSH");
    expect((await store.load(["a"])).get("a")).toEqual({ revision: 1, fields: new Map([["f", "1"]]) });
  });

  it("of one store run in the order of the calls", async () => {
    const store = await owner(connection.client, newPlace(), { threads: 1 });
    const flush = store.flush(flushOf([delta("a", 0, { f: "1" }), delta("b", 0, { f: "1" })]));
    const [loaded] = await Promise.all([store.load(["a", "b"]), flush]);
    expect([...loaded.values()].map((thread) => typeof thread)).toEqual(["object", "object"]);
  });

  it("of a closed store are not sent", async () => {
    const store = await owner(connection.client, newPlace());
    await store.close();
    await expect(store.flush(flushOf([]))).rejects.toThrow(RefusedError);
  });
});

it("a key prefix or a group with braces is refused: the hash tag would be another", () => {
  expect(() => new RedisCheckpointStore(connection.client, { ...newPlace(), keyPrefix: "{x}" })).toThrow("no { or }");
  expect(() => new RedisCheckpointStore(connection.client, { ...newPlace(), group: "a}" })).toThrow("no { or }");
});
