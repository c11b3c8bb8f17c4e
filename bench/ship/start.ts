import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ended, run } from "../processes.ts";
import { Installation } from "../worker/installation.ts";
import { peakOf } from "../worker/timed.ts";
import { shipping } from "./shipping.ts";

const FILES_OF_A_DAY = 200;

export interface ShipStart {
  readonly files: number;
  /** The first time, when all of them are sent. */
  readonly firstSeconds: number;
  /** When all of them were sent before: until new lines are waited for. */
  readonly againSeconds: number;
  readonly descriptors: number;
  readonly peakBytes: number;
}

/** Many small rollouts: sent, then found to be sent. */
export async function measureStart(files: number): Promise<ShipStart> {
  await using installation = await Installation.open("ship");
  const folder = mkdtempSync(join(tmpdir(), "thread-history-ship-"));
  try {
    write(folder, files);
    const { command, positions } = shipping(installation, ["--once", folder]);
    const first = await run(command);
    const again = await following([...command.filter((argument) => argument !== "--once")]);
    rmSync(positions);
    console.error(`${files} files: ${first.wallSeconds.toFixed(1)} s, again ${again.againSeconds.toFixed(1)} s`);
    return { files, firstSeconds: first.wallSeconds, ...again };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function following(command: readonly string[]) {
  const begun = performance.now();
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface({ input: child.stderr })) if (line.includes("follows what comes")) break;
  const againSeconds = (performance.now() - begun) / 1000;
  const descriptors = readdirSync(`/proc/${child.pid}/fd`).length;
  const peakBytes = peakOf(child.pid);
  child.kill("SIGTERM");
  await ended(child);
  return { againSeconds, descriptors, peakBytes };
}

function write(folder: string, files: number): void {
  for (let number = 0; number < files; number++) {
    const day = join(folder, `day-${Math.floor(number / FILES_OF_A_DAY)}`);
    if (number % FILES_OF_A_DAY === 0) mkdirSync(day);
    const id = `0197b000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
    const line = (type: string, payload: object) =>
      `${JSON.stringify({ timestamp: "2026-06-05T10:00:00.000Z", type, payload })}\n`;
    const about = { cwd: "/", originator: "codex", cli_version: "0.137.0", instructions: null };
    const meta = line("session_meta", { id, timestamp: "2026-06-05T10:00:00.000Z", ...about });
    const turn = line("event_msg", { type: "task_started", turn_id: "turn-1" });
    writeFileSync(join(day, `rollout-2026-06-05T10-00-00-${id}.jsonl`), meta + turn);
  }
}
