import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Answer, CodexAppServer } from "./codex-app-server.ts";
import { compareTurns, type Difference } from "./compare.ts";
import { readJson, stringMember } from "./json.ts";
import type { RolloutFile } from "./rollout-file.ts";

const CORPUS = join(import.meta.dirname, "..", "..", "test", "corpus");

type Sample = { name: string; file: RolloutFile; golden: string };

/** Asks Codex again for every rollout of the corpus: are its `turns.json` still what Codex answers? */
async function main(): Promise<boolean> {
  const samples = readdirSync(CORPUS).toSorted().flatMap(readSample);
  const codex = new CodexAppServer();
  try {
    const answers = await codex.ask(samples.map(({ file }) => [file]));
    const failed = samples.filter(({ name, golden }, index) => !stillAnswers(name, golden, answers[index]?.[0]));
    console.log(`${samples.length - failed.length} passed, ${failed.length} failed`);
    return samples.length > 0 && failed.length === 0;
  } finally {
    await codex.close();
  }
}

function readSample(name: string): Sample[] {
  const folder = join(CORPUS, name);
  if (!existsSync(join(folder, "about.json"))) return [];
  const about = readJson(readFileSync(join(folder, "about.json"), "utf8"));
  const [threadId, fileName, mode] = ["thread_id", "file_name", "history"].map((key) => stringMember(about, key));
  if (threadId === undefined || fileName === undefined || (mode !== "legacy" && mode !== "paginated"))
    throw new Error(`${folder}: about.json does not say enough`);
  const text = readFileSync(join(folder, "rollout.jsonl"), "utf8");
  return [
    {
      name,
      file: { name: fileName, threadId, mode, text, asked: true },
      golden: readFileSync(join(folder, "turns.json"), "utf8"),
    },
  ];
}

function stillAnswers(name: string, golden: string, answer: Answer | undefined): boolean {
  const difference =
    answer === undefined || "refused" in answer ? refusal(answer?.refused) : compareTurns(answer.turns, golden);
  if (difference === undefined) return true;
  console.log(`${name}: ${difference.path}\n  codex:      ${difference.codex}\n  turns.json: ${difference.ours}`);
  return false;
}

function refusal(why = "no answer"): Difference {
  return { path: "refused", codex: why, ours: undefined };
}

process.exitCode = (await main()) ? 0 : 1;
