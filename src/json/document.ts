import { NO_ERROR, type ScanErrorCode } from "./scan-error.ts";

export const OBJECT = 1;
export const ARRAY = 2;
/** A string without escapes: its bytes are its text. */
export const STRING = 3;
export const ESCAPED_STRING = 4;
export const NUMBER = 5;
export const TRUE = 6;
export const FALSE = 7;
export const NULL = 8;

/** Absent member: what `member` answers when an object has no such key. */
export const ABSENT = -1;

/** Index of a value in the document that recorded it. */
export type Node = number;

/** What every Buffer of Node.js has, and is left out of its types: slices as text without further checks. */
interface SliceableBuffer extends Buffer {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

const NO_BYTES = Buffer.alloc(0) as SliceableBuffer;

const STRIDE = 4;
/** Strings of more bytes are made anew each time. */
const MAX_REMEMBERED = 40;
/** One less than a power of two. */
const SLOTS = 511;
/** Stands for the tag of a key with escapes. */
const ESCAPED = -1;
const MINUS = 0x2d;
const ZERO = 0x30;
const MAX_SMALL_DIGITS = 15;

const KIND = 0;
const START = 1;
const END = 2;
const NEXT = 3;

/**
 * Where the values of one JSON text are, as `scan` recorded them: nothing is materialised until it is asked for.
 *
 * A document is reused from text to text. Nodes are in document order; the members of an object are recorded as key, value,
 * key, value. Objects and arrays below the recording depth of the scan are known by their extent only.
 */
export class JsonDocument {
  #bytes = NO_BYTES;
  errorCode: ScanErrorCode = NO_ERROR;
  /** Byte offset of the error in `bytes`. */
  errorOffset = 0;
  #own = new Int32Array(256 * STRIDE);
  #nodes: Int32Array<ArrayBufferLike> = this.#own;
  /** Where in the nodes those of this text begin. */
  #base = 0;
  #count = 0;
  readonly #remembered: (string | undefined)[] = new Array<string | undefined>(SLOTS + 1).fill(undefined);

  /** The bytes that the nodes point into. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  reset(bytes: Buffer): void {
    this.#bytes = bytes as SliceableBuffer;
    this.errorCode = NO_ERROR;
    this.#nodes = this.#own;
    this.#base = 0;
    this.#count = 0;
  }

  /** Goes to a text whose nodes `copyTo` put at `base`. */
  adopt(bytes: Buffer, nodes: Int32Array<ArrayBufferLike>, base: number): void {
    this.#bytes = bytes as SliceableBuffer;
    this.#nodes = nodes;
    this.#base = base;
  }

  /** Copies the nodes of a scanned text to `base`; answers where they end, or −1 when there is no room. */
  copyTo(nodes: Int32Array<ArrayBufferLike>, base: number): number {
    const length = this.#count * STRIDE;
    if (base + length > nodes.length) return -1;
    // Most texts have few nodes, for which a call costs more than a loop.
    for (let i = 0; i < length; i++) nodes[base + i] = this.#nodes[i] as number;
    return base + length;
  }

  fail(code: ScanErrorCode, offset: number): false {
    this.errorCode = code;
    this.errorOffset = offset;
    return false;
  }

  push(kind: number, start: number, end: number): Node {
    const base = this.#count * STRIDE;
    if (base === this.#nodes.length) this.#grow();
    const nodes = this.#nodes;
    nodes[base + KIND] = kind;
    nodes[base + START] = start;
    nodes[base + END] = end;
    this.#count += 1;
    nodes[base + NEXT] = this.#count;
    return this.#count - 1;
  }

  /** Records a member's key, ahead of its value. */
  pushKey(isPlain: boolean, start: number, end: number): void {
    const key = this.push(isPlain ? STRING : ESCAPED_STRING, start, end);
    this.#nodes[key * STRIDE + NEXT] = isPlain ? tagOf(end - start, this.#bytes[end - 1] as number) : ESCAPED;
  }

  /** Ends an object or array whose first byte was pushed earlier. */
  close(node: Node, end: number): void {
    const base = node * STRIDE;
    this.#nodes[base + END] = end;
    this.#nodes[base + NEXT] = this.#count;
  }

  #grow(): void {
    const grown = new Int32Array(this.#own.length * 2);
    grown.set(this.#own);
    this.#own = grown;
    this.#nodes = grown;
  }

  kind(node: Node): number {
    return this.#nodes[this.#base + node * STRIDE + KIND] as number;
  }

  /** First byte of the value; of a string, the byte after its opening quote. */
  start(node: Node): number {
    return this.#nodes[this.#base + node * STRIDE + START] as number;
  }

  /** Byte after the value; of a string, its closing quote. */
  end(node: Node): number {
    return this.#nodes[this.#base + node * STRIDE + END] as number;
  }

  /** The node after this one and everything inside it. */
  next(node: Node): Node {
    return this.#nodes[this.#base + node * STRIDE + NEXT] as number;
  }

  isString(node: Node): boolean {
    const kind = this.kind(node);
    return kind === STRING || kind === ESCAPED_STRING;
  }

  string(node: Node): string {
    const start = this.start(node);
    const end = this.end(node);
    if (this.kind(node) === STRING)
      return end - start > MAX_REMEMBERED ? this.#bytes.utf8Slice(start, end) : this.#short(start, end);
    return JSON.parse(this.#bytes.utf8Slice(start - 1, end + 1)) as string;
  }

  /** Ids, time stamps and names come again and again: the last ones are remembered. */
  #short(start: number, end: number): string {
    const bytes = this.#bytes;
    const length = end - start;
    const slot =
      (length + (bytes[end - 1] as number) * 7 + (bytes[end - 3] as number) * 31 + (bytes[start] as number) * 67) &
      SLOTS;
    const known = this.#remembered[slot];
    if (known !== undefined && known.length === length && this.#holds(start, known)) return known;
    const text = bytes.utf8Slice(start, end);
    this.#remembered[slot] = text;
    return text;
  }

  /** The value's own bytes, as text. Not for strings. */
  text(node: Node): string {
    return this.#bytes.latin1Slice(this.start(node), this.end(node));
  }

  /** Whether a string node holds exactly this ASCII text. */
  stringIs(node: Node, text: string): boolean {
    const start = this.start(node);
    if (this.kind(node) !== STRING) return this.string(node) === text;
    return this.end(node) - start === text.length && this.#holds(start, text);
  }

  #holds(start: number, text: string): boolean {
    const bytes = this.#bytes;
    for (let i = text.length - 1; i >= 0; i--) if (bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** The value of an object's member, or ABSENT. Of repeated keys the last one counts (rollout-format §1). */
  member(object: Node, key: string): Node {
    const nodes = this.#nodes;
    const base = this.#base;
    const end = nodes[base + object * STRIDE + NEXT] as number;
    const wanted = tagOf(key.length, key.charCodeAt(key.length - 1));
    let found: Node = ABSENT;
    for (let at = object + 1; at < end; at = nodes[base + (at + 1) * STRIDE + NEXT] as number) {
      const tag = nodes[base + at * STRIDE + NEXT] as number;
      if (
        tag === wanted
          ? this.#holds(nodes[base + at * STRIDE + START] as number, key)
          : tag === ESCAPED && this.string(at) === key
      )
        found = at + 1;
    }
    return found;
  }

  /** The value of a number of at most 15 digits and no other bytes but a sign; undefined for other numbers. */
  smallInteger(node: Node): number | undefined {
    const bytes = this.#bytes;
    const end = this.end(node);
    const isNegative = bytes[this.start(node)] === MINUS;
    const first = isNegative ? this.start(node) + 1 : this.start(node);
    if (end - first > MAX_SMALL_DIGITS) return undefined;
    let value = 0;
    for (let at = first; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return undefined;
      value = value * 10 + digit;
    }
    return isNegative && value !== 0 ? -value : value;
  }
}

/** What tells most keys apart at once; kept where a value keeps its successor, since a key's is the value beside it. */
function tagOf(length: number, lastByte: number): number {
  return length === 0 ? 0 : length * 256 + lastByte;
}
