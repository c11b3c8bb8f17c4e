import avsc from "avsc";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchema } from "./avro-types.ts";

const long = parseSchema('"long"');
const optionalLong = parseSchema('["null","long"]');
const bytes = parseSchema('"bytes"');

const MAX = 2n ** 63n - 1n;
const int64s = fc.oneof(
  fc.bigInt({ min: -MAX - 1n, max: MAX }),
  // Where numbers end, and where avsc's own arithmetic does.
  fc
    .tuple(fc.constantFrom(51n, 52n, 53n, 62n, 63n), fc.bigInt(-3n, 3n), fc.constantFrom(-1n, 1n))
    .map(([power, near, sign]) => BigInt.asIntN(64, sign * (2n ** power + near))),
);

/** A number while that is exact, else a bigint. */
function integerOf(exact: bigint): number | bigint {
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** As the Avro specification has it: zigzag, then seven bits a byte, the lowest first. */
function specified(value: bigint): string {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const out: number[] = [];
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Buffer.from([...out, Number(rest)]).toString("hex");
}

describe("a long", () => {
  it("is written as the specification has it, and read as a number while that is exact, else as a bigint", () => {
    fc.assert(
      fc.property(int64s, (exact) => {
        const value = integerOf(exact);
        const written = long.toBuffer(value);
        expect(written.toString("hex")).toBe(specified(exact));
        expect(long.fromBuffer(written)).toBe(value);
        expect(optionalLong.fromBuffer(optionalLong.toBuffer(value))).toBe(value);
      }),
    );
  });

  it("may be a bigint even where a number would do", () => {
    expect(long.fromBuffer(long.toBuffer(7n))).toBe(7);
  });

  it("is read as such from a schema that avsc parsed by itself", () => {
    const resolver = long.createResolver(avsc.Type.forSchema("long"));
    expect(long.fromBuffer(long.toBuffer(MAX), resolver)).toBe(MAX);
  });

  it.each([1.5, Number.NaN, 2 ** 53, "7", null, undefined, 2n ** 63n])("is never %s", (value) => {
    expect(() => long.toBuffer(value)).toThrow();
  });
});

describe("bytes", () => {
  it("are a view of what is read", () => {
    const written = bytes.toBuffer(Buffer.from("abc"));
    const read: unknown = bytes.fromBuffer(written);
    written.write("x", 1);
    expect(read).toEqual(Buffer.from("xbc"));
  });

  it.each([
    ["longer than what is left", Buffer.from([8, 1, 2, 3])],
    ["of negative length", Buffer.from([1])],
    ["longer than any number", Buffer.alloc(200, 0xff)],
  ])("that are %s are cut short", (_what, input) => {
    expect(() => bytes.fromBuffer(input)).toThrow("truncated buffer");
  });
});
