import { describe, expect, it } from "vitest";
import { type CheckpointStore, type LoadedThread, StoreUnavailableError } from "./checkpoint-store.ts";
import { DecisionTable } from "./decisions.ts";
import { InvariantError } from "./invariants.ts";
import type { Decision } from "./records.ts";
import { Thread } from "./thread.ts";
import { ThreadCache } from "./thread-cache.ts";
import { ThreadLoader } from "./thread-loader.ts";
import type { WorkerEvent } from "./worker-event.ts";

const NAME = { observer: "lifecycle", partition: 0 } as const;
const BOUND = 50;

const stored = (fields: Readonly<Record<string, string>>, revision = 3): LoadedThread => ({
  revision,
  fields: new Map(Object.entries({ offset: "40", ...fields })),
});
const STOPPED = stored({ quarantine: JSON.stringify({ offset: 19, reason: "it threw" }) });

/** A store that holds these threads, and fails these ways, in turn, before it answers. */
function surroundings(threads: Readonly<Record<string, LoadedThread>>, ...failures: (Error | undefined)[]) {
  const events: WorkerEvent[] = [];
  const waits: number[] = [];
  const asked: (readonly string[])[] = [];
  const ending = new AbortController();
  const cache = new ThreadCache();
  const table = new DecisionTable(NAME);
  const answer = <T>(found: T): Promise<T> => {
    const failure = failures.shift();
    return failure === undefined ? Promise.resolve(found) : Promise.reject(failure);
  };
  const store: Pick<CheckpointStore, "load" | "lostThreads"> = {
    load(ids) {
      asked.push(ids);
      return answer(new Map(ids.map((id) => [id, threads[id] ?? "new"])));
    },
    lostThreads: () => answer(Object.keys(threads).filter((id) => threads[id] === "lost")),
  };
  const clock = {
    now: () => 0,
    sleep: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  const ports = { store: store as CheckpointStore, clock, listener: (event: WorkerEvent) => void events.push(event) };
  const loader = new ThreadLoader("lifecycle", ports, cache);
  return {
    events,
    waits,
    asked,
    cache,
    clock,
    ending,
    decide: (decision: Partial<Decision>) =>
      table.renew([
        { ...NAME, offset: 19, threadId: "a", action: "skip", reason: "so decided", isDone: true, ...decision },
      ]),
    /** The threads that must be rebuilt, with the revision of what is stored. */
    load: async (...ids: string[]) => Object.fromEntries(await loader.load(ids, table, BOUND, ending.signal)),
  };
}

describe("threads that are needed", () => {
  it("are brought into memory as they are stored; those never stored begin there", async () => {
    const { load, cache } = surroundings({ a: stored({}) });
    expect(await load("a", "b")).toEqual({});
    const [a, b] = [cache.get("a"), cache.get("b")];
    expect([a?.offset, a?.revision]).toEqual([40, 3]);
    expect([b?.offset, b?.revision]).toEqual([0, 0]);
  });

  it("are not asked for when they are in memory, and count as just used", async () => {
    const { load, cache, asked } = surroundings({ a: stored({}), b: stored({}), c: stored({}) });
    await load("a", "b");
    await load("a", "c");
    expect(asked).toEqual([["a", "b"], ["c"]]);

    await load("a");
    expect(asked).toHaveLength(2);

    for (const id of "abc") (cache.get(id) as Thread).bytes = 10;
    cache.trim(20, () => true);
    expect([..."abc"].filter((id) => cache.get(id) !== undefined)).toEqual(["a", "c"]);
  });

  it("must not reflect a record that is still to be taken", async () => {
    expect(await surroundings({ a: stored({ offset: "50" }) }).load("a")).toEqual({});
    const ahead = surroundings({ a: stored({ offset: "51" }) });
    await expect(ahead.load("a")).rejects.toThrow(InvariantError);
    expect(ahead.cache.get("a")).toBeUndefined();
  });
});

describe("threads that must be rebuilt from the log", () => {
  it("are those that the store lost: with them all others that it lost and that are not in memory", async () => {
    const { load, cache } = surroundings({ a: "lost", b: "lost", c: "lost", d: stored({}) });
    cache.put(Thread.fresh("lifecycle", "c"));
    expect(await load("a", "d", "e")).toEqual({ a: 0, b: 0 });
    expect(["a", "b", "d", "e"].map((id) => cache.get(id) !== undefined)).toEqual([false, false, true, true]);
  });

  it("are asked after only when one of them is needed", async () => {
    expect(await surroundings({ a: stored({}), b: "lost" }).load("a")).toEqual({});
  });

  it("is one that stopped, and went on since: on the revision that is stored", async () => {
    const { load, cache, decide } = surroundings({ a: STOPPED });
    decide({ isDone: true });
    expect(await load("a")).toEqual({ a: 3 });
    expect(cache.get("a")).toBeUndefined();
  });

  it.each<[string, Partial<Decision>]>([
    ["was not carried out yet", { isDone: false }],
    ["is of another record", { offset: 18 }],
  ])("is not one that stopped when the decision %s", async (_, decision) => {
    const { load, cache, decide } = surroundings({ a: STOPPED });
    decide(decision);
    expect(await load("a")).toEqual({});
    expect(cache.get("a")?.quarantine).toEqual({ offset: 19, reason: "it threw" });
  });
});

describe("a store that does not answer", () => {
  const NO_ANSWER = new StoreUnavailableError("no answer");

  it("is waited for, visibly, longer each time", async () => {
    const failures = Array.from({ length: 8 }, () => NO_ANSWER);
    const { load, cache, waits, events } = surroundings({ a: stored({}) }, ...failures);
    expect(await load("a")).toEqual({});
    expect(cache.get("a")?.offset).toBe(40);
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(events).toEqual(waits.map(() => ({ type: "phase", phase: "waiting-for-store", detail: "no answer" })));
  });

  it("is waited for also when it has to tell what else it lost", async () => {
    const { load, waits } = surroundings({ a: "lost", b: "lost" }, undefined, NO_ANSWER);
    expect(await load("a")).toEqual({ a: 0, b: 0 });
    expect(waits).toEqual([100]);
  });

  it("is no longer asked when the worker ends: no thread is taken for new, nor for lost", async () => {
    const { load, cache, clock, ending, asked } = surroundings({}, NO_ANSWER);
    clock.sleep = () => Promise.resolve(ending.abort());
    expect(await load("a")).toEqual({});
    expect([cache.get("a"), asked.length]).toEqual([undefined, 1]);
  });

  it("is no longer asked what else it lost when the worker ends: what was asked for is told", async () => {
    const { load, clock, ending } = surroundings({ a: "lost", b: "lost" }, undefined, NO_ANSWER);
    clock.sleep = () => Promise.resolve(ending.abort());
    expect(await load("a")).toEqual({ a: 0 });
  });

  it("a failure that waiting does not mend is thrown on", async () => {
    const { load, waits } = surroundings({}, new TypeError("a defect"));
    await expect(load("a")).rejects.toThrow("a defect");
    expect(waits).toEqual([]);
  });
});
