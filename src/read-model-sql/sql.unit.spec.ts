import { describe, expect, it } from "vitest";
import { among, every, joined, raw, some, sql } from "./sql.ts";

const written = (query: ReturnType<typeof raw>) => [query.text((n) => `$${n}`), query.values];

describe("SQL", () => {
  it("holds values beside its text, numbered from 1, in the order of their places", () => {
    const inner = sql`b = ${"'; DROP TABLE x"}`;
    expect(written(sql`a = ${1} AND ${inner} AND c = ${null}`)).toEqual([
      "a = $1 AND b = $2 AND c = $3",
      [1, "'; DROP TABLE x", null],
    ]);
    expect(sql`${2} ${raw("x")}${3}`.text(() => "?")).toBe("? x?");
  });

  it("joins pieces, none too", () => {
    expect(written(joined([sql`${1}`, raw("x"), sql`${2}`], ", "))).toEqual(["$1, x, $2", [1, 2]]);
    expect(written(joined([], ", "))).toEqual(["", []]);
  });

  it("every of no conditions is true, some of none and among none are false", () => {
    expect(written(every([]))).toEqual(["1 = 1", []]);
    expect(written(some([]))).toEqual(["1 = 0", []]);
    expect(written(among(raw("a"), []))).toEqual(["1 = 0", []]);
    expect(written(some([raw("a"), raw("b")]))).toEqual(["(a OR b)", []]);
    expect(written(among(raw("a"), ["x", 2]))).toEqual(["a IN ($1, $2)", ["x", 2]]);
  });
});
