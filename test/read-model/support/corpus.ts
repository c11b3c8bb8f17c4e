import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ThreadProjector } from "../../../src/projections/index.ts";
import { RowBatch } from "../../../src/read-model/index.ts";
import { observedLines, type TestRollout } from "../../support/threads.ts";

const CORPUS = join(import.meta.dirname, "../../corpus");

/** Rollouts written by the real Codex, with what Codex 0.169.0 makes of them (docs/corpus.md). */
export const CORPUS_NAMES: readonly string[] = readdirSync(CORPUS).sort();

export interface About {
  readonly thread_id: string;
  readonly history: "legacy" | "paginated";
  readonly file_name: string;
}

export function about(name: string): About {
  return JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8")) as About;
}

export function golden(name: string): GoldenTurn[] {
  return JSON.parse(readFileSync(join(CORPUS, name, "turns.json"), "utf8")) as GoldenTurn[];
}

export interface GoldenTurn {
  readonly id: string;
  readonly items: readonly { readonly type: string; readonly id: string }[];
  readonly status: string;
}

/** What the mutations of rollouts come to; those of one thread in the order given. */
export function rowsOf(threads: ReadonlyMap<string, readonly TestRollout[]>): RowBatch {
  const batch = new RowBatch();
  let offset = 0;
  for (const [threadId, rollouts] of threads) {
    const projector = new ThreadProjector(["thread-item", "turn-summary", "lifecycle"]);
    for (const line of observedLines(threadId, rollouts)) {
      for (const mutation of projector.project(line)) batch.add(mutation, offset);
      offset += 1;
    }
  }
  return batch;
}

export function corpusRows(): RowBatch {
  const rollouts = CORPUS_NAMES.map((name): [string, TestRollout[]] => {
    const lines = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").split("\n");
    const { thread_id: threadId } = about(name);
    return [threadId, [{ rolloutId: threadId, lines }]];
  });
  return rowsOf(new Map(rollouts));
}
