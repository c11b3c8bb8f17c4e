import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HistoryMode, ORDINAL, TAG, THREAD_ID, templatesOf } from "./corpus.ts";

/** A rollout of one long thread. */
export interface BenchRollout {
  readonly mode: HistoryMode;
  readonly path: string;
  readonly bytes: number;
  /** A rollout of its first line alone. */
  readonly oneLine: string;
}

/** Raised when the same corpus gives another file. */
const VERSION = 1;

export const ROLLOUT_NAME = `rollout-2026-06-05T10-00-00-${THREAD_ID}.jsonl`;

/** The corpus again and again until the file has this size. It is made once, and found again after that. */
export function benchRollout(mode: HistoryMode, megabytes: number): BenchRollout {
  const templates = templatesOf(mode);
  const content = createHash("sha256")
    .update(JSON.stringify([VERSION, templates]))
    .digest("hex")
    .slice(0, 12);
  const folder = join(tmpdir(), "thread-history-bench", `${mode}-${megabytes}-${content}`);
  const path = join(folder, ROLLOUT_NAME);
  const oneLine = join(folder, "one-line", ROLLOUT_NAME);
  if (!existsSync(path)) {
    mkdirSync(join(folder, "one-line"), { recursive: true });
    const [first = ""] = repeated(templates);
    writeFileSync(oneLine, first.slice(0, first.indexOf("\n") + 1));
    writeParts(`${path}.part`, repeated(templates), megabytes * 1e6);
    renameSync(`${path}.part`, path);
  }
  return { mode, path, bytes: statSync(path).size, oneLine };
}

/** One rollout of the corpus after the other, without end: each time with ids of its own, the ordinals going on. */
function* repeated(templates: readonly string[]): Generator<string> {
  let ordinal = 0;
  for (let number = 0; ; number++) {
    const tag = number.toString(16).padStart(6, "0");
    const pieces = (templates[number % templates.length] ?? "").replaceAll(TAG, tag).split(ORDINAL);
    yield pieces.map((piece, index) => (index === 0 ? piece : `${ordinal++}${piece}`)).join("");
  }
}

function writeParts(path: string, parts: Iterable<string>, bytes: number): void {
  const file = openSync(path, "w");
  let written = 0;
  for (const part of parts) {
    written += writeSync(file, part);
    if (written >= bytes) break;
  }
  closeSync(file);
}
