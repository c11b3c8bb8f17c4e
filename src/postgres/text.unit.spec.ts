import fc from "fast-check";
import { expect, it } from "vitest";
import { storedText, textOfStored } from "./text.ts";

const hostile = fc.string({ unit: fc.constantFrom("\0", "\u{F0000}", "0", "1", "a") });

it("any text comes back as it was, and none is stored with U+0000", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(storedText(text).includes("\0")).toBe(false);
      expect(textOfStored(storedText(text))).toBe(text);
    }),
  );
  expect(storedText("plain 01")).toBe("plain 01");
});
