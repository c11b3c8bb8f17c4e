import { CodexView, type FullTurn, FullTurns, type HistoryLine } from "../../history/index.ts";
import { type Integer, stringify } from "../../json/index.ts";
import { ThreadMode } from "../../rollout/index.ts";
import { type LineSinks, readRollout } from "../../rollout-files/index.ts";
import type { LineOutput } from "../output.ts";
import type { KnownRollout } from "../rollouts/known.ts";
import { lineageOf, withoutBase } from "./codex-lineage.ts";
import type { ProjectJob } from "./job.ts";
import { outputTo } from "./output.ts";

/** What turns are gathered with: the full-turn builder, or Codex's view on top of it. */
interface TurnsBuilder {
  add(line: HistoryLine & { readonly known: boolean }): void;
  skip?(ordinal: Integer): void;
  turns(): FullTurn[];
}

/** `--emit turns`: one line of JSON for each rollout, in the order given. */
export async function emitTurns(job: ProjectJob): Promise<void> {
  const output = await outputTo(job, "turns.jsonl");
  for (const rollout of job.rollouts) {
    try {
      const turns = job.options.view === "codex" ? await codexTurns(job, rollout) : await fullTurns(job, rollout);
      await writeTurns(output, rollout, turns);
    } catch (error) {
      job.report(error);
    }
  }
  await output.end();
}

/** Turn by turn: the line as a whole may be longer than a string can be. */
async function writeTurns(
  output: LineOutput,
  { file, threadId }: KnownRollout,
  turns: readonly FullTurn[],
): Promise<void> {
  output.piece(`{"file":${JSON.stringify(file.path)},"threadId":"${threadId}","turns":[`);
  for (const [index, turn] of turns.entries()) {
    output.piece(index === 0 ? stringify(turn) : `,${stringify(turn)}`);
    await output.flow();
  }
  output.line("]}");
  await output.flow();
}

async function fullTurns(job: ProjectJob, rollout: KnownRollout): Promise<FullTurn[]> {
  const builder = new FullTurns();
  await addLines(job, rollout, builder);
  return builder.turns();
}

async function codexTurns(job: ProjectJob, rollout: KnownRollout): Promise<FullTurn[]> {
  const builder = new CodexView();
  for (const part of await lineageOf(job, rollout)) {
    if (part === rollout) await addLines(job, part, builder);
    else await addBase(job, part, rollout, builder);
  }
  return builder.turns();
}

async function addLines(job: ProjectJob, rollout: KnownRollout, builder: TurnsBuilder): Promise<void> {
  await readLines(job, rollout, builder, job.progress.advance, (line, position, bytes) =>
    job.rejects.add(rollout.file.path, position, line, bytes),
  );
}

/** What is wrong with the lines of a base is told where the base itself is projected. */
async function addBase(job: ProjectJob, base: KnownRollout, rollout: KnownRollout, to: TurnsBuilder): Promise<void> {
  try {
    const ignore = (): void => undefined;
    await readLines(job, base, to, ignore, ignore);
  } catch (error) {
    throw withoutBase(rollout, error);
  }
}

async function readLines(
  job: ProjectJob,
  { file, threadId, rolloutId }: KnownRollout,
  builder: TurnsBuilder,
  onRead: (bytes: number) => void,
  onRejected: LineSinks["onRejected"],
): Promise<void> {
  const options = { maxLineBytes: job.options.maxLineBytes, onRead };
  await readRollout(file, rolloutId, new ThreadMode(), options, {
    onLine: (line, position) => {
      const isEvent = line.outcome === "event";
      const { ordinal, counted } = line;
      const known = isEvent || line.known;
      builder.add({ threadId, rolloutId, position, ordinal, counted, known, event: isEvent ? line.event : null });
    },
    onRejected: (line, position, bytes) => {
      if (line.ordinal !== undefined) builder.skip?.(line.ordinal);
      onRejected(line, position, bytes);
    },
    onPause: () => job.rejects.flow(),
  });
}
