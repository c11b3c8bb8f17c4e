import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  JsonDocument,
  jsonTextOf,
  MAX_DEPTH,
  parsePlain,
  scan,
  stringify,
  stringifyPlain,
} from "../../src/json/index.ts";

const RUNS = { numRuns: 2000 };
const space = fc.stringMatching(/^[ \t\r]{0,3}$/);
const escapeText = fc.constantFrom("\\n", '\\"', "\\\\", "\\/", "\\u00e9", "\\uABCD", "\\ud83d\\ude00", "\\u0000");
const loneSurrogate = fc.constantFrom("\\ud800", "\\udfff", "\\ud83d\\ud83d");

/** JSON texts of strings, with escapes that need not be there. */
const stringText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[ a-z0-9é😀\u2028]{1,5}$/u) }, escapeText))
  .map((parts) => `"${parts.join("")}"`);
const integerText = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(String);
const numberText = fc.oneof(
  integerText,
  fc.constantFrom("-0", "0.00", "1E5", "-1.50e-07", "1e400", "123456789012345678901234567890.5"),
);

/** JSON texts of any shape, with white space wherever it may stand. */
const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
  text: fc
    .tuple(
      space,
      fc.oneof(
        { maxDepth: 5 },
        fc.oneof(stringText, numberText, fc.constantFrom("true", "false", "null")),
        fc.tuple(fc.array(tie("text"), { maxLength: 4 }), space).map(([all, gap]) => `[${gap}${all.join(",")}]`),
        fc
          .tuple(fc.array(fc.tuple(space, stringText, space, tie("text")), { maxLength: 4 }), space)
          .map(([all, gap]) => `{${gap}${all.map(([a, key, b, value]) => `${a}${key}${b}:${value}`).join(",")}}`),
      ),
      space,
    )
    .map(([before, value, after]) => before + value + after),
}));

/** Small changes that mostly make a text malformed. */
const edit = fc.record({
  at: fc.nat(),
  cut: fc.nat(2),
  put: fc.constantFrom("", "", '"', "\\", ",", ":", "{", "}", "[", "]", "0", "-", ".", "e", "x", "\u0001", " ", "\v"),
});

function accepts(text: string): boolean {
  const bytes = Buffer.from(text);
  return scan(new JsonDocument(), bytes, 0, bytes.length, MAX_DEPTH);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The rules that are stricter than JSON.parse: lone surrogate escapes, integers beyond 64 bits. */
function breaksStricterRule(text: string): boolean {
  const strings = /"(?:[^"\\]|\\.)*"/g;
  const isLone = (json: string) => !(JSON.parse(json) as string).isWellFormed();
  const numbers = text.replaceAll(strings, '""').match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? [];
  const isTooLarge = (digits: string) =>
    /^-?\d+$/.test(digits) && (BigInt(digits) >= 2n ** 64n || BigInt(digits) < -(2n ** 63n));
  return (text.match(strings) ?? []).some(isLone) || numbers.some(isTooLarge);
}

function canonical(text: string): string {
  const doc = new JsonDocument();
  const bytes = Buffer.from(text);
  expect(scan(doc, bytes, 0, bytes.length, MAX_DEPTH)).toBe(true);
  return jsonTextOf(doc, 0).text;
}

/** Of the numbers only the integer -0 prints as another one. */
function withoutMinusZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("scan", () => {
  it("accepts every JSON text, white space wherever it stands", () =>
    fc.assert(
      fc.property(jsonText, (text) => accepts(text) && parses(text)),
      RUNS,
    ));

  it("accepts exactly what JSON.parse accepts, but for the stricter rules", () =>
    fc.assert(
      fc.property(jsonText, edit, (text, { at, cut, put }) => {
        const place = at % (text.length + 1);
        const edited = (text.slice(0, place) + put + text.slice(place + cut)).toWellFormed();
        expect(accepts(edited)).toBe(parses(edited) && !breaksStricterRule(edited));
      }),
      { numRuns: 10_000 },
    ));

  it("refuses a lone surrogate escape anywhere", () =>
    fc.assert(
      fc.property(jsonText, loneSurrogate, (text, lone) => {
        for (const around of [`[${text},"${lone}"]`, `{"${lone}":${text}}`, `{"a":"x${lone}","b":${text}}`])
          expect(accepts(around)).toBe(false);
      }),
      RUNS,
    ));

  it("refuses an integer outside 64 bits anywhere, and takes it with a point or an exponent", () =>
    fc.assert(
      fc.property(jsonText, fc.bigInt({ min: 2n ** 64n, max: 2n ** 200n }), fc.boolean(), (text, size, negative) => {
        const digits = negative ? `-${size}` : String(size);
        expect(accepts(`[${text},${digits}]`)).toBe(false);
        expect(accepts(`[${text},${digits}.0,${digits}e1]`)).toBe(true);
      }),
      RUNS,
    ));

  it("accepts the same inside a larger buffer", () =>
    fc.assert(
      fc.property(jsonText, edit, fc.boolean(), (text, { at, cut }, isCut) => {
        const place = at % (text.length + 1);
        const line = isCut ? (text.slice(0, place) + text.slice(place + cut)).toWellFormed() : text;
        const bytes = Buffer.from(`{"a":\n${line}\n"}]}`);
        expect(scan(new JsonDocument(), bytes, 6, bytes.length - 5, MAX_DEPTH)).toBe(accepts(line));
      }),
      RUNS,
    ));
});

describe("canonical text", () => {
  it("parses to the same value", () =>
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(withoutMinusZero(JSON.parse(canonical(text)))).toEqual(withoutMinusZero(JSON.parse(text)));
      }),
      RUNS,
    ));

  it("is canonical itself", () =>
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(canonical(canonical(text))).toBe(canonical(text));
      }),
      RUNS,
    ));

  it("does not depend on white space and needless escapes: it is what JSON.stringify prints, for values it can hold", () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(accepts(text) && !/\de/.test(text));
        expect(canonical(text)).toBe(JSON.stringify(value));
      }),
      RUNS,
    ));
});

describe("plain data", () => {
  const plain = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.bigInt()),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  it("is read back as it was written", () =>
    fc.assert(
      fc.property(plain, (value) => {
        expect(parsePlain(stringifyPlain(value))).toEqual(value);
      }),
      RUNS,
    ));

  it("prints as JSON.stringify prints it, once bigints are numbers", () =>
    fc.assert(
      fc.property(plain, (value) => {
        const digits = (_key: string, member: unknown) => (typeof member === "bigint" ? `#${member}#` : member);
        expect(stringify(value)).toBe(JSON.stringify(value, digits).replaceAll(/"#(-?\d+)#"/g, "$1"));
      }),
      RUNS,
    ));
});
