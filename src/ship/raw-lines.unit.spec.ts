import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RawLine, RawLines } from "./raw-lines.ts";

const line = (text: string | Buffer): RawLine => ({ type: "line", line: Buffer.from(text) });

/** The lines of a content that comes in pieces, and what follows the last newline. */
function linesOf(pieces: readonly (string | Buffer)[], maxBytes = 1000) {
  const splitter = new RawLines(maxBytes);
  const lines: RawLine[] = [];
  for (const piece of pieces) {
    const chunk = Buffer.from(piece);
    for (const raw of splitter.of(chunk)) lines.push(raw.type === "line" ? line(raw.line) : raw);
    chunk.fill(0); // chunks are used again, and lines are valid as long as theirs
  }
  return { lines, rest: splitter.rest() };
}

describe("the lines of a file", () => {
  it("are verbatim, empty ones and carriage returns included", () => {
    expect(linesOf(["a\r\n\n b \n"])).toEqual({ lines: [line("a\r"), line(""), line(" b ")], rest: undefined });
  });

  it("may come in pieces", () => {
    expect(linesOf(["ab", "c", "\nde", "\n"])).toEqual({ lines: [line("abc"), line("de")], rest: undefined });
  });

  it("end with a newline: what follows the last one is told by itself", () => {
    expect(linesOf(["a\nb"])).toEqual({ lines: [line("a")], rest: line("b") });
  });

  it("of more than the allowed bytes are known by their size and hash", () => {
    const long = "0123456789";
    const oversized = { type: "oversized", bytes: 10, sha256: hash("sha256", long), lastByte: 0x39 };

    expect(linesOf([`${long}\nabcd\n`], 4)).toEqual({ lines: [oversized, line("abcd")], rest: undefined });
    expect(linesOf(["012", "345", "6789"], 4)).toEqual({ lines: [], rest: oversized });
  });

  it("put together again are the file, however it is cut", () => {
    const content = fc.array(fc.constantFrom("a", "bc", "\n", "\r", "é")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(content, fc.integer({ min: 1, max: 5 }), (text, size) => {
        const bytes = Buffer.from(text);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const { lines, rest } = linesOf(pieces);
        const whole = [...lines, rest ?? line("")].map((raw) => (raw.type === "line" ? raw.line.toString() : ""));
        expect(whole.join("\n")).toBe(text);
      }),
    );
  });
});
