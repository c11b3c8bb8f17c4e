import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/worker/index.ts";
import { testCodec } from "./support/codec.ts";
import { said, saying } from "./support/story.ts";
import { World } from "./support/world.ts";

const BAD = "BAD";

/** Two threads, one of which holds a record on which the observer throws: position 4, offset 4. */
function worldWithBadRecord(): World {
  const world = new World();
  world.append(...saying("x", "one", BAD, "three"), ...saying("y", "uno", "dos"));
  world.codec = throwingOn(BAD);
  return world;
}

function throwingOn(text: string): World["codec"] {
  return {
    ...testCodec,
    encodeMutation: (mutation, offset, elided) => {
      const value = testCodec.encodeMutation(mutation, offset, elided);
      if (value.includes(`"text":"${text}"`)) throw new TypeError("no idea what this is");
      return value;
    },
  };
}

const decision = (action: "skip" | "retry"): Decision => ({
  observer: "thread-item",
  partition: 0,
  offset: 4,
  threadId: "x",
  action,
  reason: "",
  isDone: false,
});

describe("quarantine: a thread on which an observer throws stops there, and nothing else does", () => {
  it("keeps what came before, lets the rest of the thread wait, and goes on with the others", async () => {
    const world = worldWithBadRecord();
    expect(await world.run("thread-item")).toBe("reached");
    expect(said(world, "x")).toEqual(["one"]);
    expect(said(world, "y")).toEqual(["uno", "dos"]);
  });

  it("says so in dead letters, with the reason, and in the decisions", async () => {
    const world = worldWithBadRecord();
    await world.run("thread-item");
    expect(world.letters).toEqual(["quarantined@4"]);
    expect(world.decisions).toEqual([
      { ...decision("skip"), action: "hold", reason: "TypeError: no idea what this is" },
    ]);
  });

  it("stays stopped after a restart, also of a version that no longer throws, also without checkpoint", async () => {
    const world = worldWithBadRecord();
    await world.run("thread-item");
    world.codec = testCodec;
    world.append(...saying("x", "one", BAD, "three", "four").slice(6));
    await world.run("thread-item");
    world.loseStore();
    world.append(...saying("x", "one", BAD, "three", "four", "five").slice(7));
    await world.run("thread-item");
    expect(said(world, "x")).toEqual(["one"]);
    expect(world.letters).toEqual(["quarantined@4"]);
  });

  it("skip: leaves the record out, and emits what had to wait", async () => {
    const world = worldWithBadRecord();
    await world.run("thread-item");
    world.decide(decision("skip"));
    await world.run("thread-item");
    expect(said(world, "x")).toEqual(["one", "three"]);
    expect(world.decisions).toEqual([{ ...decision("skip"), isDone: true }]);
  });

  it("retry: takes the record again, and emits what had to wait", async () => {
    const world = worldWithBadRecord();
    await world.run("thread-item");
    world.codec = testCodec;
    world.decide(decision("retry"));
    await world.run("thread-item");
    expect(said(world, "x")).toEqual(["one", BAD, "three"]);
    expect(said(world, "y")).toEqual(["uno", "dos"]);
  });

  it("retry that fails again: stopped again, visibly", async () => {
    const world = worldWithBadRecord();
    await world.run("thread-item");
    world.decide(decision("retry"));
    await world.run("thread-item");
    expect(said(world, "x")).toEqual(["one"]);
    expect(world.letters).toEqual(["quarantined@4", "quarantined@4"]);
    expect(world.decisions).toMatchObject([{ action: "hold", isDone: false }]);
  });

  it.each(["skip", "retry"] as const)(
    "a decision to %s is carried out once, whatever the store forgets",
    async (action) => {
      const world = worldWithBadRecord();
      await world.run("thread-item");
      if (action === "retry") world.codec = testCodec;
      const before = world.snapshot();
      world.decide(decision(action));
      await world.run("thread-item");
      const once = world.mutations;
      world.restore(before);
      await world.run("thread-item");
      world.loseStore();
      await world.run("thread-item");
      expect(world.mutations).toEqual(once);
    },
  );

  it("after offsets were set back, a skipped record is skipped on the way", async () => {
    const world = worldWithBadRecord();
    await world.run("thread-item");
    world.decide(decision("skip"));
    await world.run("thread-item");
    world.committed = 0;
    await world.run("thread-item");
    expect(said(world, "x")).toEqual(["one", "three", "one", "three"]);
  });

  it("a record that ends the process is found by taking each by itself, and its thread stops there", async () => {
    const world = new World();
    world.append(...saying("x", "one", "KILLS", "three"), ...saying("y", "uno", "dos"));
    const killer = 4;
    world.fault = (step) => {
      if (step !== "commit" || (world.committed ?? 0) > killer) return "none";
      const suspect = world.store.attempts?.suspect ?? null;
      const isTaken = suspect === null ? world.committed !== null : suspect === killer;
      return isTaken && !world.decisions.some(({ offset }) => offset === killer) && !world.isStopping(killer)
        ? "crash"
        : "none";
    };
    let starts = 0;
    while ((await world.run("thread-item")) === "crashed" && starts < 20) starts += 1;
    expect(starts).toBe(6);
    expect(said(world, "x")).toEqual(["one"]);
    expect(said(world, "y")).toEqual(["uno", "dos"]);
    expect(world.decisions).toMatchObject([{ offset: killer, action: "hold", threadId: "x" }]);
  });
});
