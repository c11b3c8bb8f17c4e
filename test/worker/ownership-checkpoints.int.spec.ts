import { describe, expect, it } from "vitest";
import { RefusedError, StoreUnavailableError } from "../../src/worker/index.ts";
import { type Arrival, batch, type Given, owned, sources, Told } from "./support/owned.ts";
import { saying } from "./support/story.ts";

const LINES = sources(0, ...saying("x", "one", "two", "three"));
const OPTIONS = { transactionMs: 50, offsetCommitMs: 100_000, checkpointMs: 1_000 };
const NO_ANSWER = new StoreUnavailableError("no answer");
const UNFLUSHED_BYTES = 10;
const NEVER = new Promise<never>(() => undefined);

const at = (from: number, to: number) => LINES.slice(from, to);

async function told(arrivals: readonly Arrival[], given: Given = {}, seen = new Told()): Promise<Told> {
  await owned({ ...given, options: { ...OPTIONS, ...given.options } }, arrivals, seen);
  return seen;
}

describe("changed state goes to the store", () => {
  it("when it is due, and is committed before", async () => {
    const { commits, flushes, waits } = await told([
      { after: 980, batch: batch(at(0, 4)) },
      { after: 20 },
      { after: 40, batch: batch([], { next: 6 }) },
    ]);
    expect(waits).toEqual([1_000, 20, 1_000]);
    expect(commits).toEqual(["at 1000: 4 mutation@2 mutation@3", "at 1040: 6"]);
    expect(flushes).toEqual(["at 1000: 4 x", "at 1040: 6"]);
  });

  it("not before, nor without a change", async () => {
    const { flushes } = await told([{ after: 0 }, { after: 999 }, { after: 1 }]);
    expect(flushes).toEqual([]);
  });

  it("as of a commit that is there: nothing is committed for it once more", async () => {
    const { commits } = await told([{ after: 900, batch: batch(at(0, 4)) }, { after: 50 }, { after: 50 }]);
    expect(commits).toEqual(["at 950: 4 mutation@2 mutation@3"]);
  });

  it("and then its threads may leave memory: they are read back when they are needed", async () => {
    const seen = await told(
      [
        { after: 1_000, batch: batch(at(0, 3)) },
        { after: 10, batch: batch(at(3, 4)) },
        { after: 1_000 },
        { after: 1_000 },
        { after: 10, batch: batch(at(4, 5)) },
      ],
      { options: { hotBytes: 0 } },
    );
    expect(seen.loads).toEqual(["x", "x"]);
  });

  it("and is told of: how much of it waits, each time round", async () => {
    const seen = await told([{ after: 10, batch: batch(at(0, 3)) }, { after: 990 }, { after: 10 }]);
    const sizes = seen.of("unflushed").map(({ bytes }) => bytes);
    const lines = at(0, 3).map(({ value }) => JSON.parse(String(value)) as { readonly line: string });
    const bytes = lines.reduce((sum, { line }) => sum + Buffer.from(line, "base64").length, 0);
    expect(sizes).toEqual([bytes, bytes, 0, 0]);
  });

  it("a store that refuses it ends the ownership, as soon as that is known", async () => {
    const arrivals = [{ after: 1_000, batch: batch(at(0, 3)) }, { after: 1 }, { after: 1 }];
    const seen = new Told();
    const flush = () => Promise.reject(new RefusedError("another owner"));
    await expect(told(arrivals, { store: { flush } }, seen)).rejects.toThrow("another owner");
    expect(seen.time).toBeLessThan(1_002);
  });
});

describe("threads that came in since", () => {
  /** As many threads, of which the store has a state past these records. */
  const silent = (count: number): Given & { readonly arrivals: readonly Arrival[] } => {
    const records = Array.from({ length: count }, (_, n) => saying(`t-${n}`)[0]).filter((one) => one !== undefined);
    const fields = new Map([["offset", "5000"]]);
    const stored = Object.fromEntries(records.map(({ threadId }) => [threadId, { revision: 1, fields }]));
    const again = sources(count, ...saying("t-0").slice(1));
    return {
      stored,
      readFrom: 0,
      emitFrom: 5_000,
      options: { ...OPTIONS, hotBytes: 0, checkpointMs: 100_000 },
      arrivals: [
        { after: 1, batch: batch(sources(0, ...records)) },
        { after: 1, batch: batch(again) },
      ],
    };
  };

  it.each([
    [999, 1],
    [1_000, 2],
  ])("%i of them: whether they fit is looked at when they are many, also between checkpoints", async (count, loads) => {
    const { arrivals, ...given } = silent(count);
    expect((await told(arrivals, given)).loads).toHaveLength(loads);
  });
});

describe("more state than may wait", () => {
  const LITTLE = { ...OPTIONS, checkpointMs: 100_000, unflushedBytes: UNFLUSHED_BYTES };

  it("holds up reading, visibly, until it is stored", async () => {
    const seen = await told([{ after: 10, batch: batch(at(0, 3)) }, { after: 1 }], { options: LITTLE });
    expect(seen.commits).toEqual(["at 10: 3 mutation@2"]);
    expect(seen.flushes).toEqual(["at 10: 3 x"]);
    expect(seen.of("unflushed").map(({ bytes }) => bytes > UNFLUSHED_BYTES)).toEqual([true, false, false]);
    expect(seen.phases()).toEqual(["running", "waiting-for-store: too much state waits to be stored", "running"]);
  });

  it("is none when it is as much as may wait", async () => {
    const line = Buffer.from((JSON.parse(String(LINES[0]?.value)) as { readonly line: string }).line, "base64");
    const flushesOf = async (unflushedBytes: number) =>
      (await told([{ after: 10, batch: batch(at(0, 1)) }], { options: { ...LITTLE, unflushedBytes } })).of("phase");
    const isWaiting = ({ phase }: { readonly phase: string }) => phase === "waiting-for-store";
    expect((await flushesOf(line.length)).some(isWaiting)).toBe(false);
    expect((await flushesOf(line.length - 1)).some(isWaiting)).toBe(true);
  });

  it("without a store waits until it answers, and then takes up what it has", async () => {
    let asked = 0;
    const acquire = () => {
      asked += 1;
      return asked < 3 ? Promise.reject(NO_ANSWER) : Promise.resolve({ head: null, attempts: null });
    };
    const given = { isDetached: true, options: LITTLE, store: { acquire, flush: () => NEVER } };
    const seen = new Told();
    await expect(told([{ after: 10, batch: batch(at(0, 3)) }], given, seen)).rejects.toThrow("answers again");
    expect([seen.sleeps, seen.time]).toEqual([[4_990, 5_000, 5_000], 15_000]);
  });

  it("without a store waits no longer than the worker works", async () => {
    const seen = new Told();
    const store = { acquire: () => Promise.reject(NO_ANSWER), flush: () => Promise.reject(NO_ANSWER) };
    const sleep = async (ms: number): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.time += ms;
      if (seen.time > 8_000) seen.drain.abort();
    };
    expect(
      await owned({ isDetached: true, options: LITTLE, store, sleep }, [{ after: 10, batch: batch(at(0, 3)) }], seen),
    ).toBe("drained");
    expect(seen.attempts).toHaveLength(1);
  });
});

describe("a store that did not answer at the start", () => {
  const NEVER_MIND = { ...OPTIONS, checkpointMs: 100_000 };

  it("is asked again every five seconds: when it answers, its state is taken up", async () => {
    const times: number[] = [];
    const seen = new Told();
    const acquire = () => {
      times.push(seen.time);
      return times.length < 3 ? Promise.reject(NO_ANSWER) : Promise.resolve({ head: null, attempts: null });
    };
    const arrivals = [4_999, 1, 4_999, 1, 5_000, 5_000].map((after) => ({ after }));
    await expect(told(arrivals, { isDetached: true, options: NEVER_MIND, store: { acquire } }, seen)).rejects.toThrow(
      "the checkpoint store answers again: its state is taken up",
    );
    expect(times).toEqual([5_000, 10_000, 15_000]);
  });

  it("any other failure of it is thrown on", async () => {
    const store = { acquire: () => Promise.reject(new TypeError("a defect")) };
    await expect(told([{ after: 5_000 }], { isDetached: true, options: NEVER_MIND, store })).rejects.toThrow(
      "a defect",
    );
  });

  it("is not asked when it did", async () => {
    const store = { acquire: () => Promise.reject(new TypeError("a defect")) };
    expect((await told([{ after: 6_000 }], { options: NEVER_MIND, store })).events).not.toEqual([]);
  });

  it("is needed to reach an end: until then the worker goes on", async () => {
    const seen = new Told();
    expect(await owned({ isDetached: true, until: 0, options: NEVER_MIND }, [{ after: 1 }], seen)).toBe("drained");
    expect(seen.waits).toHaveLength(1);
  });
});
