import { describe, expect, it } from "vitest";
import type { ObserverName } from "../../src/projections/index.ts";
import type { RecordResult, RolloutRecord } from "../../src/worker/index.ts";
import { agent, session } from "../support/story.ts";
import { testCodec } from "./support/codec.ts";
import { records, said, saying } from "./support/story.ts";
import { World } from "./support/world.ts";

async function projected(list: readonly RolloutRecord[], observer: ObserverName = "thread-item"): Promise<World> {
  const world = new World();
  world.append(...list);
  await world.run(observer);
  return world;
}

function counted(world: World, result: RecordResult): number {
  return world.events.reduce(
    (sum, event) => sum + (event.type === "records" && event.result === result ? event.count : 0),
    0,
  );
}

const THREAD = saying("x", "one", "two", "three");
const other = (record: RolloutRecord | undefined): RolloutRecord =>
  ({
    ...(record ?? THREAD[0]),
    line: Buffer.from(JSON.stringify({ timestamp: "t", ...agent("another") })),
  }) as RolloutRecord;

describe("records that have no effect are kept with their reason, and stop nothing", () => {
  it("a record or a block of them twice: applied once (D20)", async () => {
    const world = await projected([...THREAD.slice(0, 5), ...THREAD.slice(2, 5), ...THREAD.slice(4)]);
    expect(said(world, "x")).toEqual(["one", "two", "three"]);
    expect([counted(world, "duplicate"), world.letters]).toEqual([4, []]);
  });

  it("another line at a position that was applied: a conflict (D20)", async () => {
    const world = await projected([...THREAD, other(THREAD[4])]);
    expect(said(world, "x")).toEqual(["one", "two", "three"]);
    expect(world.letters).toEqual(["conflict@6"]);
  });

  it("a line that was passed over: late, after the gap went on (D20)", async () => {
    const late = THREAD[4] as RolloutRecord;
    const world = await projected([...THREAD.slice(0, 4), ...THREAD.slice(5), late]);
    expect(said(world, "x")).toEqual(["one", "three"]);
    expect(world.letters).toEqual(["late@5"]);
  });

  it("lines of a rollout that the thread has left: counted, no effect (D19)", async () => {
    const revised = records("x", [session(), agent("anew")], 0, "x-2");
    const world = await projected([...THREAD.slice(0, 4), ...revised, ...THREAD.slice(4)]);
    expect([counted(world, "superseded"), world.letters]).toEqual([2, []]);
  });

  it.each<[ObserverName, string[]]>([
    ["thread-item", ["malformed-line@6"]],
    ["turn-summary", []],
    ["lifecycle", []],
  ])("%s: a line that cannot be read is reported by the item observer only", async (observer, letters) => {
    const torn = { ...(THREAD[5] as RolloutRecord), position: 6, line: Buffer.from('{"timestamp":') };
    const world = await projected([...THREAD, torn, ...saying("y", "uno")], observer);
    expect(world.letters).toEqual(letters);
    expect(counted(world, "malformed")).toBe(1);
  });

  it("a line that no record could hold keeps its position", async () => {
    const marker = {
      ...(THREAD[4] as RolloutRecord),
      line: Buffer.alloc(0),
      oversized: { bytes: 43_000_000, sha256: "s" },
    };
    const world = await projected([...THREAD.slice(0, 4), marker, ...THREAD.slice(5)]);
    expect(said(world, "x")).toEqual(["one", "three"]);
    expect(world.letters).toEqual(["oversized@4"]);
  });

  it.each<[string, Buffer | null, Buffer | null, string]>([
    ["no value", Buffer.from("x"), null, "not-avro@0"],
    ["bytes that are no envelope", Buffer.from("x"), Buffer.from("??"), "not-avro@0"],
    ["no key", null, testCodec.encode(THREAD[0] as RolloutRecord), "key-mismatch@0"],
    ["the key of another thread", Buffer.from("y"), testCodec.encode(THREAD[0] as RolloutRecord), "key-mismatch@0"],
  ])("a record with %s, reported by each observer", async (_, key, value, letter) => {
    const world = new World();
    world.appendRaw(key, value);
    world.append(...THREAD);
    await world.run("lifecycle");
    expect(world.letters).toEqual([letter]);
    expect(world.mutations.length).toBeGreaterThan(0);
  });

  it("refused records are reported once, with the transaction of their offset, though others are applied again", async () => {
    const world = new World();
    world.append(...THREAD, other(THREAD[4]), ...saying("y", "uno"));
    let commits = 0;
    world.fault = (step) => (step === "commit" && ++commits === 3 ? "fail-after" : "none");
    await world.run("thread-item", { transactionRecords: 1 });
    world.loseStore();
    await world.run("thread-item");
    expect(world.letters).toEqual(["conflict@6"]);
  });
});
