import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "./root.ts";
import type { Step } from "./steps.ts";

export type StepResult = {
  readonly step: Step;
  readonly passed: number;
  readonly failed: number;
  readonly minutes: number;
};

/** Runs one step with its output shown, where the services are, and counts: the tests of a suite, or the command as one. */
export function runStep(step: Step, services: Step["env"]): StepResult {
  const started = performance.now();
  const env = { ...services, ...step.env };
  const counts = "suite" in step ? runSuite(step.suite, env) : runCommand(step.command, env);
  return { step, ...counts, minutes: (performance.now() - started) / 60_000 };
}

type Counts = { readonly passed: number; readonly failed: number };

function runCommand(command: readonly string[], env: Step["env"]): Counts {
  return execute(command, env) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runSuite(suite: string, env: Step["env"]): Counts {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const ok = execute(["vitest", "run", "--project", suite, ...reporters], env);
    const { passed, failed } = readReport(report);
    // A suite can fail without a failed test: a file that does not load, or no test at all.
    return { passed, failed: ok ? failed : Math.max(failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(path: string): Counts {
  try {
    const report: unknown = JSON.parse(readFileSync(path, "utf8"));
    return { passed: numberAt(report, "numPassedTests"), failed: numberAt(report, "numFailedTests") };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function numberAt(value: unknown, key: string): number {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "number" ? found : 0;
}

function execute(command: readonly string[], env: Step["env"]): boolean {
  const [program = "", ...args] = command;
  const path = [join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const result = spawnSync(program, args, { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env, PATH: path } });
  if (result.error) console.error(`${program}: ${result.error.message}`);
  return result.status === 0;
}
