import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ORDINAL, TAG, THREAD_ID, templatesOf } from "../corpus.ts";

/** So long a thread is: a long day's work. */
export const THREAD_MEGABYTES = 10;

/** Rollouts of many threads, where Codex keeps its own. */
export class BenchFolder implements Disposable {
  /** A home of Codex. */
  readonly home = mkdtempSync(join(tmpdir(), "thread-history-bench-"));
  readonly threads: number;
  readonly bytes: number;

  constructor(megabytes: number) {
    this.threads = Math.max(1, Math.round(megabytes / THREAD_MEGABYTES));
    const templates = templatesOf("legacy");
    for (let thread = 0; thread < this.threads; thread++) this.#write(thread, templates, megabytes / this.threads);
    const paths = readdirSync(this.sessions, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    this.bytes = paths.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  }

  get sessions(): string {
    return join(this.home, "sessions");
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  #write(thread: number, templates: readonly string[], megabytes: number): void {
    const threadId = THREAD_ID.slice(0, -12) + String(thread).padStart(12, "0");
    const minute = String(thread % 60).padStart(2, "0");
    const path = join(this.sessions, "2026", "06", "05", `rollout-2026-06-05T10-${minute}-00-${threadId}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "w");
    for (let number = 0, written = 0; written < megabytes * 1e6; number++) {
      const template = templates[number % templates.length] ?? "";
      const text = template.replaceAll(TAG, number.toString(16).padStart(6, "0")).replaceAll(THREAD_ID, threadId);
      written += writeSync(file, text.replaceAll(ORDINAL, "0"));
    }
    closeSync(file);
  }
}
