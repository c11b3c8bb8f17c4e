import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";

/** Lines are gathered to about this many characters before they are written. */
const FLUSH_LENGTH = 1 << 18;

/** Lines of text on their way to a stream, at the stream's pace. */
export class LineOutput {
  readonly #stream: Writable;
  #text = "";
  #error: Error | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("error", (error) => {
      this.#error = error;
    });
  }

  /** Takes a line; it is written with the next `flow` or `end`. */
  line(text: string): void {
    this.#text += `${text}\n`;
  }

  /** Writes what has gathered, if it is enough, and waits until the stream takes more. */
  async flow(): Promise<void> {
    if (this.#text.length >= FLUSH_LENGTH) await this.#flush();
  }

  /** Writes the rest. Files are closed, standard output stays open. */
  async end(): Promise<void> {
    await this.#flush();
    if (this.#stream === process.stdout) return;
    this.#stream.end();
    await once(this.#stream, "finish");
  }

  async #flush(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    const text = this.#text;
    this.#text = "";
    if (text !== "" && !this.#stream.write(text)) await once(this.#stream, "drain");
  }
}

/** Standard output, or a file of this name in a folder, which is made if need be. */
export function outputTo(folder: string | undefined, name: string): LineOutput {
  if (folder === undefined) return new LineOutput(process.stdout);
  mkdirSync(folder, { recursive: true });
  return new LineOutput(createWriteStream(join(folder, name)));
}
