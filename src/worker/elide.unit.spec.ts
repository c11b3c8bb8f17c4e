import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { elideStrings } from "./elide.ts";

const long = (letter: string, length: number) => letter.repeat(length);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("elision: strings that no record could hold leave their size and hash", () => {
  it("leaves out the longest first, and no more than will do", () => {
    const item = { id: "i", a: long("a", 2_000), b: [long("b", 9_000)], n: 1 };
    const { text, bytes } = elideStrings(JSON.stringify(item), 4_000);
    expect(JSON.parse(text)).toEqual({
      ...item,
      b: [{ elided: true, bytes: 9_000, sha256: sha256(long("b", 9_000)) }],
    });
    expect(bytes).toBe(9_002);
  });

  it("counts and hashes the bytes of the value, not of its escapes", () => {
    const value = `"\\é\n${long("ü", 3_000)}`;
    const { text } = elideStrings(JSON.stringify({ value }), 0);
    expect(JSON.parse(text)).toEqual({
      value: { elided: true, bytes: Buffer.byteLength(value), sha256: sha256(value) },
    });
  });

  it("keeps keys, short strings, and the text of numbers", () => {
    const text = `{"${long("k", 3_000)}":1.0,"short":"${long("s", 500)}","big":12345678901234567890}`;
    expect(elideStrings(text, 0)).toEqual({ text, bytes: 0 });
  });

  it("changes nothing that fits", () => {
    const text = JSON.stringify({ a: long("a", 5_000) });
    expect(elideStrings(text, 5_100)).toEqual({ text, bytes: 0 });
  });
});
