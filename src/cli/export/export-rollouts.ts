import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import { standardOutput } from "../output.ts";
import { chosenRollouts, type Selection } from "./choice.ts";
import { checkFree, type Destination, ensureFolder } from "./destination.ts";
import { fileNameOf } from "./file-name.ts";
import { differencesOf, faultsOf } from "./findings.ts";
import type { FoundRollout } from "./found-rollout.ts";
import type { FoundThread } from "./scan-thread.ts";
import { TemporaryFile } from "./temporary-file.ts";
import type { ThreadSource } from "./thread-records.ts";
import { type WrittenRollout, writeRollout } from "./write-rollout.ts";

export interface WriteOptions {
  readonly out: string;
  readonly selection: Selection;
  /** A file that is there may be replaced. */
  readonly replaces: boolean;
  /** Write what there is even where lines are missing. */
  readonly allowsMissing: boolean;
}

type Job = WriteOptions & { readonly destination: Destination };

/**
 * Writes the chosen rollouts of a thread, each whole or not at all; answers the exit code.
 *
 * @throws CliError when lines are missing, and that is not allowed
 */
export async function exportRollouts(source: ThreadSource, thread: FoundThread, job: Job): Promise<number> {
  const { rollouts, remarks } = chosenRollouts(source.threadId, thread.rollouts, job.selection);
  const targets = rollouts.map((rollout) => ({ rollout, path: pathOf(source.threadId, rollout, job.destination) }));
  for (const { path } of targets) if (path !== null) checkFree(path, job.replaces);
  const faults = faultsOf(thread, rollouts);
  for (const message of [...remarks, ...rollouts.flatMap(differencesOf), ...faults]) source.remark(message);
  if (faults.length > 0 && !job.allowsMissing)
    throw new CliError("nothing was written: --allow-missing leaves out what is missing, and writes the rest");
  if (job.destination.type === "folder") ensureFolder(job.destination.path);
  for (const { rollout, path } of targets) {
    if (path === null) await print(source, rollout);
    else await writeTo(path, source, rollout, job.replaces);
  }
  return faults.length > 0 ? ExitCode.incomplete : ExitCode.done;
}

/** Null: standard output. */
function pathOf(threadId: string, rollout: FoundRollout, destination: Destination): string | null {
  switch (destination.type) {
    case "standard-output":
      return null;
    case "file":
      return destination.path;
    case "folder": {
      const name = fileNameOf(threadId, rollout);
      if (name !== undefined) return join(destination.path, name);
      throw new CliError(`no file name follows from the ids of rollout ${rollout.rolloutId}: name a file (--out FILE)`);
    }
  }
}

async function writeTo(path: string, source: ThreadSource, rollout: FoundRollout, replaces: boolean): Promise<void> {
  using file = new TemporaryFile(path);
  const written = await writeRollout(source, rollout, file);
  file.putInPlace(replaces);
  process.stdout.write(`${path}: ${summaryOf(rollout, written)}\n`);
}

/** A line may come before one that belongs above it, so that all is gathered in a file first. */
async function print(source: ThreadSource, rollout: FoundRollout): Promise<void> {
  using file = new TemporaryFile(join(tmpdir(), "thread-history-export"));
  await writeRollout(source, rollout, file);
  const output = standardOutput(() => undefined);
  for await (const chunk of createReadStream(file.path)) await output.write(chunk as Buffer);
}

function summaryOf({ rolloutId }: FoundRollout, { lines, bytes }: WrittenRollout): string {
  return `${lines} line${lines === 1 ? "" : "s"}, ${bytes} bytes, of rollout ${rolloutId}`;
}
