import { describe, expect, it } from "vitest";
import { simpleCommands } from "./shell-script.ts";

describe("reduction §10: a script of plain words is its simple commands", () => {
  it.each([
    ["one", "ls -la src", [["ls", "-la", "src"]]],
    ["joined by operators", "a && b || c | d; e", [["a"], ["b"], ["c"], ["d"], ["e"]]],
    ["joined without blanks", "a&&b||c|d;e", [["a"], ["b"], ["c"], ["d"], ["e"]]],
    ["on lines of their own", "\na\n\nb\r\nc\n", [["a"], ["b"], ["c"]]],
    ["with line ends after operators", "a &&\nb |\n\nc;\nd", [["a"], ["b"], ["c"], ["d"]]],
    ["ended by a semicolon", "a;\n", [["a"]]],
    ["with continued lines", "a \\\n  b\\\nc", [["a", "b", "c"]]],
    ["with quoted words", `a 'b c' "d e" ""`, [["a", "b c", "d e", ""]]],
    ["with words of several pieces", `a b'c d'"e"f g''`, [["a", "bc def", "g"]]],
    ["with line ends in quotes", "a 'b\nc' \"d\ne\"", [["a", "b\nc", "d\ne"]]],
    ["with backslashes, which stay", `a b\\ c \\$d "e\\"f"`, [["a", "b\\ c", "\\$d", 'e\\"f']]],
    ["with numbers", "a 1 -2 0x3f 4#5", [["a", "1", "-2", "0x3f", "4#5"]]],
    ["with patterns", "a *.[ch] {b,c} ?d ~ a=b", [["a", "*.[ch]", "{b,c}", "?d", "~", "a=b"]]],
    ["with reserved words as arguments", "a if do done ! in", [["a", "if", "do", "done", "!", "in"]]],
    ["with number signs inside words", "a b#c 'd'#e", [["a", "b#c", "d#e"]]],
    ["with odd blanks in words", "a b\u00a0c", [["a", "b\u00a0c"]]],
    ["with an escape after a quote, which begins a word", `a "b"\\c`, [["a", "b", "\\c"]]],
    ["with an escaped quote after a quote, which does not", `a "b"\\"c`, [["a", 'b\\"c']]],
  ])("%s", (_, script, commands) => expect(simpleCommands(script)).toEqual(commands));

  it.each([
    ["nothing", ""],
    ["blanks only", " \n "],
    ["a redirection", "a > b"],
    ["a redirection of a descriptor", "a 2>/dev/null"],
    ["a here document", "a <<E\nb\nE"],
    ["a variable", "a $b"],
    ["a variable in quotes", 'a "b $c"'],
    ["a lone dollar sign in quotes", 'a "b$"'],
    ["a command substitution", "a $(b)"],
    ["backquotes", "a `b`"],
    ["an ANSI-C string", "a $'b'"],
    ["a subshell", "(a)"],
    ["an extended pattern", "a ?(b)"],
    ["a range in braces", "a {1..3}"],
    ["a command in the background", "a &"],
    ["a pipe of both outputs", "a |& b"],
    ["a case terminator", "a;; b"],
    ["an operator without left side", "&& a"],
    ["an operator without right side", "a &&"],
    ["a semicolon on a line of its own", "a\n;b"],
    ["a comment", "a # b"],
    ["a comment as a command", "a\n# b"],
    ["a comparison", "a == b"],
    ["a base without its number", "a 4#"],
    ["a quoted name of a program", "'a' b"],
    ["a program name of several pieces", "a'b' c"],
    ["an open quote", "a 'b"],
    ["an open double quote", 'a "b'],
    ["a backslash at the end", "a b\\"],
    ["an escaped line end at the end", "a b \\\n"],
    ["a word of empty pieces", `a ''""`],
    ["a NUL character", "a \0"],
  ])("is opaque with %s", (_, script) => expect(simpleCommands(script)).toBeUndefined());
});

describe("the time to read a script", () => {
  it.each(["a ", "\\a", "'b'", '"\\b"', "a\\\n", "a; ", "{1", "\n", " "])("grows with its length: %j", (part) => {
    expect(() => simpleCommands(`a ${part.repeat(50_000)}`)).not.toThrow();
    expect(simpleCommands(`a ${part.repeat(50_000)} (`)).toBeUndefined();
  });
});
