import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What running a program took. */
export interface Usage {
  readonly wallSeconds: number;
  /** User and system time, of all its threads and of the processes it waited for. */
  readonly cpuSeconds: number;
  /** The most memory it ever held. */
  readonly peakBytes: number;
}

/** The unit of CPU times in /proc: a hundredth of a second on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
const POLL_MS = 10;
const COMPLAINT_LENGTH = 2000;

/** Runs a program to its end, its output thrown away. Linux only: it reads /proc. */
export async function run(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Usage> {
  const [program = "", ...args] = command;
  const cpuBefore = cpuOfEndedChildren();
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-COMPLAINT_LENGTH);
  });
  const memory = new PeakMemory(child);
  const status = await ended(child);
  const wallSeconds = (performance.now() - begun) / 1000;
  memory.stop();
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}\n${complaint}`);
  return { wallSeconds, cpuSeconds: cpuOfEndedChildren() - cpuBefore, peakBytes: memory.bytes };
}

export function ended(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ?? code));
  });
}

/** Follows the high-water mark of a process: it only rises, so the last look is close to the end's. */
class PeakMemory {
  bytes = 0;
  readonly #timer: NodeJS.Timeout;

  constructor({ pid }: ChildProcess) {
    this.#timer = setInterval(() => {
      const peak = /^VmHWM:\s*(\d+) kB$/m.exec(procFile(`${pid}/status`))?.[1];
      this.bytes = Math.max(this.bytes, Number(peak ?? 0) * 1024);
    }, POLL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** CPU seconds of the children of this process that have ended. */
function cpuOfEndedChildren(): number {
  const [, , cutime = 0, cstime = 0] = cpuTicks("self");
  return (cutime + cstime) / TICKS_PER_SECOND;
}

/** CPU seconds so far of a running process and of those it started. */
export function cpuOfTree(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const [utime = 0, stime = 0] = cpuTicks(`${pid}`);
  const children = threadsOf(pid).flatMap((thread) => procFile(`${pid}/task/${thread}/children`).split(" "));
  return children
    .filter((child) => child !== "")
    .reduce((sum, child) => sum + cpuOfTree(Number(child)), (utime + stime) / TICKS_PER_SECOND);
}

function threadsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`);
}

/** `utime stime cutime cstime`. The name before them, in brackets, may hold anything. */
function cpuTicks(process: string): number[] {
  const stat = procFile(`${process}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map(Number);
}

function procFile(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
