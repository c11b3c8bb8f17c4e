import { dirname } from "node:path";
import { identify, rolloutFilesNamed, sessionOf, UnreadableInputError } from "../../rollout-files/index.ts";
import type { KnownRollout } from "../rollouts/known.ts";
import type { ProjectJob } from "./job.ts";

/**
 * A rollout with those that it goes on from, oldest first: a fork or revert of a paginated thread holds only its own lines
 * (paginated §3.5). Bases are looked up beside the file, and among the files given.
 *
 * @throws UnreadableInputError when a base is missing
 */
export async function lineageOf(job: ProjectJob, rollout: KnownRollout): Promise<KnownRollout[]> {
  const lineage = [rollout];
  const seen = new Set<string>();
  for (let newest = rollout; ; ) {
    const session = await sessionOf(newest.file, job.options.maxLineBytes).catch((error: unknown) => {
      throw newest === rollout ? error : withoutBase(rollout, error);
    });
    const base = session?.historyMode === "paginated" ? session.historyBase : null;
    if (base === null) return lineage;
    if (seen.has(base.rolloutId))
      throw new UnreadableInputError(
        rollout.file.path,
        `its history goes in a circle at rollout ${base.rolloutId} (a session_meta names a wrong base: restore its file)`,
      );
    seen.add(base.rolloutId);
    newest = await baseOf(job, newest, base.rolloutId);
    lineage.unshift(newest);
  }
}

/** An error of reading a base, told of the rollout that needs it. Other errors pass. */
export function withoutBase({ file }: KnownRollout, error: unknown): unknown {
  if (!(error instanceof UnreadableInputError)) return error;
  const why = `goes on from a rollout that cannot be read (${error.message})`;
  return new UnreadableInputError(file.path, why, { cause: error });
}

async function baseOf(job: ProjectJob, rollout: KnownRollout, rolloutId: string): Promise<KnownRollout> {
  const given = job.rollouts.find(
    (other) => other.rolloutId === rolloutId && other.file.path !== rollout.file.path && !other.file.isStream,
  );
  if (given !== undefined) return given;
  const folder = dirname(rollout.file.path);
  for (const file of await rolloutFilesNamed(folder, rolloutId)) {
    const identity = await identify(file, job.options.maxLineBytes);
    if (identity.rolloutId === rolloutId) return { file, ...identity };
  }
  const why = `goes on from rollout ${rolloutId}, which is not in ${folder} (put its file there, or name it on the command line)`;
  throw new UnreadableInputError(rollout.file.path, why);
}
