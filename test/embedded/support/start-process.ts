import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";

const COMMAND = join(import.meta.dirname, "../../../bin/thread-history");
const PATIENCE = { timeout: 20_000, interval: 50 };

/** A test waits for files to be left alone, and for what was missed, not as long as people do. */
const IMPATIENT = {
  THREAD_HISTORY_SHIP_RESCAN_MS: "1000",
  THREAD_HISTORY_SHIP_RETRY_MS: "100",
  THREAD_HISTORY_SHIP_SETTLE_MS: "100",
  THREAD_HISTORY_SHIP_LINE_END_MS: "200",
  THREAD_HISTORY_EMBEDDED_ROUND_BYTES: "65536",
};

/** `thread-history start`, as a process of its own. */
export class StartProcess {
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;

  /** `within`: a command that becomes this one, such as one that gives it other disks. */
  constructor(args: readonly string[], variables: NodeJS.ProcessEnv = {}, within: readonly string[] = []) {
    const [program = COMMAND, ...rest] = [...within, COMMAND, "start", ...args];
    const env = { ...process.env, ...IMPATIENT, THREAD_HISTORY_API_PORT: "0", ...variables };
    const child = spawn(program, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (text: Buffer) => {
      this.stdout += text.toString();
    });
    child.stderr.on("data", (text: Buffer) => {
      this.stderr += text.toString();
    });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => resolve(code ?? signal));
    });
  }

  /** For the time of a test. */
  static started(...of: ConstructorParameters<typeof StartProcess>): StartProcess {
    const started = new StartProcess(...of);
    onTestFinished(() => started.kill());
    return started;
  }

  async says(what: string | RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.stderr).toMatch(what), PATIENCE);
  }

  /** Where it serves. */
  async url(): Promise<string> {
    await vi.waitFor(() => expect(this.stdout).toMatch(/^http:\S+$/m), PATIENCE);
    return this.stdout.trim();
  }

  /** Lets it write files of any size. */
  liftLimit(): void {
    execFileSync("prlimit", ["--pid", String(this.#child.pid), "--fsize=unlimited"]);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** SIGTERM, and wait for the end. */
  async drain(): Promise<number | NodeJS.Signals | null> {
    this.#child.kill("SIGTERM");
    return await this.ended;
  }
}

/** Runs `start --once` to its end. */
export async function startOnce(
  ...args: readonly string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const process = new StartProcess(["--once", ...args]);
  const code = await process.ended;
  return { code, stdout: process.stdout, stderr: process.stderr };
}
