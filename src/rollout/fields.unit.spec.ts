import { describe, expect, it } from "vitest";
import { JsonDocument, MAX_DEPTH, scan } from "../json/index.ts";
import {
  boolean,
  entries,
  int32,
  int64,
  list,
  literal,
  object,
  opaqueList,
  type Read,
  string,
  uint16,
  uint64,
  unreadNumber,
  unreadString,
} from "./fields.ts";

/** What the field `x` reads as when this JSON is its value. */
function read<T>(reader: Read<T>, json: string): T {
  const doc = new JsonDocument();
  const bytes = Buffer.from(json);
  if (!scan(doc, bytes, 0, bytes.length, MAX_DEPTH)) throw new Error(`not JSON: ${json}`);
  return reader(doc, 0, "x");
}

describe("rollout-format §3: what is wrong with a field is said", () => {
  it.each<[string, Read<unknown>, string, string]>([
    ["a string", string, "5", '"x" must be a string'],
    ["a string that nobody reads", unreadString, "5", '"x" must be a string'],
    ["a flag", boolean, "0", '"x" must be true or false'],
    ["a list", list(string), "{}", '"x" must be a list'],
    ["a list of anything", opaqueList, "{}", '"x" must be a list'],
    ["an object", object(() => null), "[]", '"x" must be an object'],
    ["a map", entries(string), "[]", '"x" must be an object'],
    ["a number", unreadNumber, '"5"', '"x" must be a number in its shortest form'],
    ["a port", uint16, "65536", '"x" must be an unsigned 16-bit integer'],
    ["an exit code", int32, "1.5", '"x" must be a 32-bit integer'],
    ["a time", int64, '"5"', '"x" must be a 64-bit integer'],
    ["a size", uint64, "-1", '"x" must be an unsigned 64-bit integer'],
  ])("%s", (_what, reader, json, message) => {
    expect(() => read(reader, json)).toThrow(message);
  });

  it("with the text that is not known, of a longer one with its beginning", () => {
    const shown = (text: string) => () => read(literal("a"), JSON.stringify(text));
    expect(shown("b")).toThrow(/^"x" has the unknown value "b"$/);
    expect(shown("b".repeat(40))).toThrow(`"x" has the unknown value "${"b".repeat(40)}"`);
    expect(shown("b".repeat(41))).toThrow(`"x" has the unknown value "${"b".repeat(40)}…"`);
  });
});

describe("rollout-format §3: an integer is exact", () => {
  it.each<[Read<unknown>, string, unknown]>([
    [int64, "999999999999999", 999_999_999_999_999],
    [int64, "-9007199254740991", -9_007_199_254_740_991],
    [int64, "9007199254740993", 9_007_199_254_740_993n],
    [int64, "-9223372036854775808", -9_223_372_036_854_775_808n],
    [uint64, "18446744073709551615", 18_446_744_073_709_551_615n],
    [uint64, "-0", 0],
    [uint16, "65535", 65_535],
    [int32, "-2147483648", -2_147_483_648],
  ])("case %#", (reader, json, value) => expect(read(reader, json)).toBe(value));
});

describe("rollout-format §3: a number that no observer reads is an integer, or as its double is printed", () => {
  it.each([
    "0",
    "-0",
    "12",
    "9007199254740993",
    "0.5",
    "-1.25",
    "1.0",
    "1000000000000000.0",
    "1e16",
    "1.5e39",
    "0.00001",
    "1e-6",
    "9.99e-6",
  ])("%s is read", (json) => expect(read(unreadNumber, json)).toBeUndefined());

  it.each(["1e3", "1.5e3", "0.10", "1.00", "0.30000000000000001", "1e15", "1e-5", "1E39", "10e38", "1e400", "-1e400"])(
    "%s is not",
    (json) => expect(() => read(unreadNumber, json)).toThrow('"x" must be a number in its shortest form'),
  );
});
