import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { cpuOfTree, ended } from "../processes.ts";
import { COMMAND } from "../worker/command.ts";
import { peakOf } from "../worker/timed.ts";

/** What it took a sink to bring the mutation topics into empty tables. */
export interface Sunk {
  /** From joining the group to the last commit. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly mutations: number;
  readonly transactions: number;
}

interface LogLine {
  readonly time: string;
  readonly message: string;
  readonly records?: number;
}

export async function sinking(prefix: string, databaseUrl: string): Promise<Sunk> {
  const options = ["--prefix", prefix, "--database-url", databaseUrl, "--log-level", "debug", "--set", "http.port=0"];
  const child = spawn(COMMAND, ["sink", "postgres", "--once", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = ended(child);
  const times = { joined: 0, cpuJoined: 0, committed: 0 };
  let [mutations, transactions, cpuSeconds, peakBytes] = [0, 0, 0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    const { time, message, records = 0 } = JSON.parse(line) as LogLine;
    if (message === "joined its group") {
      times.joined = Date.parse(time);
      times.cpuJoined = cpuOfTree(child.pid);
    }
    if (message !== "committed" || records === 0) continue;
    times.committed = Date.parse(time);
    cpuSeconds = cpuOfTree(child.pid) - times.cpuJoined;
    peakBytes = peakOf(child.pid);
    mutations += records;
    transactions += 1;
  }
  const status = await exit;
  if (status !== 0) throw new Error(`the sink ended with ${status}`);
  return { seconds: (times.committed - times.joined) / 1000, cpuSeconds, peakBytes, mutations, transactions };
}
