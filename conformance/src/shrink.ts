import type { CodexAppServer } from "./codex-app-server.ts";
import { type Line, linesOf, renamed, withLines } from "./edit.ts";
import { type Failure, judge, signatureOf } from "./judge.ts";
import type { RolloutGroup } from "./rollout-file.ts";
import { withoutOnePart } from "./shrink-line.ts";

export type Shrunk = { group: RolloutGroup; failure: Failure };

type Edits = (group: RolloutGroup) => RolloutGroup[];

const CANDIDATES_AT_ONCE = 24;
const WITHIN_MS = 20_000;

/** Takes files, lines, then parts of lines away for as long as the same difference remains, and time allows. */
export async function shrink(group: RolloutGroup, failure: Failure, codex: CodexAppServer): Promise<Shrunk> {
  const until = performance.now() + WITHIN_MS;
  const chunks = [32, 8, 2, 1].map(
    (size): Edits =>
      (lines) =>
        withoutChunks(lines, size),
  );
  let best: Shrunk = { group, failure };
  for (const edits of [withoutFiles, ...chunks, withoutParts]) best = await shrinkBy(edits, best, codex, until);
  return best;
}

/** Tries the edits in order; what failed to help is not tried again once another edit has helped. */
async function shrinkBy(edits: Edits, start: Shrunk, codex: CodexAppServer, until: number): Promise<Shrunk> {
  let best = start;
  let next = 0;
  while (performance.now() < until) {
    const tried = edits(best.group)
      .slice(next, next + CANDIDATES_AT_ONCE)
      .map(renamed);
    if (tried.length === 0) break;
    const verdicts = await judge(tried, codex);
    const helped = verdicts.findIndex(
      (verdict) => verdict.kind === "different" && signatureOf(verdict) === signatureOf(best.failure),
    );
    const [group, failure] = [tried[helped], verdicts[helped]];
    if (group !== undefined && failure?.kind === "different") best = { group, failure };
    next += helped === -1 ? CANDIDATES_AT_ONCE : helped;
  }
  return best;
}

function withoutFiles(group: RolloutGroup): RolloutGroup[] {
  return group.length === 1 ? [] : group.map((_, position) => group.toSpliced(position, 1));
}

/** The first line says what thread this is: it stays. */
function withoutChunks(group: RolloutGroup, size: number): RolloutGroup[] {
  return eachFile(group, (lines) => {
    const candidates: Line[][] = [];
    for (let start = 1; start < lines.length; start += size) candidates.push(lines.toSpliced(start, size));
    return candidates;
  });
}

function withoutParts(group: RolloutGroup): RolloutGroup[] {
  return eachFile(group, (lines) =>
    lines
      .slice(1)
      .flatMap((line) => withoutOnePart(line.text).map((text) => lines.with(lines.indexOf(line), { ...line, text }))),
  );
}

function eachFile(group: RolloutGroup, edits: (lines: Line[]) => Line[][]): RolloutGroup[] {
  return group.flatMap((file, position) => edits(linesOf(file)).map((lines) => withLines(group, position, lines)));
}
