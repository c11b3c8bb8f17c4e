import { createHash, type Hash } from "node:crypto";

const NEWLINE = 0x0a;

/** A line of a file without its newline, verbatim; or, of one that is too long, what identifies it. */
export type RawLine =
  | { readonly type: "line"; readonly line: Buffer }
  | { readonly type: "oversized"; readonly bytes: number; readonly sha256: string; readonly lastByte: number };

/** Cuts chunks into lines and changes nothing. Holds no more of a line than `maxBytes`: a longer one is hashed as it passes. */
export class RawLines {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #hash: Hash | undefined;
  #lastByte = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in a chunk, as long as the chunk is valid: what lies in it is not copied. */
  *of(chunk: Buffer): Iterable<RawLine> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const part = chunk.subarray(start, end);
      if (this.#bytes === 0 && part.length <= this.#maxBytes) {
        yield { type: "line", line: part };
      } else {
        this.#take(part);
        yield this.#end();
      }
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  }

  /** What follows the last newline; undefined when nothing does. */
  rest(): RawLine | undefined {
    return this.#bytes === 0 ? undefined : this.#end();
  }

  #take(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    this.#lastByte = part.at(-1) ?? 0;
    if (this.#hash !== undefined) {
      this.#hash.update(part);
      return;
    }
    this.#parts.push(Buffer.from(part));
    if (this.#bytes <= this.#maxBytes) return;
    this.#hash = createHash("sha256");
    for (const held of this.#parts) this.#hash.update(held);
    this.#parts = [];
  }

  #end(): RawLine {
    const [first = Buffer.alloc(0)] = this.#parts;
    const line: RawLine =
      this.#hash === undefined
        ? { type: "line", line: this.#parts.length === 1 ? first : Buffer.concat(this.#parts) }
        : { type: "oversized", bytes: this.#bytes, sha256: this.#hash.digest("hex"), lastByte: this.#lastByte };
    this.#parts = [];
    this.#bytes = 0;
    this.#hash = undefined;
    return line;
  }
}
