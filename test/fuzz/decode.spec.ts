import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { type DecodedLine, type HistoryMode, LineDecoder, LineScanner } from "../../src/rollout/index.ts";

const CASES = Number(process.env.FUZZ_CASES ?? "20000");
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const CORPUS = join(import.meta.dirname, "../corpus");
/** Longer lines would only be slower. */
const LONGEST_LINE = 4096;
const modes: readonly HistoryMode[] = ["legacy", "paginated"];

/** Numbers that follow from the seed alone (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const random = randomFrom(SEED);

function pick<T>(all: readonly T[]): T {
  return all[random(all.length)] as T;
}

function corpusLines(): Buffer[] {
  const rollouts = readdirSync(CORPUS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const lines = rollouts.flatMap(({ name }) => readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").split("\n"));
  const short = [...new Set(lines)].filter((line) => line !== "" && line.length <= LONGEST_LINE);
  return short.map((line) => Buffer.from(line));
}

const LINES = corpusLines();

/** What breaks or bends JSON when it is put anywhere. */
const INSERTIONS = [
  ...[
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "-",
    "0",
    "1e999",
    "1e",
    ".5",
    "18446744073709551616",
    "-0",
    "\t",
    "\v",
  ],
  ...[
    "\\ud800",
    "\\udc00\\ud800",
    "\\u00",
    "\\x",
    '"__proto__":1,',
    '"type":"error",',
    '"payload":[],',
    '"ordinal":-1,',
    "{}",
    "[]",
  ],
  ..."\0\n\r\u2028\ufeff",
].map((text) => Buffer.from(text));
const BYTES = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf0, 0x9f, 0x98]].map((bytes) => Buffer.from(bytes));
const DEEP = [100, 120, 127, 128, 5000].flatMap((depth) => [
  Buffer.from("[".repeat(depth) + "]".repeat(depth)),
  Buffer.from(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  Buffer.from("[".repeat(depth)),
]);
const VALUES = ["null", "5", '"x"', "[]", "{}", "true", "1.5", "-1", '"\\u0041"', "18446744073709551615"].map((text) =>
  Buffer.from(text),
);

function splice(line: Buffer, from: number, to: number, middle: Buffer): Buffer {
  return Buffer.concat([line.subarray(0, from), middle, line.subarray(Math.max(from, to))]);
}

/** The place of a value after one of the line's colons, to put another in its place. */
function valueRange(line: Buffer): [number, number] {
  const colon = line.indexOf('":', random(line.length));
  if (colon < 0) return [0, 0];
  const end = /[,}]/.exec(line.toString("latin1", colon + 2))?.index ?? 0;
  return [colon + 2, colon + 2 + end];
}

const MUTATIONS: readonly ((line: Buffer) => Buffer)[] = [
  (line) => {
    const flipped = Buffer.from(line);
    const at = random(line.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
    return flipped;
  },
  (line) => line.subarray(0, random(line.length + 1)),
  (line) => line.subarray(random(line.length + 1)),
  (line) => splice(line, random(line.length), random(line.length), Buffer.alloc(0)),
  (line) => {
    const [from, to] = [random(line.length), random(line.length)].sort((a, b) => a - b) as [number, number];
    return splice(line, to, to, line.subarray(from, to));
  },
  (line) => {
    const other = pick(LINES);
    return splice(line, random(line.length), line.length, other.subarray(random(other.length)));
  },
  (line) => {
    const at = random(line.length + 1);
    return splice(line, at, at, pick(INSERTIONS));
  },
  (line) => {
    const at = random(line.length + 1);
    return splice(line, at, at, pick(BYTES));
  },
  (line) => splice(line, ...valueRange(line), pick(VALUES)),
  (line) => splice(line, ...valueRange(line), pick(DEEP)),
];

function randomBytes(): Buffer {
  return Buffer.from(Array.from({ length: random(64) }, () => random(256)));
}

/** A hostile line: bytes at random, or a real line after one to four mutations. */
function hostileLine(): Buffer {
  if (random(20) === 0) return randomBytes();
  let line = pick(LINES);
  for (let left = 1 + random(4); left > 0 && line.length > 0; left--) line = pick(MUTATIONS)(line);
  return line;
}

/** What is wrong with an outcome, or undefined. */
function complaintAbout(decoded: DecodedLine, line: Buffer): string | undefined {
  switch (decoded.outcome) {
    case "empty":
      return /^[ \t\r]*$/.test(line.toString("latin1")) ? undefined : "not empty";
    case "rejected":
      if (!(decoded.offset >= 0 && decoded.offset <= line.length)) return `offset ${decoded.offset} outside the line`;
      return decoded.message === "" ? "no message" : undefined;
    case "event":
    case "neutral":
      JSON.parse(line.toString("utf8"));
      return undefined;
    default:
      return "no such outcome";
  }
}

/**
 * Of a line without effect, told by its first bytes, the rest is not examined (ADR 0021): what may be wrong there is its JSON,
 * its fields, or a `type` that is given twice. Everywhere else skimming gives what parsing gives.
 */
function complaintAboutSkimming(skimmed: DecodedLine, parsed: DecodedLine, line: Buffer): string | undefined {
  if (isDeepStrictEqual(skimmed, parsed)) return undefined;
  const passesMore = skimmed.outcome === "neutral" && skimmed.known;
  const givesTypeTwice = line.toString("latin1").split('"type":').length > 3;
  return passesMore && (parsed.outcome === "rejected" || givesTypeTwice) ? undefined : "skimming changes the outcome";
}

const scanner = new LineScanner();
const scannedDecoder = new LineDecoder();
const nodes = new Int32Array(1 << 16);
/** Not at the beginning, as in a chunk of many lines. */
const BASE = 12;

/** What comes of a line that was scanned ahead; undefined where it was left to the decoder. */
function decodedAhead(bytes: Buffer, start: number, end: number, mode: HistoryMode): DecodedLine | undefined {
  const found = isUtf8(bytes.subarray(start, end)) ? scanner.scan(bytes, start, end) : undefined;
  if (found === undefined || "outcome" in found) return found;
  if (found.copyTo(nodes, BASE) < 0) return undefined;
  return scannedDecoder.decodeScanned({ bytes, start, end, nodes, base: BASE }, mode);
}

it(`decoding never throws, whatever the bytes (${CASES} cases, FUZZ_SEED=${SEED})`, () => {
  const skimming = new LineDecoder();
  const parsing = new LineDecoder({ skims: false });
  const outcomes = new Set<string>();
  for (let done = 0; done < CASES; done++) {
    const line = hostileLine();
    const mode = pick(modes);
    const bytes = Buffer.concat([Buffer.from("{}\n"), line, Buffer.from('\n{"')]);
    try {
      const parsed = parsing.decode(bytes, 3, 3 + line.length, mode);
      const skimmed = skimming.decode(bytes, 3, 3 + line.length, mode);
      const ahead = decodedAhead(bytes, 3, 3 + line.length, mode) ?? skimmed;
      outcomes.add(parsed.outcome);
      const complaint =
        complaintAbout(parsed, line) ??
        complaintAboutSkimming(skimmed, parsed, line) ??
        (isDeepStrictEqual(ahead, skimmed) ? undefined : "scanning ahead changes the outcome");
      if (complaint !== undefined) throw new Error(complaint);
    } catch (error) {
      const where = `FUZZ_SEED=${SEED}, case ${done}, ${mode}, base64 ${line.toString("base64")}`;
      throw new Error(where, { cause: error });
    }
  }
  expect([...outcomes].sort()).toEqual(["empty", "event", "neutral", "rejected"]);
});
