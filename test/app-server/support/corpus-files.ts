import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RolloutFile } from "../../../conformance/src/rollout-file.ts";

const CORPUS = join(import.meta.dirname, "../../corpus");

interface About {
  readonly thread_id: string;
  readonly file_name: string;
  readonly history: "legacy" | "paginated";
  readonly companions?: readonly string[];
}

/** Rollouts that the real Codex wrote (docs/corpus.md), bases before their forks. */
export function corpusFiles(): { readonly name: string; readonly file: RolloutFile }[] {
  const samples = readdirSync(CORPUS)
    .sort()
    .map((name) => {
      const about = JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8")) as About;
      const text = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8");
      const { thread_id: threadId, file_name, history: mode } = about;
      return { name, file: { name: file_name, threadId, mode, text, asked: true } };
    });
  return samples.toSorted((a, b) => (a.file.name < b.file.name ? -1 : 1));
}
