import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/root.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";

const CORPUS = join(ROOT, "test", "corpus");
const TIMESTAMP = "2026-06-05T10:00:00.000Z";

/** The corpus again and again under new thread ids; the threads of one repetition side by side, line by line. */
export function* realMix(records: number): Generator<RolloutRecord> {
  const rollouts = corpus();
  let left = records;
  for (let repetition = 0; left > 0; repetition++) {
    const threads = rollouts.map(({ id, text }, number) => {
      const threadId = threadIdOf(repetition * rollouts.length + number);
      return { threadId, lines: text.replaceAll(id, threadId).split("\n") };
    });
    const longest = Math.max(...threads.map(({ lines }) => lines.length));
    for (let position = 0; position < longest; position++) {
      for (const { threadId, lines } of threads) {
        const line = lines[position];
        if (line === undefined || left === 0) continue;
        left -= 1;
        yield recordOf(threadId, position, line);
      }
    }
  }
}

/** Threads side by side whose every line, but for the first two, makes an item. */
export function* onlyItems(records: number, threads: number): Generator<RolloutRecord> {
  for (let number = 0; number < records; number++) {
    const thread = number % threads;
    const position = Math.floor(number / threads);
    yield recordOf(threadIdOf(thread), position, itemThreadLine(threadIdOf(thread), position));
  }
}

/** Threads of three lines each. */
export function* smallThreads(threads: number): Generator<RolloutRecord> {
  for (let thread = 0; thread < threads; thread++) {
    const threadId = threadIdOf(thread);
    for (let position = 0; position < 3; position++)
      yield recordOf(threadId, position, itemThreadLine(threadId, position));
  }
}

/** Lines of one of the threads of `onlyItems` and `smallThreads`, from a position on. */
export function* linesOf(thread: number, from: number, count: number): Generator<RolloutRecord> {
  const threadId = threadIdOf(thread);
  for (let position = from; position < from + count; position++)
    yield recordOf(threadId, position, itemThreadLine(threadId, position));
}

/** A session, a turn, then agent messages of about the corpus' mean length. */
function itemThreadLine(threadId: string, position: number): string {
  if (position === 0) return sessionLine(threadId);
  if (position === 1) return eventLine({ type: "task_started", turn_id: "turn-1", started_at: 1_780_000_000 });
  const message = `Message ${position}: ${"The tests pass, and the change is in the third file. ".repeat(6)}`;
  return eventLine({ type: "agent_message", message });
}

function sessionLine(id: string): string {
  const about = { cwd: "/home/user/project", originator: "codex", cli_version: "0.137.0", instructions: null };
  return JSON.stringify({ timestamp: TIMESTAMP, type: "session_meta", payload: { id, timestamp: TIMESTAMP, ...about } });
}

function eventLine(payload: object): string {
  return JSON.stringify({ timestamp: TIMESTAMP, type: "event_msg", payload });
}

function corpus(): { readonly id: string; readonly text: string }[] {
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const about: { readonly thread_id: string } = JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8"));
      return { id: about.thread_id, text: readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").trimEnd() };
    });
}

export function threadIdOf(number: number): string {
  return `0197b000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

function recordOf(threadId: string, position: number, text: string): RolloutRecord {
  const { kind, eventType } = labelsOf(text);
  const line = Buffer.from(text);
  return { threadId, rolloutId: threadId, position, recordedAt: Date.now(), kind, eventType, line, oversized: null };
}

/** As a producer labels a line. Some lines of the corpus are no JSON. */
function labelsOf(text: string): { readonly kind: string; readonly eventType: string | null } {
  try {
    const { type, payload } = JSON.parse(text);
    return { kind: String(type), eventType: type === "event_msg" ? String(payload?.type) : null };
  } catch {
    return { kind: "", eventType: null };
  }
}
