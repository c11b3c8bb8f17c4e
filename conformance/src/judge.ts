import type { Answer, CodexAppServer } from "./codex-app-server.ts";
import { compareTurns, type Difference } from "./compare.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import type { RolloutGroup } from "./rollout-file.ts";
import { askThreadHistory } from "./thread-history.ts";

/** How one asked file of a group came out. `unanswered`: Codex itself refuses to read it. */
export type Verdict = { kind: "equal" | "unanswered" | "known" } | Failure;
export type Failure = { kind: "different"; file: string; difference: Difference; codex: Answer; ours: Answer };

/** Both sides' answers for every group, compared: one verdict a group, the first failure if there is one. */
export async function judge(groups: readonly RolloutGroup[], codex: CodexAppServer): Promise<Verdict[]> {
  const [theirs, ours] = await Promise.all([codex.ask(groups), askThreadHistory(groups)]);
  return groups.map((group, index) => verdictOn(group, theirs[index] ?? [], ours[index] ?? []));
}

/** Equal for differences of one kind: the path without its numbers. */
export function signatureOf({ difference }: Failure): string {
  return difference.path.replace(/\d+/g, "*");
}

function verdictOn(group: RolloutGroup, theirs: readonly Answer[], ours: readonly Answer[]): Verdict {
  const files = group.filter(({ asked }) => asked);
  const verdicts = files.map(({ name }, index) => {
    const [codexAnswer, ourAnswer] = [theirs[index], ours[index]];
    if (codexAnswer === undefined || ourAnswer === undefined) throw new Error(`no answer for ${name}`);
    return compared(group, name, codexAnswer, ourAnswer);
  });
  return (
    verdicts.find(({ kind }) => kind === "different") ??
    verdicts.find(({ kind }) => kind !== "equal") ?? { kind: "equal" }
  );
}

function compared(group: RolloutGroup, file: string, codex: Answer, ours: Answer): Verdict {
  if ("refused" in codex) return { kind: "unanswered" };
  const difference =
    "refused" in ours
      ? { path: "no answer", codex: "turns", ours: ours.refused }
      : compareTurns(codex.turns, ours.turns);
  if (difference === undefined) return { kind: "equal" };
  const known = KNOWN_DIFFERENCES.some(({ covers }) => covers(difference, group));
  return known ? { kind: "known" } : { kind: "different", file, difference, codex, ours };
}
