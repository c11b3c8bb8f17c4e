import { randomUUID } from "node:crypto";
import type { CodexAppServer } from "./codex-app-server.ts";
import { type Failure, judge, signatureOf } from "./judge.ts";
import type { RolloutFile, RolloutGroup } from "./rollout-file.ts";
import { withoutOnePart } from "./shrink-line.ts";

export type Shrunk = { group: RolloutGroup; failure: Failure };

const ROUNDS = 60;
const CANDIDATES_AT_ONCE = 80;

/** Takes lines, then parts of lines, away for as long as the same difference remains. */
export async function shrink(group: RolloutGroup, failure: Failure, codex: CodexAppServer): Promise<Shrunk> {
  let best: Shrunk = { group, failure };
  let rounds = 0;
  const improve = async (candidates: readonly string[][]): Promise<boolean> => {
    if (rounds++ > ROUNDS) return false;
    const found = await firstThatFails(best, candidates, codex);
    if (found === undefined) return false;
    best = found;
    return true;
  };
  for (let size = Math.ceil(linesOf(best).length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    while (await improve(withoutChunks(linesOf(best), size)));
  }
  while (await improve(withoutParts(linesOf(best))));
  return best;
}

/** The asked file that fails; bases stay whole, as the byte offsets of forks point into them. */
function linesOf({ group, failure }: Shrunk): string[] {
  const file = group.find(({ name }) => name === failure.file);
  return file === undefined ? [] : file.text.split("\n").slice(0, -1);
}

/** The first line says what thread this is, the last keeps a paginated rollout readable: both stay. */
function withoutChunks(lines: readonly string[], size: number): string[][] {
  const candidates: string[][] = [];
  for (let start = 1; start < lines.length; start += size)
    candidates.push([...lines.slice(0, start), ...lines.slice(start + size)]);
  return candidates;
}

function withoutParts(lines: readonly string[]): string[][] {
  return lines.flatMap((line, index) =>
    index === 0 ? [] : withoutOnePart(line).map((shorter) => lines.with(index, shorter)),
  );
}

async function firstThatFails(
  { group, failure }: Shrunk,
  candidates: readonly string[][],
  codex: CodexAppServer,
): Promise<Shrunk | undefined> {
  for (let start = 0; start < candidates.length; start += CANDIDATES_AT_ONCE) {
    const groups = candidates
      .slice(start, start + CANDIDATES_AT_ONCE)
      .map((lines) => renamed(withText(group, failure.file, lines)));
    const verdicts = await judge(groups, codex);
    for (const [index, verdict] of verdicts.entries()) {
      const smaller = groups[index];
      if (verdict.kind === "different" && smaller !== undefined && signatureOf(verdict) === signatureOf(failure))
        return { group: smaller, failure: verdict };
    }
  }
  return undefined;
}

function withText(group: RolloutGroup, name: string, lines: readonly string[]): RolloutGroup {
  return group.map((file) => (file.name === name ? { ...file, text: `${lines.join("\n")}\n` } : file));
}

/** The same rollouts under other ids, so that many variants of a group can be asked at once. */
function renamed(group: RolloutGroup): RolloutGroup {
  const ids = new Set(group.flatMap(({ name }) => name.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []));
  const changes = [...ids].map((id) => [id, randomUUID()] as const);
  const rename = (text: string): string => changes.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  return group.map(
    (file): RolloutFile => ({
      ...file,
      name: rename(file.name),
      threadId: rename(file.threadId),
      text: rename(file.text),
    }),
  );
}
