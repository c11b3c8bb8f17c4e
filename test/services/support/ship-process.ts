import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import type { Deployment } from "./deployment.ts";
import { PATIENCE } from "./group.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/thread-history");

/** A test waits for files to be left alone, and for what was missed, not as long as people do. */
export const IMPATIENT = {
  THREAD_HISTORY_SHIP_RESCAN_MS: "1000",
  THREAD_HISTORY_SHIP_RETRY_MS: "100",
  THREAD_HISTORY_SHIP_SETTLE_MS: "100",
};

type Variables = Readonly<Record<string, string>>;

/** `thread-history ship`, as a process of its own. */
export class ShipProcess {
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;

  /** `within`: a command that becomes this one, such as one that gives it other disks. */
  constructor({ env }: Deployment, args: readonly string[], variables: Variables = {}, within: readonly string[] = []) {
    const [program = COMMAND, ...rest] = [...within, COMMAND, "ship", ...args];
    const all = { ...process.env, ...env, ...variables };
    const child = spawn(program, rest, { env: all, stdio: ["ignore", "pipe", "pipe"] });
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

  /** For a process that a test leaves behind. */
  static started(...of: ConstructorParameters<typeof ShipProcess>): ShipProcess {
    const started = new ShipProcess(...of);
    onTestFinished(() => started.kill());
    return started;
  }

  async says(what: string | RegExp): Promise<void> {
    const isSaid = () => expect(this.stderr).toMatch(what);
    await Promise.race([vi.waitFor(isSaid, PATIENCE), this.ended.then(isSaid)]);
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

  /** The largest file that it may write, in bytes. */
  limitFiles(bytes: number | "unlimited"): void {
    execFileSync("prlimit", ["--pid", String(this.#child.pid), `--fsize=${bytes}:`]);
  }

  /** A path as the process sees it. */
  inside(path: string): string {
    return `/proc/${this.#child.pid}/root${path}`;
  }

  get descriptors(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  /** Its largest memory so far, in MB. */
  get peakMegabytes(): number {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, "utf8")) ?? [];
    return Number(kibibytes) / 1024;
  }
}
