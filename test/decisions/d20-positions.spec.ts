import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_GAPS, Positions, REMEMBERED_HASHES } from "../../src/projections/index.ts";

const ROLLOUT = "r";

function at(position: number, lineHash = position) {
  return { rolloutId: ROLLOUT, position, lineHash };
}

/** The positions after these were applied, in this order. */
function applied(...list: number[]): Positions {
  const positions = new Positions();
  for (const position of list) positions.advance(at(position));
  return positions;
}

const upTo = (end: number) => Array.from({ length: end }, (_, position) => position);

describe("D20: positions decide what is applied", () => {
  it("applies what is next", () => {
    expect(new Positions().admit(at(0))).toBe("apply");
    expect(applied(0, 1).admit(at(2))).toBe("apply");
  });

  it("applies what lies above", () => {
    expect(applied(0).admit(at(5))).toBe("apply");
  });

  it("ignores a position below the last one as a duplicate", () => {
    expect(applied(0, 1, 2).admit(at(1))).toBe("duplicate");
    expect(applied(0, 1, 2).admit(at(2))).toBe("duplicate");
  });

  it.each([1, 2, 4])("rejects position %i as late when it lies in a gap", (position) => {
    expect(applied(0, 5).admit(at(position))).toBe("late");
  });

  it("takes what was left out before the first line for a gap", () => {
    expect([0, 2].map((position) => applied(3).admit(at(position)))).toEqual(["late", "late"]);
  });

  it("rejects a late line every time: it is not applied", () => {
    const positions = applied(0, 5, 6);
    expect([positions.admit(at(3)), positions.admit(at(3))]).toEqual(["late", "late"]);
  });

  it("rejects another line at an applied position as a conflict", () => {
    expect(applied(0, 1).admit(at(1, 999))).toBe("conflict");
    expect(applied(0, 1).admit(at(0, 999))).toBe("conflict");
  });

  it("remembers the hashes of the last 64 lines: before them a conflict looks like a duplicate", () => {
    expect(REMEMBERED_HASHES).toBe(64);
    const positions = applied(...upTo(65));
    expect(positions.admit(at(1, 999))).toBe("conflict");
    expect(positions.admit(at(0, 999))).toBe("duplicate");
  });

  it("remembers the last 64 gaps: a line of an older one looks like a duplicate", () => {
    expect(MAX_GAPS).toBe(64);
    const positions = applied(...upTo(66).map((n) => n * 2));
    expect(positions.admit(at(3))).toBe("late");
    expect(positions.admit(at(1))).toBe("duplicate");
  });

  it("starts again with each rollout, and takes nothing of one that was left", () => {
    const positions = applied(0, 1, 2);
    expect(positions.admit({ ...at(0, 999), rolloutId: "next" })).toBe("apply");
    positions.advance({ ...at(0, 999), rolloutId: "next" });
    expect(positions.admit({ ...at(0, 7), rolloutId: "next" })).toBe("conflict");
    expect(positions.admit({ ...at(1), rolloutId: "next" })).toBe("apply");
    expect(positions.admit(at(3))).toBe("superseded");
  });

  it("decides the same after it was stored and restored, in bounded size", () => {
    const line = fc.record({
      rolloutId: fc.constantFrom("a", "b", "c"),
      position: fc.nat(200),
      lineHash: fc.constantFrom(0, 1, 0xffffffff),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 300 }), fc.array(line, { maxLength: 50 }), (before, after) => {
        const kept = new Positions();
        let restored = new Positions();
        for (const next of [...before, ...after]) {
          const admission = kept.admit(next);
          expect(restored.admit(next)).toBe(admission);
          if (admission !== "apply") continue;
          kept.advance(next);
          restored.advance(next);
          restored = Positions.decode(restored.encode());
          expect(restored.encode()).toBe(kept.encode());
          expect(kept.encode().length).toBeLessThan(3000);
        }
      }),
    );
  });

  it("decides the same after it was stored and restored, however long its rollout and wherever its gaps", () => {
    const steps = fc.array(fc.constantFrom(1, 1, 1, 1, 2, 3), { minLength: 60, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.nat(), (list, n) => {
        const kept = new Positions();
        let position = -1;
        for (const step of list) {
          position += step;
          kept.advance(at(position));
        }
        const restored = Positions.decode(kept.encode());
        for (const positions of [kept, restored]) positions.advance(at(position + 1 + (n % 3)));
        for (let looked = 0; looked < position + 5; looked++)
          for (const hash of [looked, -1]) expect(restored.admit(at(looked, hash))).toBe(kept.admit(at(looked, hash)));
        expect(restored.encode()).toBe(kept.encode());
      }),
    );
  });

  it("stores what follows on in few numbers, and the last 64 lines alone", () => {
    expect(JSON.parse(applied(...upTo(3)).encode()).slice(0, 5)).toEqual([ROLLOUT, [], 3, [], [0, 1, 1, 2]]);
    expect(JSON.parse(applied(...upTo(100)).encode()).slice(0, 5)).toEqual([ROLLOUT, [], 100, [], [36, 1, 1, 63]]);
    expect(JSON.parse(applied(0, 4, 5, 9).encode()).slice(2, 5)).toEqual([10, [1, 4, 6, 9], [0, 1, 4, 1, 1, 1, 4, 1]]);
  });

  it("ends a gap where its next line stands", () => {
    const positions = applied(0, 3, 4, 8);
    expect([1, 2, 3, 4, 5, 7, 8].map((position) => positions.admit(at(position)))).toEqual([
      "late",
      "late",
      "duplicate",
      "duplicate",
      "late",
      "late",
      "duplicate",
    ]);
  });
});
