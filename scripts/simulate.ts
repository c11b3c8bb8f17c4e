/**
 * `npm run simulate -- [--seed 1] [--runs 1000] [--workers 2] [--partitions 1] [--records 30] [--threads 3] [--faults 3]
 * [--only crash,freeze,…] [--trace]`: runs the workers in a simulated world, where one seed decides everything. Of a failure it
 * prints the smallest run found that fails alike, step by step, and the command that repeats it.
 */
import { parseArgs } from "node:util";
import { ALL_FAULTS, type FaultName } from "../test/simulation/faults.ts";
import { type RunSize, SHORT, simulate } from "../test/simulation/run.ts";
import { shrink } from "../test/simulation/shrink.ts";

const number = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    seed: number,
    runs: number,
    workers: number,
    partitions: number,
    records: number,
    threads: number,
    faults: number,
    only: { type: "string" },
    trace: { type: "boolean" },
    "no-shrink": { type: "boolean" },
  },
});
const seed = whole("seed", 1);
const runs = whole("runs", 1_000);
const size: RunSize = {
  workers: whole("workers", SHORT.workers),
  partitions: whole("partitions", SHORT.partitions),
  records: whole("records", SHORT.records),
  threads: whole("threads", SHORT.threads),
  faults: whole("faults", SHORT.faults),
  allowed: allowed(),
};
/** How often the event loop gets a turn, so that signals are seen. */
const TURN_EVERY = 200;

const started = performance.now();
const drawn = new Map<string, number>();
let steps = 0;
for (let n = 0; n < runs; n++) {
  const result = await simulate(seed + n, size, values.trace === true);
  steps += result.steps;
  for (const fault of result.faults) drawn.set(fault, (drawn.get(fault) ?? 0) + 1);
  if (values.trace === true) console.log(result.trace?.join("\n"));
  if (result.failure !== null) await fail(seed + n, n + 1, result.failure);
  if (n % TURN_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
}
const seconds = (performance.now() - started) / 1000;
printCoverage();
console.log(
  `${runs} runs from seed ${seed}: none failed; ${(runs / seconds).toFixed(0)} runs/s, ${(steps / runs).toFixed(0)} steps a run`,
);

async function fail(failed: number, after: number, failure: string): Promise<never> {
  console.log(`seed ${failed} failed, run ${after}: ${failure}`);
  if (values["no-shrink"] === true) process.exit(1);
  const { size: smallest, result } = await shrink(failed, size, failure);
  console.log(`\nthe smallest run found that fails alike: ${result.failure}\n`);
  console.log(result.trace?.join("\n"));
  console.log(`\nrepeat it: ${commandOf(result.seed, smallest)}`);
  process.exit(1);
}

function commandOf(of: number, { allowed: only, ...numbers }: RunSize): string {
  const options = Object.entries(numbers).map(([name, value]) => `--${name} ${value}`);
  return `npm run simulate -- --trace --runs 1 --seed ${of} ${options.join(" ")} --only ${only.join(",")}`;
}

/** Faults by step: how often each was drawn. */
function printCoverage(): void {
  for (const [what, count] of [...drawn].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${what.padEnd(32)} ${count}`);
}

function whole(
  name: "seed" | "runs" | "workers" | "partitions" | "records" | "threads" | "faults",
  fallback: number,
): number {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number`);
  return value;
}

function allowed(): readonly FaultName[] {
  if (values.only === undefined) return ALL_FAULTS;
  return values.only.split(",").map((name) => {
    const found = ALL_FAULTS.find((known) => known === name);
    if (found === undefined) throw new Error(`--only takes ${ALL_FAULTS.join(", ")}, not ${name}`);
    return found;
  });
}
