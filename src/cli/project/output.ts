import { appendFileSync } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LineOutput, OutputError, reasonOf, type Sink, standardOutput, UnusableOutputError } from "../output.ts";
import type { ProjectJob } from "./job.ts";

/** Standard output, or a file of this name in the folder of `--out`, which is made if need be. */
export async function outputTo({ options, rollouts, progress }: ProjectJob, name: string): Promise<LineOutput> {
  const { out } = options;
  if (out === undefined) return new LineOutput(standardOutput(progress.clear));
  await openable(out, () => makeFolder(out));
  return new LineOutput(await fileSink(join(out, name), rollouts));
}

/** A file to write to, from its beginning. One of the inputs it must not be. */
export async function fileSink(path: string, inputs: ProjectJob["rollouts"]): Promise<Sink> {
  const file = await openable(path, async () => {
    const known = await stat(path).catch(() => undefined);
    if (known?.isFile() === true)
      for (const { file: input } of inputs) {
        const other = await stat(input.path).catch(() => undefined);
        if (other?.ino === known.ino && other.dev === known.dev) throw new Error("it is one of the inputs");
      }
    return open(path, "w");
  });
  return sinkInto(file, path);
}

function sinkInto(file: FileHandle, path: string): Sink {
  const failed = (error: unknown): never => {
    throw new OutputError(`cannot write to ${path}: ${reasonOf(error)}`, { cause: error });
  };
  return {
    // Waiting for a disk gains nothing here, and what waits to be written is memory.
    write: (content) =>
      new Promise<void>((resolve) => {
        appendFileSync(file.fd, content);
        resolve();
      }).catch(failed),
    close: () => file.close().catch(failed),
  };
}

async function openable<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof OutputError) throw error;
    const why = `cannot write to ${path}: ${reasonOf(error)} (name another place)`;
    throw new UnusableOutputError(why, { cause: error });
  }
}

/** Folder by folder: where folders cannot be made at all, `mkdir` with `recursive` never returns. */
async function makeFolder(path: string): Promise<void> {
  const known = await stat(path).catch(() => undefined);
  if (known?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path);
}
