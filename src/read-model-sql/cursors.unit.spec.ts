import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BadCursorError } from "../read-model/index.ts";
import { Cursors, keyNumber } from "./cursors.ts";

const cursors = new Cursors(["turns", "t1"], z.tuple([keyNumber, z.string()]));

describe("cursors", () => {
  it("give back the key, and whether the entry itself is meant", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: "binary" }), (n, text) => {
        expect(cursors.read(cursors.after([n, text]))).toEqual({ key: [n, text], isInclusive: false });
        expect(cursors.read(cursors.from([n, text]))).toEqual({ key: [n, text], isInclusive: true });
      }),
    );
    expect(cursors.read(null)).toBe(null);
  });

  it("are refused by other lists", () => {
    for (const list of [["turns", "t2"], ["turns"], ["items", "t1"], ["turns", "t1", ""]]) {
      const other = new Cursors(list, z.tuple([keyNumber, z.string()]));
      expect(() => other.read(cursors.after([1, "x"]))).toThrow(BadCursorError);
    }
  });

  it("are refused when nobody here wrote them, however long", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString("base64url")),
        ),
        (text) => {
          expect(() => cursors.read(text)).toThrow(BadCursorError);
        },
      ),
    );
    const valid = cursors.after([1, "x"]);
    for (const text of [`${valid}=`, ` ${valid}`, `${valid}A`, valid.slice(0, -1), "A".repeat(5_000)])
      expect(() => cursors.read(text)).toThrow(BadCursorError);
  });
});
