import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ended } from "../processes.ts";
import type { BenchFolder } from "./folder.ts";
import { COMMAND } from "./import.ts";

const PAUSE_MS = 10;
const LIVE_LINES = 50;
const LIVE_PAUSE_MS = 100;
const UUID_LENGTH = 36;

/** How soon requests are answered, in milliseconds. */
export interface Serving {
  /** While all is imported. */
  readonly importing: readonly number[];
  readonly importSeconds: number;
  /** From a line written to its change in the API, when all is imported. */
  readonly live: readonly number[];
}

/** Asks the API for what the viewer asks, while the folder is imported; then writes lines and waits for them to show. */
export async function serving(folder: BenchFolder): Promise<Serving> {
  const data = mkdtempSync(join(tmpdir(), "thread-history-bench-data-"));
  const args = ["start", "--port", "0", "--data", data, folder.sessions];
  const child = spawn(COMMAND, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = ended(child);
  try {
    const url = await firstLine(child.stdout);
    const begun = performance.now();
    const importing = await askingUntilReady(url);
    const importSeconds = (performance.now() - begun) / 1000;
    return { importing, importSeconds, live: await following(url, folder) };
  } finally {
    child.kill();
    await exited;
    rmSync(data, { recursive: true, force: true });
  }
}

async function firstLine(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stdout)) return line;
  throw new Error("start ended without a word");
}

/** A list of threads, then the newest turns of its first one: what a click costs. */
async function askingUntilReady(url: string): Promise<number[]> {
  const taken: number[] = [];
  while (!(await fetch(`${url}/readyz`)).ok) {
    const begun = performance.now();
    const { data } = await answer(`${url}/v1/threads?limit=50`);
    taken.push(performance.now() - begun);
    const [first] = data;
    if (first !== undefined) {
      const asked = performance.now();
      await answer(`${url}/v1/threads/${first.threadId}/turns?limit=20&direction=descending&itemsView=full`);
      taken.push(performance.now() - asked);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return taken;
}

interface Answer {
  readonly data: readonly {
    readonly threadId: string;
    readonly type: string;
    readonly item?: { readonly item: unknown };
  }[];
  readonly next: string | null;
}

async function answer(url: string): Promise<Answer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** One message after the other in one thread, each until the stream of events has it. */
async function following(url: string, { sessions }: BenchFolder): Promise<number[]> {
  const [name = ""] = readdirSync(sessions, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".jsonl"),
  );
  const threadId = name.slice(-".jsonl".length - UUID_LENGTH, -".jsonl".length);
  const stop = new AbortController();
  const { ok, body } = await fetch(`${url}/v1/threads/${threadId}/events`, { signal: stop.signal });
  if (!ok || body === null) throw new Error(`no stream of events of thread ${threadId}`);
  const texts = body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const taken: number[] = [];
  for (let n = 0; n < LIVE_LINES; n++) {
    await new Promise((resolve) => setTimeout(resolve, LIVE_PAUSE_MS));
    const message = `live message ${n}.`;
    const payload = { type: "user_message", message };
    const begun = performance.now();
    appendFileSync(
      join(sessions, name),
      `${JSON.stringify({ timestamp: "2026-06-05T12:00:00.000Z", type: "event_msg", payload })}\n`,
    );
    for (let seen = ""; !seen.includes(message); ) {
      const { done, value } = await texts.next();
      if (done === true) throw new Error("the stream of events ended");
      seen += value;
    }
    taken.push(performance.now() - begun);
  }
  stop.abort();
  return taken;
}
