import { describe, expect, it } from "vitest";
import { type Decision, HaltError, type LoadedThread, type SourceRecord } from "../../src/worker/index.ts";
import { testCodec } from "./support/codec.ts";
import { type Arrival, batch, type Given, owned, sources, Told } from "./support/owned.ts";
import { saying } from "./support/story.ts";

/** Offsets 0 to 7: session, start, what the user says, then the agent; from 3 on each makes a mutation. */
const LINES = sources(0, ...saying("x", "one", "two", "three", "four", "five"));
const OTHERS = sources(8, ...saying("y", "uno", "dos"));
const OPTIONS = { transactionMs: 50, offsetCommitMs: 100_000, checkpointMs: 100_000 };

const at = (from: number, to: number) => LINES.slice(from, to);
const draining = ({ drain }: Told): void => drain.abort();

async function told(arrivals: readonly Arrival[], given: Given = {}, seen = new Told()): Promise<Told> {
  await owned({ ...given, options: { ...OPTIONS, ...given.options } }, arrivals, seen);
  return seen;
}

describe("a thread that the store lost is rebuilt from the log", () => {
  const LOST: Given = { readFrom: 4, stored: { x: "lost" } };
  const again = (...records: readonly SourceRecord[]): Arrival => ({ after: 1, batch: batch(records) });
  const mutationsOf = ({ commits }: Told) => commits.flatMap((commit) => commit.match(/mutation@\d+/g) ?? []);

  it("from the log's beginning up to here, emitting nothing; then reading goes on here", async () => {
    const seen = await told([{ after: 10, batch: batch(at(4, 6)) }, again(...at(0, 3)), {}, again(...at(3, 8))], LOST);
    expect(seen.seeks).toEqual([4, 0, 4]);
    expect(mutationsOf(seen)).toEqual(["mutation@4", "mutation@5"]);
    expect(seen.flushes).toEqual(["at 1012: 6 x"]);
    expect(seen.of("rebuild").map(({ remaining }) => remaining)).toEqual([0, 4, 1, 1, 0, 0]);
    expect(seen.phases()).toEqual(["running", "restoring", "running"]);
    const taken = seen.events.findIndex(({ type }) => type === "records");
    const before = seen.events.slice(0, taken).findLast(({ type }) => type === "phase");
    expect(before).toEqual({ type: "phase", phase: "running" });
  });

  it("as it was: it knows what it took", async () => {
    const records = [...at(0, 4), ...sources(4, ...saying("x", "one").slice(3))];
    const seen = await told([{ after: 10, batch: batch(records.slice(4)) }, again(...records)], LOST);
    expect(seen.of("records")).toEqual([{ type: "records", result: "duplicate", count: 1 }]);
  });

  it("with all others that it lost, in one pass, and without those that it has", async () => {
    const first = [...sources(0, ...saying("x"), ...saying("y"), ...saying("z"))];
    const next = sources(9, ...["x", "z"].flatMap((id) => saying(id, "one").slice(3)));
    const lostThreads = () => Promise.resolve(["x", "y"]);
    const z = { revision: 1, fields: new Map([["offset", "9"]]) };
    const given: Given = { readFrom: 9, stored: { x: "lost", z }, store: { lostThreads } };
    const seen = await told([{ after: 10, batch: batch(next) }, again(...first)], given);
    expect([seen.loads, seen.flushes]).toEqual([["x z"], ["at 11: 11 z x y"]]);
  });

  it("what the log holds of no thread does not matter", async () => {
    const noEnvelope = { offset: 3, timestamp: 0, key: Buffer.from("x"), value: null };
    const seen = await told([{ after: 10, batch: batch(at(4, 6)) }, again(...at(0, 3), noEnvelope)], LOST);
    expect(mutationsOf(seen)).toEqual(["mutation@4", "mutation@5"]);
  });

  it("is dropped when the worker is told to end meanwhile", async () => {
    const arrivals = [{ batch: batch(at(4, 6)) }, { ...again(...at(0, 3)), meanwhile: draining }];
    const seen = await told(arrivals, LOST);
    expect([seen.commits, seen.flushes, seen.of("records")]).toEqual([[], [], []]);
  });

  it("not if the log lost its beginning: it halts, and names the option", async () => {
    const arrivals = [{ batch: batch(at(4, 6)) }, again(...at(3, 4))];
    const found = told(arrivals, { ...LOST, start: 3 });
    await expect(found).rejects.toThrow(HaltError);
    await expect(found).rejects.toThrow(/records \[0, 3\) are needed.*worker.onLostHistory=continue/);
    const { seeks } = await told(arrivals, { ...LOST, start: 3, options: { onLostHistory: "continue" } });
    expect(seeks).toEqual([4, 3, 4]);
  });
});

describe("a decision about a thread that stopped", () => {
  const SKIP: Decision = {
    observer: "thread-item",
    partition: 0,
    offset: 4,
    threadId: "x",
    action: "skip",
    reason: "the operator said so",
    isDone: false,
  };
  const stoppedAt = (offset: number): LoadedThread => {
    const quarantine = JSON.stringify({ offset, reason: "it threw" });
    return { revision: 3, fields: new Map(Object.entries({ offset: "4", quarantine })) };
  };
  const STOPPED: Given = { readFrom: 8, stored: { x: stoppedAt(4) } };
  const decided = (...decisions: readonly Decision[]): Told => {
    const seen = new Told();
    seen.decisions = [...decisions];
    return seen;
  };
  const scanTo = (next: number): Arrival => ({ after: 1, batch: batch(at(0, 8), { next }) });
  const scan = scanTo(8);

  it("is carried out: what had to wait goes out at once, and that it did", async () => {
    const withAnotherKey = at(6, 7).map((one) => ({ ...one, key: Buffer.from("y") }));
    const records = [...at(0, 6), ...withAnotherKey, ...at(7, 8)];
    const seen = await told([{ after: 1, batch: batch(records) }, { after: 9 }], STOPPED, decided(SKIP));
    expect(seen.commits).toEqual(["at 1: 8 skip@4 mutation@5 mutation@7"]);
    expect(seen.of("released")).toEqual([{ type: "released", threadId: "x", offset: 4 }]);
    expect(seen.flushes).toEqual(["at 10: 8 x"]);
    expect([seen.seeks, seen.waits]).toEqual([
      [8, 0, 8],
      [1_000, 1_000],
    ]);
    expect(seen.phases()).toEqual(["running", "restoring", "running"]);
  });

  it("and the thread goes on", async () => {
    const next = sources(8, ...saying("x", "one", "two", "three", "four", "five", "six").slice(8));
    const seen = await told([scan, { after: 9, batch: batch(next) }], STOPPED, decided(SKIP));
    expect(seen.commits).toEqual(["at 1: 8 skip@4 mutation@5 mutation@6 mutation@7", "at 10: 9 mutation@8"]);
    expect(seen.loads).toEqual(["x"]);
  });

  it("after what was taken before is committed", async () => {
    const meanwhile = (seen: Told): void => {
      seen.decisions = [SKIP];
      seen.version = 1;
    };
    const seen = await told([{ after: 10, batch: batch(OTHERS), meanwhile }, scanTo(13)], STOPPED);
    expect(seen.commits).toEqual([
      "at 10: 13 mutation@10 mutation@11 mutation@12",
      "at 11: 13 skip@4 mutation@5 mutation@6 mutation@7",
    ]);
  });

  it("is carried out only once what comes is new", async () => {
    const given = { ...STOPPED, readFrom: 8, emitFrom: 10 };
    const seen = await told([{ after: 10, batch: batch(OTHERS) }, scanTo(13)], given, decided(SKIP));
    expect(seen.commits.at(-1)).toBe("at 11: 13 skip@4 mutation@5 mutation@6 mutation@7");
    expect(seen.loads).toEqual(["y", "x"]);
  });

  it.each<[string, LoadedThread]>([
    ["stopped elsewhere", stoppedAt(5)],
    ["goes on", { revision: 3, fields: new Map([["offset", "8"]]) }],
  ])("is none any more when the thread %s", async (_, x) => {
    const seen = await told([{ after: 9 }], { readFrom: 8, stored: { x } }, decided(SKIP));
    expect([seen.loads, seen.commits, seen.of("released")]).toEqual([["x"], [], []]);
  });

  it("is left for the next owner when the worker is told to end meanwhile: no part of it goes out", async () => {
    const seen = await told([{ ...scan, meanwhile: draining }], STOPPED, decided(SKIP, { ...SKIP, offset: 5 }));
    expect([seen.commits, seen.flushes, seen.of("released"), seen.loads]).toEqual([[], [], [], ["x"]]);
  });

  it("is read when there is news, and how many threads are stopped is told", async () => {
    const meanwhile = (seen: Told): void => {
      seen.decisions = [{ ...SKIP, action: "hold" }];
      seen.version = 7;
    };
    const seen = await told([{ after: 1 }, { after: 1, meanwhile }, { after: 1 }]);
    expect(seen.of("quarantine-size")).toEqual([
      { type: "quarantine-size", threads: 0 },
      { type: "quarantine-size", threads: 1 },
    ]);
  });

  it("of the worker's own holds before the topic shows it, whatever the store loses", async () => {
    let asked = 0;
    const load = (ids: readonly string[]) => {
      asked += ids.length;
      return Promise.resolve(new Map(ids.map((id): [string, LoadedThread] => [id, asked === 1 ? "new" : "lost"])));
    };
    const encodeMutation: typeof testCodec.encodeMutation = (mutation, offset, elided) => {
      if (offset === 4) throw new TypeError("no idea what this is");
      return testCodec.encodeMutation(mutation, offset, elided);
    };
    const seen = await told(
      [{ after: 1_000, batch: batch(at(0, 5)) }, { after: 1_000 }, { after: 1_000, batch: batch(at(5, 8)) }, scan],
      {
        store: { load, lostThreads: () => Promise.resolve(["x"]) },
        codec: { encodeMutation },
        options: { hotBytes: 0, checkpointMs: 1_000 },
      },
    );
    expect(asked).toBe(2);
    expect(seen.commits).toEqual(["at 1000: 5 mutation@2 mutation@3 quarantined@4 hold@4", "at 3001: 8"]);
    expect(seen.of("records").at(-1)).toEqual({ type: "records", result: "waiting", count: 3 });
  });
});
