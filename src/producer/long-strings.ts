import { createHash } from "node:crypto";

/** A string value in the bytes of a JSON text, without its quotes. */
export interface LongString {
  readonly start: number;
  readonly end: number;
  readonly hasEscapes: boolean;
}

/** Strings below it are worth more than the room they take. */
export const SHORTEST_ELIDED_BYTES = 1_024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;

/** The long string values of a JSON text, which is known to be valid, in the order of their places; not the keys of objects. */
export function longStringsOf(json: Buffer): LongString[] {
  const found: LongString[] = [];
  for (let at = 0; at < json.length; at++) {
    if (json[at] !== QUOTE) continue;
    const start = at + 1;
    let hasEscapes = false;
    for (at = start; json[at] !== QUOTE; at++) {
      if (json[at] !== BACKSLASH) continue;
      hasEscapes = true;
      at += 1;
    }
    if (at - start >= SHORTEST_ELIDED_BYTES && !isKey(json, at)) found.push({ start, end: at, hasEscapes });
  }
  return found;
}

function isKey(json: Buffer, quote: number): boolean {
  let at = quote + 1;
  while ((json[at] as number) <= SPACE) at += 1;
  return json[at] === COLON;
}

/** Size and SHA-256 of a string's text, as UTF-8. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** So much of a text is unescaped at a time: a string of many megabytes is never built. */
const CHUNK_BYTES = 64 * 1024;
const LETTER_U = 0x75;
/** What a letter stands for after a backslash: most for themselves. */
const UNESCAPED = Uint8Array.from({ length: 256 }, (_, letter) => letter);
for (const [letter, byte] of Object.entries({ b: 8, f: 12, n: 10, r: 13, t: 9 }))
  UNESCAPED[letter.charCodeAt(0)] = byte;

export function digestOf(json: Buffer, { start, end, hasEscapes }: LongString): Digest {
  const hash = createHash("sha256");
  if (!hasEscapes) return { bytes: end - start, sha256: hash.update(json.subarray(start, end)).digest("hex") };
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let bytes = 0;
  let used = 0;
  for (let at = start; at < end; ) {
    if (used > CHUNK_BYTES - 4) {
      hash.update(chunk.subarray(0, used));
      bytes += used;
      used = 0;
    }
    const byte = json[at] as number;
    if (byte !== BACKSLASH) {
      chunk[used++] = byte;
      at += 1;
      continue;
    }
    const letter = json[at + 1] as number;
    if (letter !== LETTER_U) {
      chunk[used++] = UNESCAPED[letter] as number;
      at += 2;
      continue;
    }
    const unit = hexAt(json, at + 2);
    const isPair = unit >= 0xd800 && unit <= 0xdbff;
    const text = isPair ? String.fromCharCode(unit, hexAt(json, at + 8)) : String.fromCharCode(unit);
    used += chunk.write(text, used);
    at += isPair ? 12 : 6;
  }
  return { bytes: bytes + used, sha256: hash.update(chunk.subarray(0, used)).digest("hex") };
}

function hexAt(json: Buffer, at: number): number {
  return Number.parseInt(json.toString("latin1", at, at + 4), 16);
}
