import { resolve } from "node:path";
import { identify, type RolloutFile, type RolloutIdentity, rolloutFilesAt } from "../../rollout-files/index.ts";

/** A rollout file that is known by its ids. */
export interface KnownRollout extends RolloutIdentity {
  readonly file: RolloutFile;
}

/** The rollouts of each thread, in the order of their names (ADR 0019); threads in the order in which they were given. */
export function byThread(rollouts: readonly KnownRollout[]): KnownRollout[][] {
  const threads = Map.groupBy(rollouts, (rollout) => rollout.threadId);
  return [...threads.values()].map((group) => group.sort((a, b) => byName(a.file.name, b.file.name)));
}

function byName(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type Report = (error: unknown) => void;

/** The rollouts that the paths stand for, each file once. */
export async function knownRollouts(
  paths: readonly string[],
  maxLineBytes: number,
  report: Report,
): Promise<KnownRollout[]> {
  const files = new Map<string, RolloutFile>();
  for (const path of paths) {
    for (const file of await rolloutFilesAt(path, report)) {
      const place = file.path === "-" ? file.path : resolve(file.path);
      if (!files.has(place)) files.set(place, file);
    }
  }
  const rollouts: KnownRollout[] = [];
  for (const file of files.values()) {
    try {
      rollouts.push({ file, ...(await identify(file, maxLineBytes)) });
    } catch (error) {
      report(error);
    }
  }
  return rollouts;
}
