import { appendFileSync } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ProjectJob } from "./job.ts";

/** Lines are gathered to about this many characters before they are written. */
const FLUSH_LENGTH = 1 << 18;

/** Something that was to be written could not be. The message says what and why. */
export class OutputError extends Error {
  override readonly name: string = "OutputError";
}

/** An output cannot even be opened: it was named wrongly. */
export class UnusableOutputError extends OutputError {
  override readonly name = "UnusableOutputError";
}

/** Whoever read standard output has seen enough. */
export class ReaderGoneError extends Error {
  override readonly name = "ReaderGoneError";
}

interface Sink {
  write(content: string | Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Lines of text on their way out, at the pace of whoever takes them. */
export class LineOutput {
  readonly #sink: Sink;
  #text = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Takes a line; it is written with the next `flow` or `end`. */
  line(text: string): void {
    this.#text += `${text}\n`;
  }

  /** Takes a piece of a line. */
  piece(text: string): void {
    this.#text += text;
  }

  /** Writes what has gathered, if it is enough, and waits until it is written. */
  async flow(): Promise<void> {
    if (this.#text.length >= FLUSH_LENGTH) await this.flush();
  }

  /** Writes the rest. Files are closed, standard output stays open. */
  async end(): Promise<void> {
    await this.flush();
    await this.#sink.close();
  }

  /** Writes what has gathered, and waits until it is written. */
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "") await this.#sink.write(text);
  }
}

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

function standardOutput(beforeWrite: () => void): Sink {
  return {
    write: (content) => {
      beforeWrite();
      return new Promise<void>((resolve, reject) => {
        process.stdout.write(content, (error) => (error ? reject(error) : resolve()));
      }).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "EPIPE") throw new ReaderGoneError();
        throw new OutputError(`cannot write to standard output: ${reasonOf(error)}`, { cause: error });
      });
    },
    close: () => Promise.resolve(),
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

const EXPLAINED: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  EEXIST: "a file is in the way",
  ENOTDIR: "a part of the path is a file",
  EISDIR: "it is a folder",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return EXPLAINED[code] ?? error.message;
}
