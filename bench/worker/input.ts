import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/root.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";

const CORPUS = join(ROOT, "test", "corpus");
const ITEMS_OF_A_TURN = 10;
const LINES_OF_A_TURN = ITEMS_OF_A_TURN + 2;
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

/** One more line for each of the first so many threads of `onlyItems` or `smallThreads`. */
export function* oneMoreEach(threads: number, position: number): Generator<RolloutRecord> {
  for (let thread = 0; thread < threads; thread++)
    yield recordOf(threadIdOf(thread), position, itemThreadLine(threadIdOf(thread), position));
}

/** Lines of one thread, from a position on: turns of ten items each. */
export function* longThread(from: number, count: number): Generator<RolloutRecord> {
  const threadId = threadIdOf(0);
  for (let position = from; position < from + count; position++)
    yield recordOf(threadId, position, longThreadLine(threadId, position));
}

/** How many lines of `longThread` hold so many items. */
export function linesWithItems(items: number): number {
  return 1 + Math.ceil(items / ITEMS_OF_A_TURN) * LINES_OF_A_TURN;
}

function longThreadLine(threadId: string, position: number): string {
  if (position === 0) return sessionLine(threadId);
  const turn_id = `turn-${Math.floor((position - 1) / LINES_OF_A_TURN)}`;
  switch ((position - 1) % LINES_OF_A_TURN) {
    case 0:
      return eventLine({ type: "task_started", turn_id, started_at: 1_780_000_000 });
    case LINES_OF_A_TURN - 1:
      return eventLine({ type: "task_complete", turn_id, completed_at: 1_780_000_007, duration_ms: 7_000 });
    default:
      return messageLine(position);
  }
}

/** A session, a turn, then agent messages of about the corpus' mean length. */
function itemThreadLine(threadId: string, position: number): string {
  if (position === 0) return sessionLine(threadId);
  if (position === 1) return eventLine({ type: "task_started", turn_id: "turn-1", started_at: 1_780_000_000 });
  return messageLine(position);
}

function messageLine(position: number): string {
  const message = `Message ${position}: ${"The tests pass, and the change is in the third file. ".repeat(6)}`;
  return eventLine({ type: "agent_message", message });
}

function sessionLine(id: string): string {
  const about = { cwd: "/home/user/project", originator: "codex", cli_version: "0.137.0", instructions: null };
  return JSON.stringify({
    timestamp: TIMESTAMP,
    type: "session_meta",
    payload: { id, timestamp: TIMESTAMP, ...about },
  });
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

function threadIdOf(number: number): string {
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
