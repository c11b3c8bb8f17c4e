import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type EmbeddedEvent, type EmbeddedOptions, runEmbedded, type ThreadEnd } from "../../../src/embedded/index.ts";

const CORPUS = join(import.meta.dirname, "../../corpus");

/** A folder for the time of a test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-embedded-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface CorpusThread {
  readonly name: string;
  readonly threadId: string;
  readonly lines: readonly string[];
}

/** Copies the corpus to where Codex would keep it. */
export function corpusIn(folder: string): CorpusThread[] {
  return readdirSync(CORPUS).map((name) => {
    const about = JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8"));
    const sessions = join(folder, "sessions", name);
    mkdirSync(sessions, { recursive: true });
    cpSync(join(CORPUS, name, "rollout.jsonl"), join(sessions, about.file_name));
    const lines = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").split("\n");
    return { name, threadId: about.thread_id, lines };
  });
}

export interface Imported {
  readonly end: ThreadEnd;
  readonly events: readonly EmbeddedEvent[];
}

type Given = Partial<EmbeddedOptions> & Pick<EmbeddedOptions, "file"> & { readonly paths: readonly string[] };

/** Without the patience that people have. */
function embeddedOptions({ paths, ...more }: Given): EmbeddedOptions {
  return {
    follow: { paths, mayBeMissing: [], order: "newest", rescanMs: 1_000, retryMs: 50 },
    ship: { maxLineBytes: 1_000_000, turnBytes: 100_000, settleMs: 0, lineEndMs: 0 },
    redact: null,
    once: true,
    roundBytes: 100_000,
    hotBytes: 1_000_000,
    ...more,
  };
}

/** Imports what the paths hold into the file. */
export async function importing(given: Given): Promise<Imported> {
  const events: EmbeddedEvent[] = [];
  const end = await runEmbedded(embeddedOptions(given), (event) => events.push(event), new AbortController().signal);
  return { end, events };
}

/** How many lines were read. */
export function linesRead({ events }: Pick<Imported, "events">): number {
  return events.reduce(
    (sum, event) => sum + (event.type === "ship" && event.event.type === "shipped" ? event.event.shipped.lines : 0),
    0,
  );
}
