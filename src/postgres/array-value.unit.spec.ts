import fc from "fast-check";
import { expect, it } from "vitest";
import { arrayValue } from "./array-value.ts";

const MOST = 2n ** 63n - 1n;

/** A list in binary, read as Postgres documents it. */
function read(bytes: Buffer): { readonly type: number; readonly values: (Buffer | null)[] } {
  expect([bytes.readInt32BE(0), bytes.readInt32BE(16)]).toEqual([1, 1]);
  const values: (Buffer | null)[] = [];
  let at = 20;
  for (let n = 0; n < bytes.readInt32BE(12); n++) {
    const length = bytes.readInt32BE(at);
    at += 4;
    values.push(length === -1 ? null : bytes.subarray(at, at + length));
    at += Math.max(0, length);
  }
  expect(at).toBe(bytes.length);
  return { type: bytes.readInt32BE(8), values };
}

it("a list of texts holds their UTF-8, whatever their length", () => {
  const texts = fc.array(fc.option(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""))));
  fc.assert(
    fc.property(texts, (values) => {
      expect(read(arrayValue("text", values))).toEqual({
        type: 25,
        values: values.map((value) => (value === null ? null : Buffer.from(value))),
      });
    }),
  );
  const long = ["é".repeat(1_000_000), null, "x".repeat(7_000_000), ""];
  expect(read(arrayValue("text", long)).values.map((value) => value?.length ?? null)).toEqual([
    ...[2_000_000, null, 7_000_000, 0],
  ]);
});

it("one list does not change another", () => {
  const first = arrayValue("text", ["one"]);
  arrayValue("text", ["two"]);
  expect(read(first).values).toEqual([Buffer.from("one")]);
});

it("a list of numbers holds each exactly", () => {
  const numbers = fc.array(
    fc.option(fc.oneof(fc.maxSafeInteger(), fc.bigInt(-MOST, MOST), fc.integer(), fc.constantFrom(-1, 0, 2 ** 32))),
  );
  fc.assert(
    fc.property(numbers, (values) => {
      const { type, values: found } = read(arrayValue("bigint", values));
      expect(type).toBe(20);
      expect(found.map((bytes) => bytes?.readBigInt64BE() ?? null)).toEqual(
        values.map((value) => (value === null ? null : BigInt(value))),
      );
    }),
  );
});
