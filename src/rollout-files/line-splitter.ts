import { isUtf8 } from "node:buffer";

const NEWLINE = 0x0a;
/** How much of a line that is too long is shown. */
const HEAD_BYTES = 256;

/**
 * Gets the line in `bytes[start, end)`, without its newline. The bytes are valid during the call only. Known UTF-8 was found
 * valid together with its neighbours, which is faster than line by line.
 */
export type OnLine = (bytes: Buffer, start: number, end: number, isKnownUtf8: boolean) => void;

export interface LineSink {
  readonly onLine: OnLine;
  /** A line of more than the allowed bytes was passed over; its first bytes are given. */
  readonly onTooLong: (head: Buffer, bytes: number) => void;
}

/** Lines of a chunk that were cut already: one after the other, from `first` on. */
interface CutLines {
  readonly bytes: Buffer;
  readonly lines: number;
  readonly first: number;
  endOf(line: number): number;
}

/** Cuts a stream of chunks into lines. Holds one incomplete line at most, and of that no more than `maxLineBytes`. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  push(chunk: Buffer, sink: LineSink): void {
    const start = this.#endHeld(chunk, sink);
    if (start >= 0) this.#pushFrom(chunk, start, sink);
  }

  /** Takes a chunk of which lines were cut; they go to `onCut`, unless they are too long, the others to the sink. */
  pushCut(cut: CutLines, sink: LineSink, onCut: (line: number, start: number, end: number) => void): void {
    const { bytes, lines, first } = cut;
    let start = this.#endHeld(bytes, sink);
    if (start < 0) return;
    if (lines > 0 && start !== first) throw new RangeError("the lines of a chunk are cut from their beginning");
    for (let line = 0; line < lines; line++) {
      const end = cut.endOf(line);
      if (end - start > this.#maxLineBytes) this.#end(bytes, start, end, sink, true);
      else onCut(line, start, end);
      start = end + 1;
    }
    this.#pushFrom(bytes, start, sink);
  }

  /** Ends the line that is held; answers where the next one begins, or −1 when the chunk goes on with the line to its end. */
  #endHeld(chunk: Buffer, sink: LineSink): number {
    if (this.#partBytes === 0) return 0;
    const end = chunk.indexOf(NEWLINE);
    if (end < 0) this.#hold(chunk);
    else this.#end(chunk, 0, end, sink, false);
    return end < 0 ? -1 : end + 1;
  }

  #pushFrom(chunk: Buffer, first: number, sink: LineSink): void {
    let start = first;
    const last = chunk.lastIndexOf(NEWLINE);
    const isKnownUtf8 = last >= start && isUtf8(chunk.subarray(start, last));
    while (start <= last) {
      const end = chunk.indexOf(NEWLINE, start);
      this.#end(chunk, start, end, sink, isKnownUtf8);
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
  }

  /** The line that no newline ended, if any. */
  rest(sink: LineSink): void {
    if (this.#partBytes > 0) this.#end(Buffer.alloc(0), 0, 0, sink, false);
  }

  #end(chunk: Buffer, start: number, end: number, sink: LineSink, isKnownUtf8: boolean): void {
    const bytes = this.#partBytes + end - start;
    if (bytes > this.#maxLineBytes) {
      sink.onTooLong(headOf([...this.#parts, chunk.subarray(start, end)]), bytes);
    } else if (this.#partBytes === 0) {
      sink.onLine(chunk, start, end, isKnownUtf8);
    } else {
      const line = Buffer.concat([...this.#parts, chunk.subarray(start, end)]);
      sink.onLine(line, 0, line.length, false);
    }
    this.#parts = [];
    this.#partBytes = 0;
  }

  /** Keeps a copy, since chunks are used again; past the limit only the count grows. */
  #hold(part: Buffer): void {
    if (part.length === 0) return;
    if (this.#partBytes <= this.#maxLineBytes) this.#parts.push(Buffer.from(part));
    this.#partBytes += part.length;
    if (this.#partBytes > this.#maxLineBytes && this.#parts.length > 1) this.#parts = [headOf(this.#parts)];
  }
}

/** A copy of the first bytes. */
function headOf(parts: readonly Buffer[]): Buffer {
  const heads: Buffer[] = [];
  for (let at = 0, missing = HEAD_BYTES; missing > 0 && at < parts.length; at++) {
    const head = (parts[at] ?? Buffer.alloc(0)).subarray(0, missing);
    heads.push(head);
    missing -= head.length;
  }
  return Buffer.concat(heads);
}
