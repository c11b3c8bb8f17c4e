import { spawn } from "node:child_process";
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

/**
 * Runs one step where the services are, shows its output when it has ended (two steps may run at once), and counts: the tests
 * of a suite, or the command as one.
 */
export async function runStep(step: Step, services: Step["env"]): Promise<StepResult> {
  const started = performance.now();
  const env = { ...services, ...step.env };
  const counts = "suite" in step ? await runSuite(step, step.suite, env) : await runCommand(step, step.command, env);
  return { step, ...counts, minutes: (performance.now() - started) / 60_000 };
}

type Counts = { readonly passed: number; readonly failed: number };

async function runCommand(step: Step, command: readonly string[], env: Step["env"]): Promise<Counts> {
  return (await execute(step, command, env)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runSuite(step: Step, suite: string, env: Step["env"]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const ok = await execute(step, ["vitest", "run", "--project", suite, ...reporters], env);
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

/** Whether the command ended well. */
function execute(step: Step, command: readonly string[], env: Step["env"]): Promise<boolean> {
  const [program = "", ...args] = command;
  const path = [join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env, PATH: path },
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    const ended = (ok: boolean): void => {
      console.log(`\n== ${step.name}: ${step.what}\n${Buffer.concat(output).toString().trimEnd()}`);
      resolve(ok);
    };
    child.once("error", (error) => {
      output.push(Buffer.from(`${program}: ${error.message}`));
      ended(false);
    });
    child.once("close", (code) => ended(code === 0));
  });
}
