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

  it("changes nothing that fits, to the byte", () => {
    const text = JSON.stringify({ a: long("ä", 2_500) });
    const bytes = Buffer.byteLength(text);
    expect(elideStrings(text, bytes)).toEqual({ text, bytes: 0 });
    expect(elideStrings(text, bytes - 1).bytes).toBe(5_002);
  });

  it("leaves out the longest, wherever in the text it stands", () => {
    const key = long("k", 5_000);
    const [shorter, longer] = [long("s", 2_000), long("l", 3_000)];
    const marker = { elided: true, bytes: 3_000, sha256: sha256(longer) };
    for (const [item, expected] of [
      [
        { [key]: shorter, last: longer },
        { [key]: shorter, last: marker },
      ],
      [
        { [key]: longer, last: shorter },
        { [key]: marker, last: shorter },
      ],
    ]) {
      const text = JSON.stringify(item);
      expect(JSON.parse(elideStrings(text, text.length - 1).text)).toEqual(expected);
    }
  });

  it("leaves several in their places, each with its own size", () => {
    const item = { n: 1, first: long("f", 2_000), between: ["b"], second: long("s", 3_000), last: null };
    const { text, bytes } = elideStrings(JSON.stringify(item), 0);
    expect(JSON.parse(text)).toEqual({
      ...item,
      first: { elided: true, bytes: 2_000, sha256: sha256(item.first) },
      second: { elided: true, bytes: 3_000, sha256: sha256(item.second) },
    });
    expect(bytes).toBe(5_004);
  });

  it("takes a string for long from 1,024 characters on, its quotes among them", () => {
    expect(elideStrings(JSON.stringify([long("a", 1_021)]), 0).bytes).toBe(0);
    expect(elideStrings(JSON.stringify([long("a", 1_022)]), 0).bytes).toBe(1_024);
  });

  it("takes the whole of a text that is one string", () => {
    const value = long("a", 2_000);
    expect(JSON.parse(elideStrings(JSON.stringify(value), 0).text)).toEqual({
      elided: true,
      bytes: 2_000,
      sha256: sha256(value),
    });
  });

  it.each([
    ["a quote", 'he said "no"'],
    ["a quote after a backslash", 'C:\\"'],
    ["two backslashes at its end", "C:\\dir\\\\"],
    ["one backslash at its end", "C:\\dir\\"],
    ["nothing", ""],
  ])("knows where a string ends that holds %s", (_, text) => {
    const item = { [text]: text, long: `${text}${long("a", 2_000)}${text}`, after: text };
    expect(JSON.parse(elideStrings(JSON.stringify(item), 0).text)).toEqual({
      ...item,
      long: { elided: true, bytes: 2_000 + 2 * text.length, sha256: sha256(item.long) },
    });
  });
});
