import { describe, expect, it } from "vitest";
import { shellJoin } from "./shell-text.ts";

describe("reduction §9: the text of a command is its words, quoted and joined by blanks", () => {
  it.each([
    ["no words", [], ""],
    ["plain words", ["cargo", "test", "--all"], "cargo test --all"],
    ["an empty word", ["a", "", "b"], "a '' b"],
    ["a word with a NUL byte, whatever the others are", ["a b", "c\0d"], "<command included NUL byte>"],
  ])("%s", (_, words, text) => expect(shellJoin(words)).toBe(text));
});

describe("reduction §9: a word is cut into the longest pieces that one style can hold, in the plainest style", () => {
  it.each([
    ["azAZ09+-./:@]_", "azAZ09+-./:@]_"],
    ["it's", `"it's"`],
    ["it's^x", `"it's"'^x'`],
    [`a"b'c`, `"a\\"b'c"`],
    ["\\back", `"\\\\back"`],
    ["'!'", `"'"'!'"'"`],
    ["^'", `'^'"'"`],
    ["x=y", "'x=y'"],
    ["a]b", "a]b"],
    ["[b]", "'[b]'"],
    ["é", "'é'"],
    ["漢 😀", "'漢 😀'"],
    ["\u0080", "'\u0080'"],
    ["\u007f", "'\u007f'"],
    ["a\nb", "'a\nb'"],
    ["$HOME", "'$HOME'"],
    ["`x`", "'`x`'"],
    ["'$'", `"'"'$'"'"`],
    ['say "hi"', `'say "hi"'`],
    ['\\"', `"\\\\\\""`],
    ["#", "'#'"],
    ["~", "'~'"],
    ["%", "'%'"],
    [",", "','"],
  ])("%j is written %s", (word, text) => expect(shellJoin([word])).toBe(text));
});

describe("reduction §9: a caret is taken only as the first byte of a piece, and leaves only single quotes", () => {
  it.each([
    ["^", "'^'"],
    ["^^", "'^''^'"],
    ["^a^", "'^a''^'"],
    ["a^", "a'^'"],
    ["'^'", `"'"'^'"'"`],
    ["^\\", `'^'"\\\\"`],
  ])("%j is written %s", (word, text) => expect(shellJoin([word])).toBe(text));
});

describe("the time to quote a word", () => {
  it.each(["'", "^", "a'!", "\\$"])("grows with its length, not with the square of it: %j", (part) =>
    expect(shellJoin([part.repeat(50_000)]).length).toBeGreaterThan(50_000),
  );
});
