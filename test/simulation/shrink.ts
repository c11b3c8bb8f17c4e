import { type RunResult, type RunSize, simulate } from "./run.ts";

/** How many seeds are tried for each smaller run: another size is another run, whatever the seed. */
const SEEDS = 300;
/** Failures are of one kind when they begin alike. */
const KIND_LENGTH = 24;

export interface Shrunk {
  readonly size: RunSize;
  readonly result: RunResult;
}

/** The smallest run found that fails in the same way, with its trace. */
export async function shrink(seed: number, size: RunSize, failure: string): Promise<Shrunk> {
  let found: Shrunk = { size, result: await simulate(seed, size, true) };
  for (let smaller = await anySmaller(found, failure); smaller !== null; smaller = await anySmaller(found, failure))
    found = smaller;
  return found;
}

async function anySmaller({ size }: Shrunk, failure: string): Promise<Shrunk | null> {
  for (const smaller of smallerThan(size)) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = await simulate(seed, smaller);
      if (kindOf(result.failure) !== kindOf(failure)) continue;
      return { size: smaller, result: await simulate(seed, smaller, true) };
    }
  }
  return null;
}

function smallerThan(size: RunSize): RunSize[] {
  const { workers, partitions, records, threads, faults, allowed } = size;
  return [
    { ...size, partitions: 1 },
    { ...size, threads: 1 },
    { ...size, records: Math.ceil(records / 2) },
    { ...size, faults: Math.floor(faults / 2) },
    { ...size, workers: 1 },
    ...allowed.map((name) => ({ ...size, allowed: allowed.filter((other) => other !== name) })),
  ].filter(
    (smaller) =>
      smaller.partitions < partitions ||
      smaller.threads < threads ||
      smaller.records < records ||
      smaller.faults < faults ||
      smaller.workers < workers ||
      smaller.allowed.length < allowed.length,
  );
}

function kindOf(failure: string | null): string | null {
  return failure?.replaceAll(/\d+/g, "n").slice(0, KIND_LENGTH) ?? null;
}
