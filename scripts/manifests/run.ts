import { spawnSync } from "node:child_process";

/** What a command needs beside its arguments. */
interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type RunResult =
  | { readonly outcome: "done"; readonly output: string }
  | { readonly outcome: "failed"; readonly reason: string };

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a command to its end. That it fails, or does not exist, is a result. */
export function run([program = "", ...args]: readonly string[], { cwd, env }: RunOptions = {}): RunResult {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error) return { outcome: "failed", reason: error.message };
  if (status !== 0) return { outcome: "failed", reason: `${stdout}${stderr}`.trim() };
  return { outcome: "done", output: stdout };
}

/**
 * What a command prints.
 *
 * @throws Error with all that the command said when it fails
 */
export function outputOf(command: readonly string[], options?: RunOptions): string {
  const result = run(command, options);
  if (result.outcome === "failed") throw new Error(`${command.join(" ")}\n${result.reason}`);
  return result.output;
}
