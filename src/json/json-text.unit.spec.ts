import { describe, expect, it } from "vitest";
import { JsonDocument, JsonText, jsonTextOf, MAX_DEPTH, parsePlain, scan, stringify, stringifyPlain } from "./index.ts";

function canonical(text: string): string {
  const doc = new JsonDocument();
  const bytes = Buffer.from(text);
  if (!scan(doc, bytes, 0, bytes.length, MAX_DEPTH)) throw new Error(`not accepted: ${text}`);
  return jsonTextOf(doc, 0).text;
}

describe("canonical text of opaque JSON", () => {
  it.each([
    ["-0", "0"],
    ["-0.0", "-0.0"],
    ["0.00", "0.00"],
    ["1.0", "1.0"],
    ["0.10", "0.10"],
    ["1e3", "1e+3"],
    ["1E-07", "1e-07"],
    ["1e0005", "1e+0005"],
    ["1e00", "1e+00"],
    ["0e0", "0e+0"],
    ["-0e0", "-0e+0"],
    ["1.50E+02", "1.50e+02"],
    ["1e400", "1e+400"],
    ["-1e400", "-1e+400"],
    ["18446744073709551616.0", "18446744073709551616.0"],
    ["18446744073709551616e0", "18446744073709551616e+0"],
    ["123456789.123456789123456789", "123456789.123456789123456789"],
    ["18446744073709551615", "18446744073709551615"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["9007199254740993", "9007199254740993"],
  ])("prints the number %s as %s", (given, printed) => expect(canonical(given)).toBe(printed));

  it.each([
    ['{"b":1,"10":2,"2":3,"a":4}', '{"b":1,"10":2,"2":3,"a":4}', "keeps key order, integer-like keys included"],
    ['{"":1,"__proto__":{"x":1},"constructor":2}', '{"":1,"__proto__":{"x":1},"constructor":2}', "keeps exotic keys"],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}', "a repeated key: first place, last value"],
    ['{"a":{"x":1},"a":{"y":2}}', '{"a":{"y":2}}', "a repeated key: no merge"],
    [String.raw`{"a":1,"\u0061":2}`, '{"a":2}', "an escaped spelling is the same key"],
    ['{"__proto__":1,"__proto__":2}', '{"__proto__":2}', "repeated __proto__"],
    [' { "a" : [ 1 , { } , [ ] ] } ', '{"a":[1,{},[]]}', "drops white space"],
    ["[true,false,null]", "[true,false,null]", "literals"],
  ])("prints %s as %s (%s)", (given, printed) => expect(canonical(given)).toBe(printed));

  it.each([
    [String.raw`"\b\f\n\r\t\"\\"`, String.raw`"\b\f\n\r\t\"\\"`],
    [String.raw`"\u0008\u000C\u000A"`, String.raw`"\b\f\n"`],
    [String.raw`"\u001F\u000b\u0000"`, String.raw`"\u001f\u000b\u0000"`],
    [String.raw`"\/\u003c\u00e9\ud83d\ude00"`, '"/<é😀"'],
    [String.raw`"\u007f\u2028"`, '"\u007f\u2028"'],
    ['"\u007f\u2028é/<"', '"\u007f\u2028é/<"'],
    [String.raw`{"\u0001\/":1}`, String.raw`{"\u0001/":1}`],
  ])("prints the string %s with the shortest escapes: %s", (given, printed) => expect(canonical(given)).toBe(printed));

  it("is itself canonical", () => {
    const text = canonical(String.raw`{"a":[1E5,-0,"\u001F\/"],"b":{"2":1,"1":2}}`);
    expect(canonical(text)).toBe(text);
  });
});

describe("stringify", () => {
  it.each([
    { a: 1, b: "x\n", c: null, d: true, e: [1, "2", [], {}], f: { g: {} } },
    [],
    {},
    "text",
    null,
    0,
    -1.5,
    false,
  ])("prints plain data as JSON.stringify does: %j", (value) => expect(stringify(value)).toBe(JSON.stringify(value)));

  it("leaves out members that are undefined", () =>
    expect(stringify({ a: undefined, b: 1, c: undefined })).toBe('{"b":1}'));

  it("prints the digits of bigints", () =>
    expect(stringify({ a: [18446744073709551615n, -9223372036854775808n] })).toBe(
      '{"a":[18446744073709551615,-9223372036854775808]}',
    ));

  it("prints opaque JSON as it is", () =>
    expect(stringify({ a: new JsonText('{"2":1.0,"1":1e+400}') })).toBe('{"a":{"2":1.0,"1":1e+400}}'));
});

describe("stringifyPlain and parsePlain", () => {
  it.each([
    { a: 1, b: [null, "x", { c: true }] },
    { big: 18446744073709551615n, list: [-9223372036854775808n, 0n] },
    [],
    "text",
    null,
    7n,
  ])("read back what was written: case %#", (value) => expect(parsePlain(stringifyPlain(value))).toEqual(value));

  it("leave absent members absent", () =>
    expect(parsePlain(stringifyPlain({ a: undefined, b: 1 }))).toStrictEqual({ b: 1 }));
});
