import { identify, type RolloutFile, rolloutFilesAt, UnreadableInputError } from "../../rollout-files/index.ts";
import { ExitCode } from "../exit-code.ts";
import type { KnownRollout, ProjectJob, ProjectOptions } from "./job.ts";
import { emitMutations } from "./mutations.ts";
import { Progress } from "./progress.ts";
import { Rejects } from "./rejects.ts";
import { emitSummaries } from "./summary.ts";
import { emitTurns } from "./turns.ts";

const EMITTERS = { summary: emitSummaries, mutations: emitMutations, turns: emitTurns } as const;

/** Projects what the paths hold; answers the exit code. What cannot be read is said on standard error, the rest is done. */
export async function runProject(paths: readonly string[], options: ProjectOptions): Promise<number> {
  let exitCode: number = ExitCode.done;
  const report = (error: unknown): void => {
    if (!(error instanceof UnreadableInputError)) throw error;
    exitCode = ExitCode.incomplete;
    process.stderr.write(`thread-history: ${error.message}\n`);
  };
  const rollouts = await knownRollouts(paths, options.maxLineBytes, report);
  const progress = new Progress(rollouts.reduce((sum, { file }) => sum + file.bytes, 0));
  const rejects = new Rejects(options.rejects);
  const job: ProjectJob = { options, rollouts, rejects, progress, report };
  try {
    await EMITTERS[options.emit](job);
  } catch (error) {
    // Whoever reads the output has seen enough.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  } finally {
    progress.stop();
    await rejects.end();
  }
  reportRejects(rejects, options);
  return exitCode;
}

async function knownRollouts(
  paths: readonly string[],
  maxLineBytes: number,
  report: (error: unknown) => void,
): Promise<KnownRollout[]> {
  const rollouts: KnownRollout[] = [];
  for (const path of paths) {
    for (const file of await filesAt(path, report)) {
      try {
        rollouts.push({ file, ...(await identify(file, maxLineBytes)) });
      } catch (error) {
        report(error);
      }
    }
  }
  return rollouts;
}

async function filesAt(path: string, report: (error: unknown) => void): Promise<RolloutFile[]> {
  try {
    return await rolloutFilesAt(path);
  } catch (error) {
    report(error);
    return [];
  }
}

function reportRejects({ count, byReason }: Rejects, { rejects, emit }: ProjectOptions): void {
  if (count === 0 || (emit === "summary" && rejects === undefined)) return;
  const reasons = [...byReason].map(([reason, times]) => `${times} ${reason}`).join(", ");
  const where = rejects === undefined ? "--rejects FILE keeps them" : `kept in ${rejects}`;
  process.stderr.write(`thread-history: ${count} lines rejected: ${reasons} (${where})\n`);
}
