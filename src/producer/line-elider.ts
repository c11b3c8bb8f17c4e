import { isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { JsonDocument, scan } from "../json/index.ts";
import { type DecodedLine, type HistoryMode, LineDecoder } from "../rollout/index.ts";
import { digestOf, type LongString, longStringsOf } from "./long-strings.ts";

export interface ElidedLine {
  readonly line: Buffer;
  /** Bytes of the strings left out, as UTF-8. */
  readonly elidedBytes: number;
}

/** After so many trials it is given up: a line that needs more has its bytes in strings that are read. */
const MAX_TRIALS = 64;
/** More than any note takes. */
export const NOTE_BYTES = 140;
const MODES: readonly HistoryMode[] = ["legacy", "paginated"];

/**
 * Leaves the longest string values that no observer reads out of a line, as few as will do; each leaves a note of its size and
 * hash, as a string, since that is what readers demand there (docs/producing.md). All else stays as it was. That nobody reads
 * them is found by trial and proved: the line must decode to the same before and after, in both history modes.
 *
 * Answers undefined when what may be left out is not enough.
 */
export function elideLine(line: Buffer, room: number): ElidedLine | undefined {
  if (!isUtf8(line) || !scan(new JsonDocument(), line, 0, line.length, 0)) return undefined;
  const strings = longStringsOf(line);
  // Bounds what is decoded: all but these strings fits into a record.
  if (lengthWithout(line, strings) > room) return undefined;
  const chosen = new Trials(line, strings).unread(room);
  if (chosen === undefined) return undefined;
  let elidedBytes = 0;
  const elided = spliced(line, chosen, (string) => {
    const { bytes, sha256 } = digestOf(line, string);
    elidedBytes += bytes;
    return JSON.stringify(JSON.stringify({ elided: true, bytes, sha256 }));
  });
  return elided.length <= room && decodesAlike(line, elided) ? { line: elided, elidedBytes } : undefined;
}

/** Tries which strings change what a line says, on small copies of the line: every long string in them is one letter. */
class Trials {
  readonly #line: Buffer;
  readonly #strings: readonly LongString[];
  readonly #unchanged: readonly DecodedLine[];
  #left = MAX_TRIALS;

  constructor(line: Buffer, strings: readonly LongString[]) {
    this.#line = line;
    this.#strings = strings;
    this.#unchanged = decoded(spliced(line, strings, () => '"x"'));
  }

  /** The longest strings that are not read, as many as it takes for the line to fit; in the order of their places. */
  unread(room: number): readonly LongString[] | undefined {
    const longestFirst = this.#strings.toSorted((a, b) => b.end - b.start - (a.end - a.start));
    const chosen: LongString[] = [];
    let length = this.#line.length;
    for (let next = 0; length > room; ) {
      if (next === longestFirst.length) return undefined;
      const group: LongString[] = [];
      for (let expected = length; expected > room && next < longestFirst.length; next++) {
        const string = longestFirst[next] as LongString;
        expected -= savedBy(string);
        group.push(string);
      }
      for (const string of this.#unreadOf(group)) {
        chosen.push(string);
        length -= savedBy(string);
      }
    }
    return chosen.sort((a, b) => a.start - b.start);
  }

  #unreadOf(group: readonly LongString[]): readonly LongString[] {
    if (group.length === 0 || this.#left === 0) return [];
    this.#left -= 1;
    const changed = new Set(group);
    const tried = spliced(this.#line, this.#strings, (string) => (changed.has(string) ? '"y"' : '"x"'));
    if (isDeepStrictEqual(decoded(tried), this.#unchanged)) return group;
    if (group.length === 1) return [];
    const half = group.length >> 1;
    return [...this.#unreadOf(group.slice(0, half)), ...this.#unreadOf(group.slice(half))];
  }
}

function savedBy({ start, end }: LongString): number {
  return end - start - NOTE_BYTES;
}

function lengthWithout(line: Buffer, strings: readonly LongString[]): number {
  return strings.reduce((length, string) => length - savedBy(string), line.length);
}

/** The line with other texts in the place of these strings, quotes included. */
function spliced(line: Buffer, strings: readonly LongString[], textOf: (string: LongString) => string): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const string of strings) {
    pieces.push(line.subarray(from, string.start - 1), Buffer.from(textOf(string)));
    from = string.end + 1;
  }
  return Buffer.concat([...pieces, line.subarray(from)]);
}

function decodesAlike(line: Buffer, other: Buffer): boolean {
  return MODES.every((mode) => isDeepStrictEqual(decodedIn(line, mode), decodedIn(other, mode)));
}

function decoded(line: Buffer): DecodedLine[] {
  return MODES.map((mode) => decodedIn(line, mode));
}

/** What the line says; where in it an error stands is not part of that. The decoder is not kept: its buffers grew with the line. */
function decodedIn(line: Buffer, mode: HistoryMode): DecodedLine {
  const said = new LineDecoder().decode(line, 0, line.length, mode, true);
  return said.outcome === "rejected" ? { ...said, offset: 0 } : said;
}
