import { ARRAY, ESCAPED_STRING, FALSE, type JsonDocument, NULL, NUMBER, OBJECT, STRING, TRUE } from "./document.ts";
import {
  BAD_ESCAPE,
  BAD_NUMBER,
  CONTROL_CHARACTER,
  INTEGER_TOO_LARGE,
  LONE_SURROGATE,
  TOO_DEEP,
  TRAILING_BYTES,
  UNEXPECTED_BYTE,
  UNEXPECTED_END,
} from "./scan-error.ts";

/** How deep objects and arrays may nest, counting the outermost: the limit of the reader that Codex uses. */
export const MAX_DEPTH = 127;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Bytes that end the plain run of a string: quote, backslash, controls. */
const STOPS_STRING = new Uint8Array(256);
STOPS_STRING.fill(1, 0, 0x20);
STOPS_STRING[QUOTE] = 1;
STOPS_STRING[BACKSLASH] = 1;

const SIMPLE_ESCAPE = new Uint8Array(256);
for (const letter of '"\\/bfnrt') SIMPLE_ESCAPE[letter.charCodeAt(0)] = 1;

/** Open containers of the scan in progress, by depth: whether it is an object, and its node. A scan never nests in another. */
const isObjectAt = new Uint8Array(MAX_DEPTH + 1);
const nodeAt = new Int32Array(MAX_DEPTH + 1);

/**
 * Validates the JSON text in `bytes[start, end)` in one pass and records its values down to `recordDepth`
 * (1 = the outermost object or array only). `end` must be followed by a newline or be the end of `bytes`.
 *
 * Stricter than RFC 8259 where Codex's reader is: no lone surrogates, no integer outside 64 bits, bounded depth
 * (rollout-format §1, paginated §1). UTF-8 is not examined here.
 *
 * Answers false, with the error in the document, when the text is not accepted.
 */
export function scan(doc: JsonDocument, bytes: Buffer, start: number, end: number, recordDepth: number): boolean {
  doc.reset(bytes);
  let depth = 0;
  let at = skipSpace(bytes, start);
  for (;;) {
    // A value starts at `at`.
    if (at >= end) return doc.fail(UNEXPECTED_END, end);
    const byte = bytes[at] as number;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === MAX_DEPTH) return doc.fail(TOO_DEEP, at);
      const isObject = byte === OPEN_OBJECT;
      if (depth <= recordDepth) nodeAt[depth] = doc.push(isObject ? OBJECT : ARRAY, at, at);
      isObjectAt[depth] = isObject ? 1 : 0;
      depth += 1;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (isObject) at = scanKey(doc, bytes, at, end, depth <= recordDepth);
        if (at < 0) return false;
        continue;
      }
    } else {
      at = scanScalar(doc, bytes, at, end, depth <= recordDepth);
      if (at < 0) return false;
    }
    // A value ended before `at`: close what it closes, up to the next value.
    for (;;) {
      at = skipSpace(bytes, at);
      if (depth === 0) return at >= end || doc.fail(TRAILING_BYTES, at);
      if (at >= end) return doc.fail(UNEXPECTED_END, end);
      const mark = bytes[at] as number;
      const inObject = isObjectAt[depth - 1] === 1;
      if (mark === COMMA) {
        at = skipSpace(bytes, at + 1);
        if (inObject) at = scanKey(doc, bytes, at, end, depth <= recordDepth);
        if (at < 0) return false;
        break;
      }
      if (mark !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return doc.fail(UNEXPECTED_BYTE, at);
      at += 1;
      depth -= 1;
      if (depth <= recordDepth) doc.close(nodeAt[depth] as number, at);
    }
  }
}

function skipSpace(bytes: Buffer, from: number): number {
  if ((bytes[from] as number) > 0x20) return from;
  let at = from;
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a) byte = bytes[++at];
  return at;
}

/** Reads a value that is no object or array; answers where it ends, or −1. */
function scanScalar(doc: JsonDocument, bytes: Buffer, at: number, end: number, record: boolean): number {
  const byte = bytes[at] as number;
  if (byte === QUOTE) {
    const plain = afterPlain(bytes, at + 1);
    const isPlain = bytes[plain] === QUOTE && plain < end;
    const close = isPlain ? plain : closingQuote(doc, bytes, plain, end);
    if (record && close >= 0) doc.push(isPlain ? STRING : ESCAPED_STRING, at + 1, close);
    return close < 0 ? -1 : close + 1;
  }
  if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
    const after = scanNumber(doc, bytes, at, end);
    if (record && after >= 0) doc.push(NUMBER, at, after);
    return after;
  }
  const kind = literalAt(bytes, at);
  if (kind === 0) return fail(doc, UNEXPECTED_BYTE, at);
  const after = at + (kind === FALSE ? 5 : 4);
  if (after > end) return fail(doc, UNEXPECTED_END, end);
  if (record) doc.push(kind, at, after);
  return after;
}

/** Reads a key and its colon; answers where the member's value starts, or −1. */
function scanKey(doc: JsonDocument, bytes: Buffer, from: number, end: number, record: boolean): number {
  if (bytes[from] !== QUOTE || from >= end) return failAt(doc, from, end);
  const plain = afterPlain(bytes, from + 1);
  const isPlain = bytes[plain] === QUOTE && plain < end;
  const close = isPlain ? plain : closingQuote(doc, bytes, plain, end);
  if (close < 0) return -1;
  if (record) doc.pushKey(isPlain, from + 1, close);
  const colon = skipSpace(bytes, close + 1);
  if (bytes[colon] !== COLON || colon >= end) return failAt(doc, colon, end);
  return skipSpace(bytes, colon + 1);
}

function afterPlain(bytes: Buffer, from: number): number {
  let at = from;
  while (STOPS_STRING[bytes[at] as number] === 0) at += 1;
  return at;
}

/** Goes on in a string from a byte that is not plain; answers where the closing quote is, or −1. */
function closingQuote(doc: JsonDocument, bytes: Buffer, from: number, end: number): number {
  let at = from;
  for (;;) {
    at = afterPlain(bytes, at);
    if (at >= end) return fail(doc, UNEXPECTED_END, end);
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH) return fail(doc, CONTROL_CHARACTER, at);
    const letter = bytes[at + 1] as number;
    if (SIMPLE_ESCAPE[letter] === 1) at += 2;
    else if (letter === 0x75) {
      at = afterUnicodeEscape(doc, bytes, at);
      if (at < 0) return -1;
    } else return fail(doc, BAD_ESCAPE, at);
  }
}

function afterUnicodeEscape(doc: JsonDocument, bytes: Buffer, at: number): number {
  const unit = hex4(bytes, at + 2);
  if (unit < 0) return fail(doc, BAD_ESCAPE, at);
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const isPair = unit < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75;
  const low = isPair ? hex4(bytes, at + 8) : -1;
  return low >= 0xdc00 && low <= 0xdfff ? at + 12 : fail(doc, LONE_SURROGATE, at);
}

function hex4(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i] as number;
    const lower = byte | 0x20;
    if (byte >= ZERO && byte <= NINE) value = value * 16 + byte - ZERO;
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + lower - 0x57;
    else return -1;
  }
  return value;
}

/** Answers where the number ends, or −1. */
function scanNumber(doc: JsonDocument, bytes: Buffer, from: number, end: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from;
  let at = afterDigits(bytes, first);
  if (at === first || (bytes[first] === ZERO && at > first + 1)) return fail(doc, BAD_NUMBER, from);
  let isInteger = true;
  if (bytes[at] === 0x2e) {
    isInteger = false;
    const fraction = at + 1;
    at = afterDigits(bytes, fraction);
    if (at === fraction) return fail(doc, BAD_NUMBER, from);
  }
  if (((bytes[at] as number) | 0x20) === 0x65) {
    isInteger = false;
    const sign = bytes[at + 1];
    const exponent = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
    at = afterDigits(bytes, exponent);
    if (at === exponent) return fail(doc, BAD_NUMBER, from);
  }
  if (at > end) return fail(doc, UNEXPECTED_END, end);
  if (isInteger && at - first >= 19 && !fits64Bits(bytes, from, at)) return fail(doc, INTEGER_TOO_LARGE, from);
  return at;
}

function afterDigits(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] as number;
    if (!(byte >= ZERO && byte <= NINE)) return at;
    at += 1;
  }
}

function fits64Bits(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > 20) return false;
  const value = BigInt(bytes.toString("latin1", from, to));
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

function literalAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === 0x74 && bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75 && bytes[at + 3] === 0x65) return TRUE;
  if (byte === 0x6e && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c) return NULL;
  const isFalse =
    byte === 0x66 &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x6c &&
    bytes[at + 3] === 0x73 &&
    bytes[at + 4] === 0x65;
  return isFalse ? FALSE : 0;
}

function fail(doc: JsonDocument, code: Parameters<JsonDocument["fail"]>[0], offset: number): -1 {
  doc.fail(code, offset);
  return -1;
}

function failAt(doc: JsonDocument, at: number, end: number): -1 {
  return at >= end ? fail(doc, UNEXPECTED_END, end) : fail(doc, UNEXPECTED_BYTE, at);
}
