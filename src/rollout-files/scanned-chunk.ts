import { isUtf8 } from "node:buffer";
import type { DecodedLine, LineDecoder, LineScanner, ThreadMode } from "../rollout/index.ts";

/** Large enough that handing it over costs nothing beside the work on it. */
const CHUNK_BYTES = 1 << 19;
/** What does not fit into the tables is left to the reader. */
const MAX_LINES = CHUNK_BYTES >> 6;
const MAX_NODE_INTEGERS = CHUNK_BYTES >> 1;

const NEWLINE = 0x0a;
const HIGHEST_ORDINAL = 2 ** 31 - 1;

/** The head of a chunk: its length, how many lines were scanned, where the first of them begins. */
const BYTES = 0;
const LINES = 1;
const FIRST = 2;
const HEAD_INTEGERS = 3;

/** A line in the table: where it ends, what was found, the ordinal of a neutral line or −1. */
const END = 0;
const FOUND = 1;
const ORDINAL = 2;
const LINE_INTEGERS = 3;

/** Found, when it is not where the line's values begin: nothing; or a neutral line, with flags added. */
const NOTHING = -1;
const NEUTRAL = -5;
const IS_COUNTED = 1;
const IS_KNOWN = 2;

const HEAD_AT = CHUNK_BYTES;
const LINES_AT = HEAD_AT + 4 * HEAD_INTEGERS;
const NODES_AT = LINES_AT + 4 * MAX_LINES * LINE_INTEGERS;
const SHARED_BYTES = NODES_AT + 4 * MAX_NODE_INTEGERS;

/** A piece of a file in shared memory: one thread reads it and scans its lines, another decodes them. */
export class ScannedChunk {
  readonly shared: SharedArrayBuffer;
  /** All of it; what it holds is `bytes`. */
  readonly room: Buffer;
  readonly #head: Int32Array;
  readonly #lines: Int32Array;
  readonly #nodes: Int32Array;

  constructor(shared = new SharedArrayBuffer(SHARED_BYTES)) {
    this.shared = shared;
    this.room = Buffer.from(shared, 0, CHUNK_BYTES);
    this.#head = new Int32Array(shared, HEAD_AT, HEAD_INTEGERS);
    this.#lines = new Int32Array(shared, LINES_AT, MAX_LINES * LINE_INTEGERS);
    this.#nodes = new Int32Array(shared, NODES_AT, MAX_NODE_INTEGERS);
  }

  get bytes(): Buffer {
    return this.room.subarray(0, this.#head[BYTES]);
  }

  /** How many lines were scanned; they follow one another. */
  get lines(): number {
    return this.#head[LINES] as number;
  }

  /** Where the first line that was scanned begins. */
  get first(): number {
    return this.#head[FIRST] as number;
  }

  /** Where the newline stands that ends a line. */
  endOf(line: number): number {
    return this.#lines[line * LINE_INTEGERS + END] as number;
  }

  /** Scans the lines that are whole. The chunk may begin inside a line; answers whether it ends inside one. */
  scan(scanner: LineScanner, length: number, beginsInLine: boolean): boolean {
    const bytes = this.room;
    const first = beginsInLine ? bytes.indexOf(NEWLINE) + 1 : 0;
    const last = bytes.subarray(0, length).lastIndexOf(NEWLINE);
    let line = 0;
    if (first < last && (first > 0 || !beginsInLine) && isUtf8(bytes.subarray(first, last))) {
      let node = 0;
      for (let start = first; start <= last && line < MAX_LINES; line++) {
        const end = bytes.indexOf(NEWLINE, start);
        node = this.#scanLine(scanner, start, end, line * LINE_INTEGERS, node);
        start = end + 1;
      }
    }
    this.#head.set([length, line, first]);
    return last !== length - 1;
  }

  /** Takes what was read as it is, its lines not scanned; answers whether it ends inside a line. */
  leave(length: number): boolean {
    this.#head.set([length, 0, 0]);
    return this.room[length - 1] !== NEWLINE;
  }

  /** Enters a line into the table; answers where the next nodes go. */
  #scanLine(scanner: LineScanner, start: number, end: number, entry: number, node: number): number {
    const found = scanner.scan(this.room, start, end);
    const lines = this.#lines;
    lines[entry + END] = end;
    lines[entry + FOUND] = NOTHING;
    if (found === undefined) return node;
    if ("outcome" in found) {
      const { counted, known, ordinal } = found;
      if (ordinal !== null && ordinal > HIGHEST_ORDINAL) return node;
      lines[entry + FOUND] = NEUTRAL + (counted ? IS_COUNTED : 0) + (known ? IS_KNOWN : 0);
      lines[entry + ORDINAL] = ordinal === null ? -1 : Number(ordinal);
      return node;
    }
    const next = found.copyTo(this.#nodes, node);
    if (next < 0) return node;
    lines[entry + FOUND] = node;
    return next;
  }

  /** What a line that was scanned and begins at `start` is. */
  decode(line: number, start: number, decoder: LineDecoder, mode: ReturnType<ThreadMode["in"]>): DecodedLine {
    const entry = line * LINE_INTEGERS;
    const end = this.endOf(line);
    const found = this.#lines[entry + FOUND] as number;
    if (found === NOTHING) return decoder.decode(this.room, start, end, mode, true);
    if (found >= 0)
      return decoder.decodeScanned({ bytes: this.room, start, end, nodes: this.#nodes, base: found }, mode);
    const flags = found - NEUTRAL;
    const ordinal = this.#lines[entry + ORDINAL] as number;
    return {
      outcome: "neutral",
      counted: (flags & IS_COUNTED) !== 0,
      known: (flags & IS_KNOWN) !== 0,
      ordinal: ordinal < 0 ? null : ordinal,
    };
  }
}
