import { describe, expect, it } from "vitest";
import { relaxed } from "./relaxed.ts";

describe("a pattern without its assertions", () => {
  it.each([
    [/^ab$/, "(?:)ab(?:)"],
    [/\bab\B/i, "(?:)ab(?:)"],
    [/(?<!xy)(?<=[(y])ab(?!c(?:d|\)))(?=e)/, "(?:)(?:)ab(?:)(?:)"],
    [/(?<![a-z_])ab(?!\d)c(?![^\]])/, "(?<![a-z_])ab(?!\\d)c(?:)"],
    [/(?<![^a])b(?!\W)c(?!.)/, "(?:)b(?:)c(?:)"],
    [/a(?=b)*c/, "a(?:)c"],
    [/[\b^$(?=\]]a\^\$/, "[\\b^$(?=\\]]a\\^\\$"],
    [/(?<name>a)(?:b|$)/, "(?<name>a)(?:b|(?:))"],
    [/[[a-c]&&[b^]]b(?=c)/v, "[[a-c]&&[b^]]b(?:)"],
  ])("%s", (pattern, source) => {
    expect(relaxed(pattern)?.source).toBe(source);
  });

  it("keeps the flags that tell what matches", () => {
    expect(relaxed(/^a.$/dgimsu)?.flags).toBe("imsu");
  });

  it.each([/(a)\1/, /(?<n>a)\k<n>/, /(?=a)/, /\b(?=a)b?/])("is none of %s", (pattern) => {
    expect(relaxed(pattern)).toBeUndefined();
  });
});
