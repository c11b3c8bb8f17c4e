import { describe, expect, it } from "vitest";
import { isBlank, trimWhite } from "./blank.ts";

const WHITE = [
  0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007,
  0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
];
const NOT_WHITE = [0x0, 0x8, 0xe, 0x1c, 0x1d, 0x1e, 0x1f, 0x21, 0x84, 0x180e, 0x200b, 0x2060, 0x3001, 0xfeff, 0x1f600];

const hex = (codes: readonly number[]) => codes.map((code) => [code.toString(16), String.fromCodePoint(code)] as const);

describe("reduction §8: white space is the Unicode property White_Space", () => {
  it.each(hex(WHITE))("U+%s is white", (_, white) => {
    expect(isBlank(white)).toBe(true);
    expect(trimWhite(`${white}a${white}b${white}${white}`)).toBe(`a${white}b`);
  });

  it.each(hex(NOT_WHITE))("U+%s is not white", (_, other) => {
    expect(isBlank(` ${other} `)).toBe(false);
    expect(trimWhite(` ${other} `)).toBe(other);
  });

  it("an empty text is blank", () => expect(isBlank("")).toBe(true));

  it("a blank text is trimmed to nothing", () => expect(trimWhite(" \u0085\u3000 ")).toBe(""));
});
