import { describe, expect, it } from "vitest";
import { IndefiniteError } from "../../src/worker/index.ts";
import { InvariantError } from "../../src/worker/invariants.ts";
import { type Arrival, batch, type Given, owned, sources, Told } from "./support/owned.ts";
import { saying } from "./support/story.ts";

/** Offsets 0 to 5: session, start, then what the user and the agent say, of which each makes a mutation. */
const LINES = sources(0, ...saying("x", "one", "two", "three"));
const at = (from: number, to: number) => LINES.slice(from, to);

const OPTIONS = { transactionMs: 50, offsetCommitMs: 500, checkpointMs: 100_000, transactionRecords: 10 };

async function told(arrivals: readonly Arrival[], given: Given = {}): Promise<Told> {
  const seen = new Told();
  await owned({ ...given, options: { ...OPTIONS, ...given.options } }, arrivals, seen);
  return seen;
}

const nothing = (after?: number): Arrival => (after === undefined ? {} : { after });

describe("what was made of records is committed", () => {
  it("with the offset that it leads to, once it has gathered for a while: reading waits no longer", async () => {
    const { commits, waits } = await told([{ after: 7, batch: batch(at(0, 4)) }, nothing(), nothing()]);
    expect(waits).toEqual([1_000, 50, 1_000]);
    expect(commits).toEqual(["at 57: 4 mutation@2 mutation@3"]);
  });

  it("at once when it is as much as a transaction takes, in the middle of a batch, too", async () => {
    const arrivals = [{ after: 7, batch: batch(at(0, 6)) }, nothing()];
    const { commits } = await told(arrivals, { options: { transactionRecords: 2 } });
    expect(commits).toEqual(["at 7: 4 mutation@2 mutation@3", "at 7: 6 mutation@4 mutation@5"]);
  });

  it("later when it is an offset alone", async () => {
    const { commits, waits } = await told([{ after: 7, batch: batch(at(0, 2)) }, nothing(400), nothing(), nothing()]);
    expect(waits).toEqual([1_000, 493, 93, 1_000]);
    expect(commits).toEqual(["at 500: 2"]);
  });

  it("that much later again after each commit", async () => {
    const arrivals = [{ after: 7, batch: batch(at(0, 4)) }, nothing(), { after: 9, batch: batch([], { next: 8 }) }];
    const { commits, waits } = await told([...arrivals, nothing()]);
    expect(waits).toEqual([1_000, 50, 1_000, 491]);
    expect(commits).toEqual(["at 57: 4 mutation@2 mutation@3", "at 557: 8"]);
  });

  it("at the end, if anything is left", async () => {
    expect((await told([{ after: 7, batch: batch(at(0, 3)) }])).commits).toEqual(["at 7: 3 mutation@2"]);
    expect((await told([nothing()])).commits).toEqual([]);
  });

  it("and told: how far, how many mutations, and how long it took", async () => {
    const withoutValue = { offset: 4, timestamp: 0, key: Buffer.from("x"), value: null };
    const takes30 = (told: Told): void => {
      told.time += 30;
    };
    const seen = await told([{ batch: batch([...at(0, 4), withoutValue]) }], { onCommit: takes30 });
    expect(seen.commits).toEqual(["at 1000: 5 mutation@2 mutation@3 not-avro@4"]);
    expect(seen.of("committed")).toEqual([{ type: "committed", next: 5, mutations: 2, ms: 30 }]);
  });

  it("by offsets past what holds no record: control records are passed over", async () => {
    const { commits } = await told([
      { after: 7, batch: batch(at(0, 3), { next: 5 }) },
      { batch: batch([], { next: 9 }) },
    ]);
    expect(commits).toEqual(["at 57: 9 mutation@2"]);
  });
});

describe("records that come", () => {
  it("below where reading is are not taken again", async () => {
    const seen = await told([{ batch: batch(at(0, 4)) }, { batch: batch(at(2, 6)) }, { batch: batch(at(1, 3)) }]);
    expect(seen.commits.join(" ").match(/mutation@\d/g)).toEqual([2, 3, 4, 5].map((offset) => `mutation@${offset}`));
    expect(seen.commits.at(-1)).toMatch(/: 6 /);
    expect(seen.of("records").reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });

  it("have their threads read from the store, each once", async () => {
    const other = { ...LINES[4], offset: 4, timestamp: 0, key: null, value: Buffer.from("no envelope") };
    const second = sources(5, ...saying("y", "uno"));
    const { loads } = await told([{ batch: batch([...at(0, 4), other, ...second]) }, { batch: batch(second) }]);
    expect(loads).toEqual(["x y"]);
  });

  it("must be in order", async () => {
    const disordered = [...at(0, 1), ...at(2, 3), ...at(1, 2), ...at(3, 4)];
    await expect(told([{ batch: batch(disordered) }])).rejects.toThrow(
      new InvariantError("record 1 came after 2 in a batch that ends at 4"),
    );
  });

  it("are silent below where emitting goes on, by their own offsets: refused ones, too", async () => {
    const torn = (offset: number) => ({ offset, timestamp: 0, key: null, value: null });
    const records = [...at(0, 4), torn(4), torn(5), ...sources(6, ...saying("y", "uno"))];
    const seen = await told([{ batch: batch(records) }], { readFrom: 0, emitFrom: 5 });
    expect(seen.commits).toEqual(["at 1000: 10 not-avro@5 mutation@8 mutation@9"]);
    expect(seen.of("records")).toContainEqual({ type: "records", result: "undecodable", count: 2 });
  });

  it("are the first that is new, though control records lie before it", async () => {
    const records = [...at(0, 2), ...sources(7, ...saying("y", "uno"))];
    const { commits } = await told([{ batch: batch(records) }], { readFrom: 0, emitFrom: 5 });
    expect(commits).toEqual(["at 1000: 11 mutation@9 mutation@10"]);
  });
});

describe("a log that ends before what was read", () => {
  it("may have been made again: all is dropped", async () => {
    const again = told([{ batch: batch(at(0, 4)) }, { batch: batch([], { next: 3, end: 3 }) }]);
    await expect(again).rejects.toThrow(IndefiniteError);
    await expect(again).rejects.toThrow("the log ends at 3, before 4, which was read: was the topic made again?");
  });

  it("is none that ends there", async () => {
    const { commits } = await told([{ batch: batch(at(0, 4)) }, { batch: batch([], { next: 4, end: 4 }) }]);
    expect(commits).toEqual(["at 1000: 4 mutation@2 mutation@3"]);
  });
});
