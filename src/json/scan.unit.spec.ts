import { describe, expect, it } from "vitest";
import { JsonDocument, MAX_DEPTH, scan, scanErrorMessage } from "./index.ts";

interface Outcome {
  readonly accepted: boolean;
  readonly error: string;
  readonly offset: number;
}

/** Scans `bytes` as one line of a buffer that goes on after it. */
function scanned(text: string | Buffer): Outcome {
  const line = Buffer.isBuffer(text) ? text : Buffer.from(text);
  const doc = new JsonDocument();
  const bytes = Buffer.concat([Buffer.from('{"before":1}\n'), line, Buffer.from('\n{"after":"\\u0041"}')]);
  const accepted = scan(doc, bytes, 13, 13 + line.length, MAX_DEPTH);
  return { accepted, error: scanErrorMessage(doc.errorCode), offset: accepted ? 0 : doc.errorOffset - 13 };
}

function refused(error: string, offset: number): Outcome {
  return { accepted: false, error, offset };
}

const ACCEPTED: Outcome = { accepted: true, error: "no error", offset: 0 };

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}${close.repeat(depth)}`;

describe("syntax", () => {
  it.each([
    "{}",
    "[]",
    '""',
    "0",
    "true",
    "false",
    "null",
    '{"a":1,"b":[true,false,null],"c":{"d":{}}}',
    "[[],[[]],{}]",
    ' \t\r { \t\r "a" \t\r : \t\r 1 \t\r , \t\r "b" : [ ] } \t\r ',
  ])("accepts %j", (text) => expect(scanned(text)).toEqual(ACCEPTED));

  it.each([
    ["", "the text ends inside a value", 0],
    ["   ", "the text ends inside a value", 3],
    ["{", "the text ends inside a value", 1],
    ["[", "the text ends inside a value", 1],
    ["[1", "the text ends inside a value", 2],
    ["[1,", "the text ends inside a value", 3],
    ['{"a"', "the text ends inside a value", 4],
    ['{"a":', "the text ends inside a value", 5],
    ['{"a":1', "the text ends inside a value", 6],
    ['{"a":1,', "the text ends inside a value", 7],
    ["[,]", "unexpected byte", 1],
    ["[1,]", "unexpected byte", 3],
    ["[1 2]", "unexpected byte", 3],
    ["[1}", "unexpected byte", 2],
    ['{"a":1]', "unexpected byte", 6],
    ["{,}", "unexpected byte", 1],
    ['{"a":1,}', "unexpected byte", 7],
    ['{"a" 1}', "unexpected byte", 5],
    ['{"a"::1}', "unexpected byte", 5],
    ["{a:1}", "unexpected byte", 1],
    ["{1:1}", "unexpected byte", 1],
    ["'a'", "unexpected byte", 0],
    ["tru", "unexpected byte", 0],
    ["True", "unexpected byte", 0],
    ["nul", "unexpected byte", 0],
    ["fals", "unexpected byte", 0],
    ["undefined", "unexpected byte", 0],
    ["NaN", "unexpected byte", 0],
    ["Infinity", "unexpected byte", 0],
    ["// c\n1", "unexpected byte", 0],
    ["]", "unexpected byte", 0],
    ["}", "unexpected byte", 0],
  ])("refuses %j: %s at byte %i", (text, error, offset) => expect(scanned(text)).toEqual(refused(error, offset)));

  it.each(["{}x", "{}{}", "{}}", "{},", "1 2", "{} // c", "{}\0", "null,", "truex", '""""'])(
    "refuses bytes after the value: %j",
    (text) => expect(scanned(text).error).toBe("bytes after the value"),
  );

  it.each(["\f", "\v", "\u00a0", "\u2028", "\u0085", "\u3000", "\ufeff", "\u200b", "\x1c", "\x1f", "\0"])(
    "takes only space, tab, CR and LF for white space: refuses %j before, in and after a value",
    (space) => {
      for (const text of [`${space}{}`, `{${space}}`, `{}${space}`, `[1,${space}1]`])
        expect(scanned(text).accepted).toBe(false);
    },
  );
});

describe("strings", () => {
  it.each([
    '"plain"',
    '"é😀\u2028\u007f"',
    String.raw`"\" \\ \/ \b \f \n \r \t"`,
    String.raw`"\u0000\u00e9\uABCD\uabcd"`,
  ])("accepts %s", (text) => expect(scanned(text)).toEqual(ACCEPTED));

  it.each([String.raw`"\ud83d\ude00"`, String.raw`"\uD83D\uDE00"`, String.raw`"\udbff\udfff"`])(
    "accepts the surrogate pair %s",
    (text) => expect(scanned(text)).toEqual(ACCEPTED),
  );

  it.each([
    String.raw`"\ud800"`,
    String.raw`"\udfff"`,
    String.raw`"\ude00\ud83d"`,
    String.raw`"\ud83dx"`,
    String.raw`"\ud83d\n"`,
    String.raw`"\ud83d\u0041"`,
    String.raw`"\ud83d\ud83d\ude00"`,
    String.raw`"\ud83d\u12"`,
    String.raw`"\ud83d`,
  ])("refuses the lone surrogate escape in %s", (text) =>
    expect(scanned(text)).toEqual(refused("lone surrogate escape in a string", 1)),
  );

  it("refuses a lone surrogate escape in a key and at any depth", () => {
    expect(scanned(String.raw`{"\ud800":1}`)).toEqual(refused("lone surrogate escape in a string", 2));
    expect(scanned(String.raw`{"a":[{"b":"\udc00"}]}`)).toEqual(refused("lone surrogate escape in a string", 12));
  });

  it.each([
    String.raw`"\x41"`,
    String.raw`"\u12"`,
    String.raw`"\u12g4"`,
    String.raw`"\U0041"`,
    String.raw`"\'"`,
    '"\\',
  ])("refuses the escape in %s", (text) => expect(scanned(text)).toEqual(refused("unknown escape in a string", 1)));

  it.each([0, 1, 9, 10, 13, 0x1b, 0x1f])("refuses the control character %i inside a string", (code) => {
    expect(scanned(`"a${String.fromCharCode(code)}"`)).toEqual(refused("control character in a string", 2));
    expect(scanned(`{"${String.fromCharCode(code)}":1}`)).toEqual(refused("control character in a string", 2));
  });

  it.each(['"', '"abc', '{"abc', String.raw`"abc\"`])("refuses %j: no closing quote", (text) =>
    expect(scanned(text)).toEqual(refused("the text ends inside a value", text.length)),
  );

  it("never looks for a closing quote in the next line", () => {
    const bytes = Buffer.from('"a\nb"');
    const doc = new JsonDocument();
    expect(scan(doc, bytes, 0, 2, MAX_DEPTH)).toBe(false);
    expect(doc.errorOffset).toBe(2);
  });
});

describe("numbers", () => {
  it.each(["0", "-0", "7", "-12", "0.5", "-0.0", "1e3", "1E+3", "1e-07", "0e0", "1.50E+02", "1e400", "-1e400"])(
    "accepts %s",
    (text) => expect(scanned(text)).toEqual(ACCEPTED),
  );

  it.each(["01", "-01", "00", "-00", "1.", "1.e3", "-", "1e", "1e+", "-a", "1.x"])("refuses %s", (text) =>
    expect(scanned(text)).toEqual(refused("malformed number", 0)),
  );

  it.each(["+1", ".5"])("refuses %s", (text) => expect(scanned(text)).toEqual(refused("unexpected byte", 0)));

  it.each(["18446744073709551615", "-9223372036854775808", "9999999999999999999"])("accepts the integer %s", (text) =>
    expect(scanned(text)).toEqual(ACCEPTED),
  );

  it.each(["18446744073709551616", "-9223372036854775809", "-18446744073709551615", "100000000000000000000"])(
    "refuses %s: an integer outside 64 bits, wherever it stands",
    (text) => {
      expect(scanned(text)).toEqual(refused("integer outside 64 bits", 0));
      expect(scanned(`{"a":[${text}]}`)).toEqual(refused("integer outside 64 bits", 6));
    },
  );

  it.each(["18446744073709551616.0", "18446744073709551616e0", "1e99999999999999999999"])(
    "accepts %s: with a point or an exponent a number may be of any size",
    (text) => expect(scanned(text)).toEqual(ACCEPTED),
  );

  it("refuses an integer of a million digits", () =>
    expect(scanned("9".repeat(1_000_000))).toEqual(refused("integer outside 64 bits", 0)));
});

describe("depth", () => {
  it.each([
    ["[", "]"],
    ['{"a":', "}"],
  ])("accepts 127 nested %s and refuses 128", (open, close) => {
    const filled = (depth: number) => nested(depth, open, close).replace(open + close, `${open}1${close}`);
    expect(scanned(filled(127))).toEqual(ACCEPTED);
    expect(scanned(filled(128))).toEqual(refused("nested too deep", 127 * open.length));
  });

  it("counts objects and arrays alike, the outermost included", () => {
    expect(scanned(`{"a":${nested(126, "[", "]")}}`)).toEqual(ACCEPTED);
    expect(scanned(`{"a":${nested(127, "[", "]")}}`)).toEqual(refused("nested too deep", 131));
  });

  it("counts nesting, not containers", () => expect(scanned(`[${"[],".repeat(500)}[]]`)).toEqual(ACCEPTED));
});

it("leaves UTF-8 to others", () => expect(scanned(Buffer.from([0x22, 0xff, 0x22]))).toEqual(ACCEPTED));
