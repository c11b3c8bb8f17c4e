/**
 * `npm test [-- STEP...]`: runs the steps and closes with the minutes of each and `N passed, N failed`. Steps on real services
 * wait for them most of the time, so they run beside the others; each of the two rows stops at the first failure. What needs real services gets those that run, or starts them (`npm run services`). With `--long`: the steps that take longer, the last result of each kept in docs/test-long.md.
 */
import { keepLongResult } from "./long-result.ts";
import { runStep, type StepResult } from "./run-step.ts";
import { servicesFolder } from "./services/folders.ts";
import { ensureServices, findServices, removeServices, sourceOf } from "./services/index.ts";
import { longSteps, type Step, steps } from "./steps.ts";

const args = process.argv.slice(2);
const long = args.includes("--long");
const names = args.filter((arg) => arg !== "--long");
const table = long ? longSteps : steps;

const unknown = names.filter((name) => !table.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no step named ${unknown.join(", ")}; there are: ${table.map((step) => step.name).join(", ")}`);
  process.exit(2);
}

const chosen = names.length === 0 ? table : table.filter((step) => names.includes(step.name));
const wereRunning = findServices() !== null;
const started = performance.now();
const results = await runUntilFailure(chosen);
if (!wereRunning && sourceOf() === "local") await removeServices({ folder: servicesFolder() });
if (long) keepLongResult(results, longSteps);
report(
  results,
  chosen.filter((step) => results.every((result) => result.step !== step)),
);
process.exitCode = results.every((result) => result.failed === 0) ? 0 : 1;

/** First what takes seconds; then those on services, and beside them the rest. */
async function runUntilFailure(list: readonly Step[]): Promise<StepResult[]> {
  const quick = list.filter(({ isQuick }) => isQuick === true);
  const local = list.filter(({ isQuick, onServices }) => isQuick !== true && onServices !== true);
  const onServices = list.filter((step) => step.onServices === true);
  const done: StepResult[] = [];
  const row = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      if (done.some(({ failed }) => failed > 0)) return;
      console.log(`\n.. ${step.name} begins`);
      done.push(await runStep(step, step.onServices === true ? await ensureServices() : {}));
    }
  };
  await row(quick);
  await Promise.all([row(local), row(onServices)]);
  return done;
}

function report(done: readonly StepResult[], skipped: readonly Step[]): void {
  console.log("\nstep           minutes   passed   failed");
  for (const { step, minutes, passed, failed } of done) console.log(row(step.name, minutes, passed, failed));
  for (const step of skipped) console.log(`${step.name.padEnd(12)}   not run`);
  const minutes = (performance.now() - started) / 60_000;
  const [passed, failed] = [sum(done, "passed"), sum(done, "failed")];
  console.log(row("in all", minutes, passed, failed));
  console.log(`\n${passed} passed, ${failed} failed`);
}

function row(name: string, minutes: number, passed: number, failed: number): string {
  const cells = [minutes.toFixed(2).padStart(7), String(passed).padStart(6), String(failed).padStart(6)];
  return `${name.padEnd(12)}   ${cells.join("   ")}`;
}

function sum(list: readonly StepResult[], key: "passed" | "failed"): number {
  return list.reduce((total, result) => total + result[key], 0);
}
