import { type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "bin/thread-history");

/** The real rollouts that come with the program. */
export const SAMPLES = join(ROOT, "samples");
/** A paginated thread; the base of the fork. */
export const BASE = "rollout-2026-11-22T14-59-34-01a203c5-0841-7250-b2ce-1b5212076eb0.jsonl";
export const FORK = "rollout-2026-11-22T14-59-34-01a203c5-09b4-7fa0-8339-1b762c537606.jsonl";

export const THREAD = "0197a1b2-0000-7000-8000-00000000000a";
export const OTHER_THREAD = "0197a1b2-0000-7000-8000-00000000000b";

/** What a run of the command came to. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `thread-history` as a user does: in a folder, with its output in pipes. */
export function threadHistory(args: readonly string[], cwd = ROOT, input: string | Buffer = ""): Promise<Run> {
  return finished(COMMAND, args, { cwd }, input);
}

/** Runs a shell script in which `$CLI` is the command. */
export function shell(script: string, cwd: string): Promise<Run> {
  return finished("bash", ["-c", script], { cwd, env: { ...process.env, CLI: COMMAND } }, "");
}

async function finished(command: string, args: readonly string[], options: SpawnOptions, input: string | Buffer) {
  const child = spawn(command, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // The command may end before it has read all.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

type Files = Readonly<Record<string, string | Buffer | readonly string[]>>;

/** A folder with these files, for one test. A list is the lines of a file. */
export function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const isBytes = typeof content === "string" || Buffer.isBuffer(content);
    writeFileSync(path, isBytes ? content : content.map((line) => `${line}\n`).join(""));
  }
  return folder;
}

/** The name of a rollout of a thread; `minute` orders several of them. */
export function rolloutName(threadId = THREAD, minute = 0, rolloutId?: string): string {
  const time = `2026-01-01T00-${String(minute).padStart(2, "0")}-00`;
  return `rollout-${time}-${threadId}${rolloutId === undefined ? "" : `_${rolloutId}`}.jsonl`;
}

const TIME = "2026-01-01T00:00:00.000Z";

export function rolloutLine(type: string, payload: object, more: object = {}): string {
  return JSON.stringify({ timestamp: TIME, ...more, type, payload });
}

function event(type: string, payload: object = {}): string {
  return rolloutLine("event_msg", { type, ...payload });
}

export function session(threadId = THREAD, more: object = {}): string {
  const known = { id: threadId, timestamp: TIME, cwd: "/project", originator: "codex_cli", cli_version: "0.169.0" };
  return rolloutLine("session_meta", { ...known, ...more });
}

export const started = (turnId: string): string => event("task_started", { turn_id: turnId, started_at: 1 });
const asked = (message: string): string => event("user_message", { message });
const answered = (message: string): string => event("agent_message", { message });
const completed = (turnId: string): string =>
  event("task_complete", { turn_id: turnId, last_agent_message: null, completed_at: 2, duration_ms: 1000 });

/** One turn with a question and an answer. */
export function turn(turnId: string): string[] {
  return [started(turnId), asked(`question of ${turnId}`), answered(`answer of ${turnId}`), completed(turnId)];
}

/** A whole rollout of one turn: five lines. */
export function rollout(threadId = THREAD, turnId = "turn-1"): string[] {
  return [session(threadId), ...turn(turnId)];
}

/** Lines of JSON, parsed. */
export function jsonLines<T>(output: string): T[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
