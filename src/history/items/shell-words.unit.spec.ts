import { describe, expect, it } from "vitest";
import { shellSplit } from "./shell-words.ts";

describe("reduction §10: the words of a script, told apart by blanks and quotes alone", () => {
  it.each([
    ["", []],
    [" \t\n", []],
    ["a  b\tc\nd", ["a", "b", "c", "d"]],
    ["a;b|c&&d", ["a;b|c&&d"]],
    ["a ; b", ["a", ";", "b"]],
    ["'a b' \"c d\"", ["a b", "c d"]],
    ["''", [""]],
    [`a"b"'c'd`, ["abcd"]],
    ["a\\ b", ["a b"]],
    ["a\\\nb", ["ab"]],
    ["a \\\n b", ["a", "", "b"]],
    ['"a\\$b\\`c\\"d\\\\e\\f"', ['a$b`c"d\\e\\f']],
    ['"a\\\nb"', ["ab"]],
    ["'a\\nb'", ["a\\nb"]],
    ["a #b c\nd", ["a", "d"]],
    ["a#b", ["a#b"]],
    ["a\rb\u00a0c", ["a\rb\u00a0c"]],
  ])("of %j are %j", (text, words) => expect(shellSplit(text)).toEqual(words));

  it.each(["'a", '"a', '"a\\"', "a\\", "\\", "a 'b\" c"])(
    "are unknown where a quote or an escape has no end: %j",
    (text) => expect(shellSplit(text)).toBeUndefined(),
  );
});
