import { UnreadableInputError } from "../../rollout-files/index.ts";
import { ExitCode } from "../exit-code.ts";
import { OutputError, ReaderGoneError, UnusableOutputError } from "../output.ts";
import { Progress } from "../progress.ts";
import { type KnownRollout, knownRollouts } from "../rollouts/known.ts";
import { complain, counted } from "../terminal.ts";
import type { ProjectJob, ProjectOptions } from "./job.ts";
import { emitMutations } from "./mutations.ts";
import { fileSink } from "./output.ts";
import { Rejects } from "./rejects.ts";
import { emitSummaries } from "./summary.ts";
import { emitTurns } from "./turns.ts";

const EMITTERS = { summary: emitSummaries, mutations: emitMutations, turns: emitTurns } as const;

type Report = (error: unknown) => void;

/** Projects what the paths hold; answers the exit code. What cannot be read is said on standard error, the rest is done. */
export async function runProject(paths: readonly string[], options: ProjectOptions): Promise<number> {
  let isIncomplete = false;
  let progress: Progress | undefined;
  const report: Report = (error) => {
    if (!(error instanceof UnreadableInputError)) throw error;
    isIncomplete = true;
    progress?.clear();
    complain(error.message);
  };
  try {
    const rollouts = await knownRollouts(paths, options.maxLineBytes, report);
    progress = await progressOf(rollouts, options);
    const rejects = await project(rollouts, options, progress, report);
    reportRejects(rejects, options);
    return isIncomplete || rejects.byReason.has("line-too-long") ? ExitCode.incomplete : ExitCode.done;
  } catch (error) {
    if (error instanceof ReaderGoneError) return isIncomplete ? ExitCode.incomplete : ExitCode.done;
    if (!(error instanceof OutputError)) throw error;
    complain(error.message);
    return error instanceof UnusableOutputError ? ExitCode.usage : ExitCode.incomplete;
  }
}

/** Not while lines of JSON pass over the terminal. */
function progressOf(rollouts: readonly KnownRollout[], { emit, out }: ProjectOptions): Promise<Progress> {
  const isFree = process.stdout.isTTY !== true || emit === "summary" || out !== undefined;
  const sizes = rollouts.some(({ file }) => file.isStream) ? [] : rollouts.map(({ file }) => file.bytes);
  return Progress.shown(
    process.stderr.isTTY === true && isFree,
    sizes.reduce((sum, bytes) => sum + bytes, 0),
  );
}

async function project(
  rollouts: readonly KnownRollout[],
  options: ProjectOptions,
  progress: Progress,
  report: Report,
): Promise<Rejects> {
  const rejects = new Rejects(options.rejects === undefined ? undefined : await fileSink(options.rejects, rollouts));
  const job: ProjectJob = { options, rollouts, rejects, progress, report };
  try {
    await EMITTERS[options.emit](job);
  } finally {
    progress.clear();
    await rejects.end();
  }
  return rejects;
}

function reportRejects({ count, byReason, told }: Rejects, { rejects }: ProjectOptions): void {
  if (count === 0) return;
  for (const line of told) complain(line);
  const reasons = [...byReason].map(([reason, times]) => `${times} ${reason}`).join(", ");
  const where = rejects === undefined ? "--rejects FILE keeps them" : `kept in ${rejects}`;
  complain(`${counted(count, "line")} rejected: ${reasons} (${where})`);
}
