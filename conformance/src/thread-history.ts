import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer } from "./codex-app-server.ts";
import { member, readJson, sourceOf } from "./json.ts";
import type { RolloutGroup } from "./rollout-file.ts";

const COMMAND = join(import.meta.dirname, "..", "..", "bin", "thread-history");
const ANSWER_WITHIN_MS = 120_000;
const LONGEST_OUTPUT = 2 ** 29;

/** Asks this project's own command for the turns of all asked files, in one call; each group lies in a folder of its own. */
export async function askThreadHistory(groups: readonly RolloutGroup[]): Promise<Answer[][]> {
  const root = mkdtempSync(join(tmpdir(), "conformance-ours-"));
  try {
    const paths = groups.flatMap((group, index) => place(group, join(root, String(index))));
    const { output, errors } = await run(paths);
    const byPath = new Map(
      output
        .split("\n")
        .filter((line) => line !== "")
        .map(turnsOf),
    );
    return groups.map((group, index) =>
      group.flatMap(({ name, asked }): Answer[] => {
        if (!asked) return [];
        const turns = byPath.get(join(root, String(index), name));
        return [turns === undefined ? { refused: errors || "no answer" } : { turns }];
      }),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function place(group: RolloutGroup, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of group) writeFileSync(join(folder, name), text);
  return group.filter(({ asked }) => asked).map(({ name }) => join(folder, name));
}

function turnsOf(line: string): [string, string] {
  const answer = readJson(line);
  const [file, turns] = [member(answer, "file"), member(answer, "turns")];
  if (file?.kind !== "string" || turns?.kind !== "array")
    throw new Error(`not an answer with turns: ${line.slice(0, 400)}`);
  return [file.value, sourceOf(line, turns)];
}

/** Some input that cannot be read makes the exit code 1; what could be read is answered all the same. */
function run(paths: readonly string[]): Promise<{ output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const args = ["project", "--emit", "turns", "--view", "codex", ...paths];
    execFile(COMMAND, args, { maxBuffer: LONGEST_OUTPUT, timeout: ANSWER_WITHIN_MS }, (error, output, errors) => {
      if (error === null || error.code === 1) resolve({ output, errors });
      else reject(new Error(`${COMMAND} failed: ${errors.slice(-4000) || error.message}`, { cause: error }));
    });
  });
}
