import { describe, expect, it } from "vitest";
import { HaltError } from "../../src/worker/index.ts";
import { said, saying } from "./support/story.ts";
import { World } from "./support/world.ts";

async function worldAtWork(): Promise<World> {
  const world = new World();
  world.append(...saying("x", "one", "two"), ...saying("y", "uno", "dos"));
  await world.run("thread-item");
  return world;
}

describe("what the log no longer holds is never guessed", () => {
  it("retention past the checkpoint, state intact: nothing is missing", async () => {
    const world = await worldAtWork();
    world.logStart = world.log.length;
    world.append(...saying("x", "one", "two", "three").slice(5));
    expect(await world.run("thread-item")).toBe("reached");
    expect(said(world, "x")).toEqual(["one", "two", "three"]);
  });

  it.each<[string, (world: World) => void]>([
    ["the state is lost", (world) => world.loseStore()],
    ["one thread's state is lost, and needed", (world) => world.hashes.delete("x")],
    ["offsets were set back", (world) => (world.committed = 5)],
  ])("retention, and %s: it halts and names the option", async (_, damage) => {
    const world = await worldAtWork();
    damage(world);
    world.logStart = 3;
    world.append(...saying("x", "one", "two", "three").slice(5));
    await expect(world.run("thread-item")).rejects.toThrow(HaltError);
    expect(world.events.at(-1)).toMatchObject({ type: "phase", phase: "halted", detail: /onLostHistory=continue/ });
    expect(await world.run("thread-item", { onLostHistory: "continue" })).toBe("reached");
  });

  it("records that were removed before they were read, under a live worker", async () => {
    const world = new World();
    world.append(...saying("x", "one", "two", "three", "four", "five", "six", "seven"));
    world.fault = (step) => {
      if (step === "commit" && world.outputs.length > 0) world.logStart = 9;
      return "none";
    };
    await expect(world.run("thread-item", { transactionRecords: 1 })).rejects.toThrow(/records \[\d, 9\)/);
  });

  it("a topic made again: other records at the same offsets", async () => {
    const world = await worldAtWork();
    world.log.length = 0;
    world.append(...saying("z", "a", "b", "c", "d", "e", "f", "g", "h", "i"));
    await expect(world.run("thread-item")).rejects.toThrow(/is not the one.*onLostOffset=start-over/);
    expect(await world.run("thread-item", { onLostOffset: "start-over" })).toBe("reached");
    expect(said(world, "z")).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
  });

  it("a topic made again, shorter than what was committed", async () => {
    const world = await worldAtWork();
    world.log.length = 0;
    world.append(...saying("z", "a"));
    await expect(world.run("thread-item")).rejects.toThrow(/beyond the end/);
  });
});

describe("a checkpoint store that does not answer", () => {
  it("stops nothing that is in memory, and is caught up with later", async () => {
    const world = new World();
    world.append(...saying("x", "one", "two", "three", "four", "five", "six"));
    let flushes = 0;
    world.fault = (step) => (step === "flush" && ++flushes < 5 ? "fail-before" : "none");
    expect(await world.run("thread-item", { checkpointMs: 0 })).toBe("reached");
    expect(said(world, "x")).toHaveLength(6);
    expect(world.store.head?.watermark).toBe(world.log.length);
  });

  it("at the start: it is waited for", async () => {
    const world = new World();
    world.append(...saying("x", "one"));
    world.isStoreUp = false;
    world.fault = (step) => {
      if (step === "sleep") world.isStoreUp = true;
      return "none";
    };
    expect(await world.run("thread-item")).toBe("reached");
    expect(world.events).toContainEqual({ type: "phase", phase: "waiting-for-store", detail: "the store is down" });
  });

  it("at the start, if so configured: the state is rebuilt from the log, until it answers again", async () => {
    const world = await worldAtWork();
    world.append(...saying("x", "one", "two", "three").slice(5));
    world.isStoreUp = false;
    world.fault = (step) => {
      if (step === "commit") world.isStoreUp = true;
      return "none";
    };
    expect(await world.run("thread-item", { onStoreDown: "rebuild", checkpointMs: 0 })).toBe("reached");
    expect(said(world, "x")).toEqual(["one", "two", "three"]);
    expect(world.store.head?.watermark).toBe(world.log.length);
  });
});
