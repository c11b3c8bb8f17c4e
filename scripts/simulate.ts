/**
 * `npm run simulate -- [--seed 1] [--runs 1000] [--faults 3] [--only crash,freeze,…] …`: runs the workers in a simulated world, where
 * one seed decides everything (docs/simulation.md). Of a failure it prints the smallest run found that fails alike, step by step,
 * and the command that repeats it.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { ALL_FAULTS, type FaultName } from "../test/simulation/faults.ts";
import { type RunSize, SHORT, simulate } from "../test/simulation/run.ts";
import { shrink } from "../test/simulation/shrink.ts";

/** How often the event loop gets a turn, so that signals are seen. */
const TURN_EVERY = 200;
/** Workers meet errors by the thousand; where one was made costs a tenth of a run, and the trace of steps tells more. */
const STACK_FRAMES = 0;

interface Options extends Omit<RunSize, "allowed"> {
  readonly seed: number;
  readonly runs: number;
  readonly only: readonly FaultName[];
  readonly trace: boolean;
  readonly shrink: boolean;
}

await new Command("npm run simulate --")
  .description("runs the production worker through random faults in a simulated world")
  .option("--seed <n>", "of the first run; each further run has the next", whole, 1)
  .option("--runs <n>", "how many", whole, 1_000)
  .option("--workers <n>", "processes", whole, SHORT.workers)
  .option("--partitions <n>", "of the input", whole, SHORT.partitions)
  .option("--records <n>", "of the input, in all", whole, SHORT.records)
  .option("--threads <n>", "whose lines they are", whole, SHORT.threads)
  .option("--faults <n>", "at most, in a run", whole, SHORT.faults)
  .addOption(
    new Option("--only <faults>", "these faults alone, with commas between")
      .argParser(faults)
      .default(ALL_FAULTS, "all"),
  )
  .option("--trace", "print every step", false)
  .option("--no-shrink", "leave a failure as it is")
  .action(run)
  .parseAsync();

async function run({ seed, runs, only, trace, shrink: shrinks, ...numbers }: Options): Promise<void> {
  Error.stackTraceLimit = STACK_FRAMES;
  const { workers, partitions, records, threads, faults: most } = numbers;
  const size: RunSize = { workers, partitions, records, threads, faults: most, allowed: only };
  const started = performance.now();
  const drawn = new Map<string, number>();
  let steps = 0;
  let hash = 0;
  for (let n = 0; n < runs; n++) {
    const result = await simulate(seed + n, size, trace);
    steps += result.steps;
    hash = (Math.imul(hash, 31) + result.hash) >>> 0;
    for (const fault of result.faults) drawn.set(fault, (drawn.get(fault) ?? 0) + 1);
    if (trace) console.log(result.trace?.join("\n"));
    if (result.failure !== null) return await fail(seed + n, n + 1, result.failure, size, shrinks);
    if (n % TURN_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - started) / 1000;
  printCoverage(drawn);
  const speed = `${(runs / seconds).toFixed(0)} runs/s, ${(steps / runs).toFixed(0)} steps a run`;
  console.log(`${runs} runs from seed ${seed}: none failed; ${speed}; their steps have the hash ${hash.toString(16)}`);
}

async function fail(failed: number, after: number, failure: string, size: RunSize, shrinks: boolean): Promise<void> {
  process.exitCode = 1;
  console.log(`seed ${failed} failed, run ${after}: ${failure}`);
  if (!shrinks) return;
  const { size: smallest, result } = await shrink(failed, size, failure);
  console.log(`\nthe smallest run found that fails alike: ${result.failure}\n`);
  console.log(result.trace?.join("\n"));
  console.log(`\nrepeat it: ${commandOf(result.seed, smallest)}`);
}

function commandOf(of: number, { allowed: only, ...numbers }: RunSize): string {
  const options = Object.entries(numbers).map(([name, value]) => `--${name} ${value}`);
  return `npm run simulate -- --trace --runs 1 --seed ${of} ${options.join(" ")} --only ${only.join(",")}`;
}

/** Faults by step: how often each was drawn. */
function printCoverage(drawn: ReadonlyMap<string, number>): void {
  for (const [what, count] of [...drawn].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${what.padEnd(32)} ${count}`);
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("It takes a whole number.");
  return value;
}

function faults(text: string): readonly FaultName[] {
  return text.split(",").map((name) => {
    const found = ALL_FAULTS.find((known) => known === name);
    if (found === undefined) throw new InvalidArgumentError(`There is no ${name}; there are ${ALL_FAULTS.join(", ")}.`);
    return found;
  });
}
