import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Report, ServicesError } from "./names.ts";
import type { RunningProcess } from "./state.ts";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Under which account it runs, when not under the caller's. */
  readonly account?: Account | undefined;
  /** What it reads from standard input. */
  readonly input?: string;
}

const LOG_TAIL_LINES = 20;
const POLL_MS = 20;
const KILL_MS = 5_000;

/** Starts a process that outlives this one: in a session of its own, writing to a file. */
export async function startDetached(command: Command, log: string): Promise<RunningProcess> {
  const child = launch(command, log, true);
  await once(child, "spawn");
  child.unref();
  const { pid } = child;
  const born = pid === undefined ? null : birthOf(pid);
  if (pid === undefined || born === null) throw new ServicesError(`${command.program} ended at once${tailOf(log)}`);
  return { pid, born, since: new Date().toISOString() };
}

/** Runs a command to its end. @throws ServicesError with the end of the log when it fails */
export async function runLogged(command: Command, log: string): Promise<void> {
  const child = launch(command, log, false);
  child.stdin?.end(command.input ?? "");
  const [code, signal]: unknown[] = await once(child, "close");
  if (code !== 0) throw new ServicesError(`${command.program} ended with ${signal ?? `code ${code}`}${tailOf(log)}`);
}

function launch({ program, args, cwd, env, account }: Command, log: string, detached: boolean) {
  const output = openSync(log, "a");
  try {
    return spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      detached,
      stdio: [detached ? "ignore" : "pipe", output, output],
      ...account,
    });
  } finally {
    closeSync(output);
  }
}

export function isAlive({ pid, born }: RunningProcess): boolean {
  return birthOf(pid) === born;
}

/** When a process was started: the boot, and the clock tick in it; null when there is none, or it only waits to be reaped. */
function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is a file name in parentheses, which may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}:${fields[19]}`;
  } catch {
    return null;
  }
}

export interface StopOptions {
  readonly name: string;
  readonly signal: NodeJS.Signals;
  readonly patienceMs: number;
  readonly report: Report;
}

/** Ends a process: by the signal, and by SIGKILL when that is not enough. */
export async function stopProcess(running: RunningProcess, options: StopOptions): Promise<void> {
  const { name, signal, patienceMs, report } = options;
  sendSignal(running, signal);
  // A frozen process gets its signals once it is thawed.
  sendSignal(running, "SIGCONT");
  if (await isGone(running, patienceMs)) return;
  report(`${name} (pid ${running.pid}) did not end within ${patienceMs / 1_000} s of ${signal}: killing it`);
  sendSignal(running, "SIGKILL");
  if (!(await isGone(running, KILL_MS)))
    throw new ServicesError(
      `${name} (pid ${running.pid}) cannot be killed: see what holds it with \`ps ${running.pid}\``,
    );
}

/** Sends a signal, unless the process is gone. */
export function sendSignal(running: RunningProcess, signal: NodeJS.Signals): void {
  if (!isAlive(running)) return;
  try {
    process.kill(running.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function isGone(running: RunningProcess, withinMs: number): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; await sleep(POLL_MS))
    if (!isAlive(running)) return true;
  return !isAlive(running);
}

/** The end of a log, for an error message. */
export function tailOf(log: string): string {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES);
  return `; the last lines of ${log}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
