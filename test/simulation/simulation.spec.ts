import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";
import { type RunSize, SHORT, simulate } from "./run.ts";
import { KEPT_SEEDS } from "./seeds.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Short runs of seeds that were never tried; more with the environment variable SIMULATION_RUNS. */
const RUNS = Number(process.env.SIMULATION_RUNS ?? 2_000);

const LARGER: RunSize = { ...SHORT, workers: 4, partitions: 3, records: 120, threads: 4, faults: 12 };

/** Drawn from the commit, so that every change tries others; `git` may be missing, then always the same. */
function firstSeed(): number {
  if (process.env.SIMULATION_SEED !== undefined) return Number(process.env.SIMULATION_SEED);
  try {
    return Number.parseInt(execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).slice(0, 7), 16);
  } catch {
    return 1;
  }
}

async function failures(from: number, runs: number, size: RunSize): Promise<string[]> {
  const failed: string[] = [];
  for (let seed = from; seed < from + runs; seed++) {
    const { failure } = await simulate(seed, size);
    if (failure !== null) failed.push(`seed ${seed}: ${failure}`);
  }
  return failed;
}

/** What 40 runs in a process of their own came to: the hash of all their steps. */
function stepsOfProcess(env: Readonly<Record<string, string>>, flags: readonly string[]): string | undefined {
  const script = [join(ROOT, "scripts", "simulate.ts"), "--runs", "40"];
  const options = { encoding: "utf8", env: { ...process.env, ...env } } as const;
  return /hash .*$/.exec(execFileSync(process.execPath, [...flags, ...script], options).trim())?.[0];
}

describe("whatever fails, and in whatever order things happen, what is committed is what the pure core makes of the log", () => {
  it(`in ${RUNS} short runs of new seeds`, async () => {
    expect(await failures(firstSeed(), RUNS, SHORT)).toEqual([]);
  });

  it("with more workers, partitions and faults", async () => {
    expect(await failures(firstSeed(), Math.ceil(RUNS / 20), LARGER)).toEqual([]);
  });

  it.each(KEPT_SEEDS)("seed $seed, which found: $found", async ({ seed, size }) => {
    expect((await simulate(seed, { ...SHORT, ...size })).failure).toBeNull();
  });
});

describe("a run is the same wherever it runs", () => {
  it("draws the same numbers from the same seed", () => {
    const random = new Random(1);
    expect([random.int(0, 999), random.int(0, 999), random.int(0, 999)]).toEqual([627, 2, 527]);
  });

  it("takes the same steps, after other runs and traced or not", async () => {
    const first = await simulate(7, SHORT);
    await simulate(8, SHORT);
    const again = await simulate(7, SHORT, true);
    expect([again.hash, again.steps, again.faults]).toEqual([first.hash, first.steps, first.faults]);
  });

  it("takes the same steps in another process, time zone and language, with code that is not compiled", () => {
    const here = stepsOfProcess({}, []);
    const elsewhere = stepsOfProcess({ TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8" }, ["--no-opt", "--hash-seed=7"]);
    expect(here).toMatch(/hash [0-9a-f]+$/);
    expect(elsewhere).toBe(here);
  });
});
