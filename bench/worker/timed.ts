import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuOfTree, ended } from "../processes.ts";
import type { Installation } from "./installation.ts";

const JOINED = "joined its group";
const POLL_MS = 50;
/** Longer than any of this takes: something is broken. */
const LIMIT_MS = 600_000;

/** What taking the whole input took a process, from when it had joined its group until all was committed. */
export interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Starts a process and measures how it takes the input. One that goes on after that is told to end. */
export async function taking(
  installation: Installation,
  groupId: string,
  command: readonly string[],
  goesOn: boolean,
): Promise<Taken> {
  const ends = await installation.ends();
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exit = ended(child);
  await said(child, JOINED);
  const begun = performance.now();
  const cpuBegun = cpuOfTree(child.pid);
  while (!(await installation.hasCommitted(groupId, ends))) {
    if (child.exitCode !== null)
      throw new Error(`${command.join(" ")} ended with ${child.exitCode} before its work did`);
    if (performance.now() - begun > LIMIT_MS) throw new Error(`${command.join(" ")} did not come to its end`);
    await sleep(POLL_MS);
  }
  const seconds = (performance.now() - begun) / 1000;
  const taken = { seconds, cpuSeconds: cpuOfTree(child.pid) - cpuBegun, peakBytes: peakOf(child.pid) };
  if (goesOn) child.kill("SIGTERM");
  const status = await exit;
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}`);
  return taken;
}

/** The most memory that a process has held so far. */
export function peakOf(pid: number | undefined): number {
  const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(peak) * 1024;
}

/** Resolves when a process says something on its standard output, all of which is read. */
function said(child: ChildProcess, what: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let line = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    line += chunk.toString();
    if (line.includes(what)) resolve();
    line = line.slice(line.lastIndexOf("\n") + 1);
  });
  child.on("exit", (code) => reject(new Error(`ended with ${code} before it said "${what}"`)));
  return promise;
}
