import { crc32 } from "node:zlib";

/** Positions from the first to the last one, both included. */
export interface PositionRange {
  readonly first: number;
  readonly last: number;
}

/** What the log has at a position. */
export interface FoundLine {
  readonly position: number;
  /** Of a marker, what it says of its line. */
  readonly content: Buffer;
  readonly isMarker: boolean;
  readonly isElided: boolean;
  readonly isRedacted: boolean;
}

/** Properties of positions, as bits. */
export const Trait = { present: 1, marker: 2, elided: 4, redacted: 8, written: 16 } as const;

/** Of a position that a line is to be written at: present, and neither of the others. */
const WRITABLE = Trait.present | Trait.marker | Trait.written;

/** The same content as the one that counts, or another. */
export type Taken = "new" | "repeat" | "conflict";

const CHUNK = 256;

/** Lines beside each other. Positions may lie far apart, so only chunks that hold a line are there. */
interface Chunk {
  readonly traits: Uint8Array;
  readonly sums: Uint32Array;
  readonly lengths: Uint32Array;
  /** Bytes of all lines before it, newlines included. */
  offset: number;
}

/** Which lines of a rollout the log has, and where they go in its file: nine bytes a line, whatever their size. */
export class LineTable {
  readonly #chunks = new Map<number, Chunk>();
  #isPlaced = true;

  /** How many positions have one of the traits. */
  count(trait: number): number {
    let count = 0;
    for (const { first, last } of this.rangesOf(trait)) count += last - first + 1;
    return count;
  }

  /** Of several contents of a position the first counts (ADR 0020). Differences are found by size and CRC-32. */
  take(found: FoundLine): Taken {
    const { position, content, isMarker, isElided, isRedacted } = found;
    const { traits, sums, lengths } = this.#chunkFor(position);
    const at = position % CHUNK;
    const length = isMarker ? 0 : content.length;
    const sum = crc32(content);
    if (traits[at] !== 0) {
      const isSame = lengths[at] === length && sums[at] === sum && this.has(position, Trait.marker) === isMarker;
      return isSame ? "repeat" : "conflict";
    }
    const more = (isMarker ? Trait.marker : 0) | (isElided ? Trait.elided : 0) | (isRedacted ? Trait.redacted : 0);
    traits[at] = Trait.present | more;
    sums[at] = sum;
    lengths[at] = length;
    this.#isPlaced = false;
    return "new";
  }

  has(position: number, trait: number): boolean {
    const traits = this.#chunks.get(Math.floor(position / CHUNK))?.traits;
    return ((traits?.[position % CHUNK] ?? 0) & trait) !== 0;
  }

  /** Whether a line is the one that counts at its position, and is to be written: once. */
  isToBeWritten(position: number, line: Buffer): boolean {
    const chunk = this.#chunks.get(Math.floor(position / CHUNK));
    const at = position % CHUNK;
    const traits = chunk?.traits[at] ?? 0;
    if (chunk === undefined || (traits & WRITABLE) !== Trait.present) return false;
    if (chunk.lengths[at] !== line.length || chunk.sums[at] !== crc32(line)) return false;
    chunk.traits[at] = traits | Trait.written;
    return true;
  }

  /** Where a line begins in the file that holds all lines, and nothing for what is missing. */
  offsetOf(position: number): number {
    if (!this.#isPlaced) this.#place();
    const chunk = this.#chunks.get(Math.floor(position / CHUNK));
    return chunk === undefined ? 0 : chunk.offset + bytesIn(chunk, position % CHUNK);
  }

  /** Positions that have one of the traits, in order. */
  *rangesOf(trait: number): Generator<PositionRange> {
    let first = -1;
    let last = -1;
    for (const [index, { traits }] of this.#inOrder()) {
      for (let at = 0; at < CHUNK; at++) {
        if (((traits[at] ?? 0) & trait) === 0) continue;
        const position = index * CHUNK + at;
        if (first >= 0 && position !== last + 1) yield { first, last };
        if (position !== last + 1 || first < 0) first = position;
        last = position;
      }
    }
    if (first >= 0) yield { first, last };
  }

  /** Positions below the last one that the log does not have. */
  *missing(): Generator<PositionRange> {
    let next = 0;
    for (const { first, last } of this.rangesOf(Trait.present)) {
      if (first > next) yield { first: next, last: first - 1 };
      next = last + 1;
    }
  }

  #inOrder(): [number, Chunk][] {
    return [...this.#chunks].sort(([a], [b]) => a - b);
  }

  #chunkFor(position: number): Chunk {
    const index = Math.floor(position / CHUNK);
    const known = this.#chunks.get(index);
    if (known !== undefined) return known;
    const made: Chunk = {
      traits: new Uint8Array(CHUNK),
      sums: new Uint32Array(CHUNK),
      lengths: new Uint32Array(CHUNK),
      offset: 0,
    };
    this.#chunks.set(index, made);
    return made;
  }

  #place(): void {
    let offset = 0;
    for (const [, chunk] of this.#inOrder()) {
      chunk.offset = offset;
      offset += bytesIn(chunk, CHUNK);
    }
    this.#isPlaced = true;
  }
}

/** Of a chunk's lines up to one, newlines included. */
function bytesIn({ traits, lengths }: Chunk, end: number): number {
  let bytes = 0;
  for (let at = 0; at < end; at++)
    if (((traits[at] ?? 0) & (Trait.present | Trait.marker)) === Trait.present) bytes += (lengths[at] ?? 0) + 1;
  return bytes;
}
