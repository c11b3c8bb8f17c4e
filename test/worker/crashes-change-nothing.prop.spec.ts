import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import type { WorkerOptions } from "../../src/worker/index.ts";
import { PROPERTY_RUNS, type TestThread, threads } from "../support/generators.ts";
import { expectedOf, interleaved, randomOf, recordsOf } from "./support/workload.ts";
import { type Fault, World } from "./support/world.ts";

const IDS = ["t-0", "t-1", "t-2"] as const;
/** After so many faults it is calm, so that every run ends. */
const MOST_FAULTS = 12;
const MOST_LIVES = 40;

const workloads = fc.record({
  threads: fc.array(threads, { minLength: 1, maxLength: IDS.length }),
  choices: fc.array(fc.nat(7), { minLength: 1, maxLength: 20 }),
  seed: fc.integer(),
});

/** Small limits, so that every boundary is met in a short run. */
const OPTIONS: Partial<WorkerOptions> = { transactionRecords: 4, checkpointMs: 60, hotBytes: 1, offsetCommitMs: 40 };

function worldOf(list: readonly TestThread[], choices: readonly number[]): World {
  const world = new World();
  world.append(
    ...interleaved(
      list.map((thread, n) => recordsOf(thread, IDS[n] ?? "")),
      choices,
    ),
  );
  return world;
}

/** Lets one worker after another try until one gets to the end. */
async function runToTheEnd(world: World, observer: ObserverName): Promise<void> {
  for (let lives = 0; lives < MOST_LIVES; lives++) {
    const end = await world.run(observer, OPTIONS);
    if (end === "reached") return;
  }
  throw new Error(`no life of ${MOST_LIVES} reached the end`);
}

function faultsOf(random: () => number, kinds: readonly Fault[], rate: number): (step: string) => Fault {
  let faults = 0;
  return () => {
    if (faults >= MOST_FAULTS || random() > rate) return "none";
    faults += 1;
    return kinds[Math.floor(random() * kinds.length)] ?? "none";
  };
}

function expectSame(world: World, observer: ObserverName, list: readonly TestThread[]): void {
  for (const [n, thread] of list.entries()) {
    const id = IDS[n] ?? "";
    expect(world.mutations.filter((text) => text.includes(`"threadId":"${id}"`))).toEqual(
      expectedOf(observer, thread, id),
    );
  }
}

describe.each(OBSERVER_NAMES)("%s: whatever fails, the mutations are those of a run without faults", (observer) => {
  it("without faults", async () => {
    await fc.assert(
      fc.asyncProperty(workloads, async ({ threads: list, choices }) => {
        const world = worldOf(list, choices);
        await runToTheEnd(world, observer);
        expectSame(world, observer, list);
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 3) },
    );
  });

  it("when processes end, and replies are lost, at any step", async () => {
    await fc.assert(
      fc.asyncProperty(workloads, async ({ threads: list, choices, seed }) => {
        const world = worldOf(list, choices);
        world.fault = faultsOf(randomOf(seed), ["crash", "fail-before", "fail-after"], 0.08);
        await runToTheEnd(world, observer);
        expectSame(world, observer, list);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("when the store also loses keys or all it holds, or goes back to an older state", async () => {
    await fc.assert(
      fc.asyncProperty(workloads, async ({ threads: list, choices, seed }) => {
        const world = worldOf(list, choices);
        const random = randomOf(seed);
        const faults = faultsOf(random, ["crash", "fail-after"], 0.04);
        const damage = world.damage(random, 0.05, MOST_FAULTS);
        world.fault = (step) => {
          damage();
          return faults(step);
        };
        await runToTheEnd(world, observer);
        expectSame(world, observer, list);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("after offsets were set back, emits the same once more from there", async () => {
    await fc.assert(
      fc.asyncProperty(workloads, fc.nat(), async ({ threads: list, choices, seed }, to) => {
        const world = worldOf(list, choices);
        world.fault = faultsOf(randomOf(seed), ["crash", "fail-after"], 0.04);
        await runToTheEnd(world, observer);
        const first = world.mutations;
        world.committed = to % (world.log.length + 1);
        await runToTheEnd(world, observer);
        const again = world.mutations.slice(first.length);
        expect(again).toEqual(again.length === 0 ? [] : first.slice(-again.length));
        expect(again).toHaveLength(
          first.filter((text) => world.sourceOffsetOf(text) >= to % (world.log.length + 1)).length,
        );
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 3) },
    );
  });
});
