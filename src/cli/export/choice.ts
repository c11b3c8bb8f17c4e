import { CliError } from "../cli-error.ts";
import { fileNameOf } from "./file-name.ts";
import type { FoundRollout } from "./found-rollout.ts";

/** Which of a thread's rollouts are wanted. */
export type Selection =
  | { readonly type: "newest" }
  | { readonly type: "one"; readonly rolloutId: string }
  | { readonly type: "all" };

export interface Choice {
  readonly rollouts: readonly FoundRollout[];
  /** What whoever chose should know. */
  readonly remarks: readonly string[];
}

/** @throws CliError when there is no such rollout */
export function chosenRollouts(threadId: string, found: readonly FoundRollout[], selection: Selection): Choice {
  switch (selection.type) {
    case "newest":
      return newestOf(found);
    case "one":
      return { rollouts: [named(selection.rolloutId, found)], remarks: [] };
    case "all":
      return newestOfEachFile(threadId, found);
  }
}

function newestOf(found: readonly FoundRollout[]): Choice {
  const rollouts = found.slice(-1);
  const [newest] = rollouts;
  if (newest === undefined || found.length === 1) return { rollouts, remarks: [] };
  const remark = `the thread has ${found.length} rollouts, of which ${newest.rolloutId} is the newest: a reverted thread needs them all (--all)`;
  return { rollouts, remarks: [remark] };
}

function named(rolloutId: string, found: readonly FoundRollout[]): FoundRollout {
  const rollout = found.find((one) => one.rolloutId === rolloutId);
  if (rollout === undefined) throw new CliError(`the thread has no rollout ${rolloutId}: --list shows those it has`);
  return rollout;
}

/** A file whose content was replaced is as many rollouts in the log; on the disk it was the last of them. */
function newestOfEachFile(threadId: string, found: readonly FoundRollout[]): Choice {
  const byName = new Map<string, FoundRollout>();
  const remarks: string[] = [];
  for (const rollout of found) {
    const name = fileNameOf(threadId, rollout) ?? rollout.rolloutId;
    const older = byName.get(name);
    if (older !== undefined)
      remarks.push(
        `left out ${older.rolloutId}: ${rollout.rolloutId} took its place in ${name} (--rollout exports it)`,
      );
    byName.set(name, rollout);
  }
  return { rollouts: [...byName.values()], remarks };
}
