import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "./codex-app-server.ts";
import type { Failure } from "./judge.ts";
import type { Options } from "./options.ts";
import type { HistoryMode, RolloutGroup } from "./rollout-file.ts";

const LONGEST_SHOWN = 4000;

export type Failed = { mode: HistoryMode; index: number; group: RolloutGroup; failure: Failure };

export function repeatCommand({ seed, choice }: Options, { mode, index }: Failed): string {
  return `npm start -- --seed ${seed} --mode ${mode} --run ${index}${choice}`;
}

/** Everything one needs to see a difference: where, both values, the rollouts, both answers, how to repeat it. */
export function describeFailure(
  options: Options,
  failed: Failed,
  shrunk: { group: RolloutGroup; failure: Failure },
): string {
  const { difference, codex, ours } = shrunk.failure;
  return [
    `DIFFERENT at ${difference.path}`,
    `  codex: ${shown(difference.codex)}`,
    `  ours:  ${shown(difference.ours)}`,
    ...shrunk.group.flatMap(({ name, text }) => [
      `  ${name}`,
      ...text
        .trimEnd()
        .split("\n")
        .map((line) => `    ${line}`),
    ]),
    `  codex answers: ${answered(codex)}`,
    `  ours answers:  ${answered(ours)}`,
    `  seed ${options.seed}, run ${failed.index} (${failed.mode}); repeat: ${repeatCommand(options, failed)}`,
  ].join("\n");
}

/** Writes the rollouts of a failure and both answers into a folder of their own. */
export function keepFailure(folder: string, { mode, index, group, failure }: Failed): void {
  const target = join(folder, `${mode}-${index}`);
  mkdirSync(target, { recursive: true });
  for (const { name, text } of group) writeFileSync(join(target, name), text);
  writeFileSync(join(target, "codex.json"), answered(failure.codex));
  writeFileSync(join(target, "ours.json"), answered(failure.ours));
}

export function coverageTable(coverage: ReadonlyMap<string, number>): string {
  const cells = [...coverage].toSorted(([, a], [, b]) => b - a).map(([kind, times]) => `${kind} ${times}`);
  return `lines by kind: ${cells.join(", ")}`;
}

function answered(answer: Answer): string {
  return "turns" in answer ? answer.turns : `refused: ${answer.refused}`;
}

function shown(text: string | undefined): string {
  return text === undefined ? "(nothing)" : text.slice(0, LONGEST_SHOWN);
}
