import { describe, expect, it } from "vitest";
import {
  admit,
  advance,
  initialPositions,
  MAX_GAPS,
  type Positions,
  REMEMBERED_HASHES,
} from "../../src/projections/index.ts";

const ROLLOUT = "r";

function at(position: number, lineHash = position) {
  return { rolloutId: ROLLOUT, position, lineHash };
}

/** The positions after these were applied, in this order. */
function applied(...positions: number[]): Positions {
  return positions.reduce((before, position) => advance(before, at(position)), initialPositions());
}

const upTo = (end: number) => Array.from({ length: end }, (_, position) => position);

describe("D20: positions decide what is applied", () => {
  it("applies what is next", () => {
    expect(admit(initialPositions(), at(0))).toBe("apply");
    expect(admit(applied(0, 1), at(2))).toBe("apply");
  });

  it("applies what lies above, and remembers the positions left out as a gap", () => {
    expect(admit(applied(0), at(5))).toBe("apply");
    expect(applied(0, 5).gaps).toEqual([[1, 5]]);
    expect(applied(3).gaps).toEqual([[0, 3]]);
  });

  it("ignores a position below the last one as a duplicate", () => {
    expect(admit(applied(0, 1, 2), at(1))).toBe("duplicate");
    expect(admit(applied(0, 1, 2), at(2))).toBe("duplicate");
  });

  it.each([1, 2, 4])("rejects position %i as late when it lies in a gap", (position) => {
    expect(admit(applied(0, 5), at(position))).toBe("late");
  });

  it("rejects a late line every time: it is not applied", () => {
    const positions = applied(0, 5, 6);
    expect([admit(positions, at(3)), admit(positions, at(3))]).toEqual(["late", "late"]);
  });

  it("rejects another line at an applied position as a conflict", () => {
    expect(admit(applied(0, 1), at(1, 999))).toBe("conflict");
    expect(admit(applied(0, 1), at(0, 999))).toBe("conflict");
  });

  it("remembers the hashes of the last 64 lines: before them a conflict looks like a duplicate", () => {
    expect(REMEMBERED_HASHES).toBe(64);
    const positions = applied(...upTo(65));
    expect(admit(positions, at(1, 999))).toBe("conflict");
    expect(admit(positions, at(0, 999))).toBe("duplicate");
  });

  it("remembers the last 64 gaps: a line of an older one looks like a duplicate", () => {
    expect(MAX_GAPS).toBe(64);
    const positions = applied(...upTo(66).map((n) => n * 2));
    expect(positions.gaps).toHaveLength(64);
    expect(admit(positions, at(3))).toBe("late");
    expect(admit(positions, at(1))).toBe("duplicate");
  });

  it("stays of bounded size, whatever arrives", () => {
    const positions = applied(...upTo(1000).map((n) => n * 3));
    expect([positions.gaps.length, positions.hashes.length]).toEqual([MAX_GAPS, REMEMBERED_HASHES]);
  });

  it("starts again with each rollout", () => {
    const positions = applied(0, 1, 2);
    expect(admit(positions, { ...at(0), rolloutId: "next" })).toBe("apply");
    expect(advance(positions, { ...at(0), rolloutId: "next" })).toEqual({
      rolloutId: "next",
      superseded: [ROLLOUT],
      next: 1,
      gaps: [],
      hashes: [[0, 0]],
    });
  });
});
