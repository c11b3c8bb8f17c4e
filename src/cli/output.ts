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

/** Where text goes. */
export interface Sink {
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

/** Standard output, at the pace of whoever reads it. */
export function standardOutput(beforeWrite: () => void): Sink {
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

/** What the system says of an error of writing, for people. Errors that are not its own are thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return EXPLAINED[code] ?? error.message;
}
