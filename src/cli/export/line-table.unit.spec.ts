import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FoundLine, LineTable, type PositionRange, Trait } from "./line-table.ts";

function lineAt(position: number, text: string, more: Partial<FoundLine> = {}): FoundLine {
  return { position, content: Buffer.from(text), isMarker: false, isElided: false, isRedacted: false, ...more };
}

function tableOf(...lines: readonly FoundLine[]): LineTable {
  const table = new LineTable();
  for (const line of lines) table.take(line);
  return table;
}

describe("the lines of a rollout", () => {
  it("are told apart from repeats, and from conflicts, of which the first content counts", () => {
    const table = new LineTable();

    expect(table.take(lineAt(0, "a"))).toBe("new");
    expect(table.take(lineAt(0, "a"))).toBe("repeat");
    expect(table.take(lineAt(0, "b"))).toBe("conflict");
    expect(table.take(lineAt(0, "a", { isMarker: true }))).toBe("conflict");
    expect(table.isToBeWritten(0, Buffer.from("b"))).toBe(false);
    expect(table.isToBeWritten(0, Buffer.from("a"))).toBe(true);
  });

  it("are written once", () => {
    const table = tableOf(lineAt(0, "a"));

    expect([1, 2].map(() => table.isToBeWritten(0, Buffer.from("a")))).toEqual([true, false]);
  });

  it("lie in the file one after the other, a newline behind each, without what is missing or marked", () => {
    const marker = lineAt(3, "sha256", { isMarker: true });
    const table = tableOf(lineAt(1000, "last"), lineAt(0, "one"), lineAt(2, ""), marker, lineAt(4, "é"));

    expect([0, 2, 4, 1000].map((position) => table.offsetOf(position))).toEqual([0, 4, 5, 8]);
    expect(table.isToBeWritten(3, Buffer.alloc(0))).toBe(false);
  });

  it("are missing where there is none below the last, however far that is", () => {
    const table = tableOf(lineAt(2, "a"), lineAt(4, "b"), lineAt(2 ** 52, "c"));

    expect([...table.missing()]).toEqual([
      { first: 0, last: 1 },
      { first: 3, last: 3 },
      { first: 5, last: 2 ** 52 - 1 },
    ]);
    expect([...tableOf(lineAt(0, "a"), lineAt(1, "b")).missing()]).toEqual([]);
  });

  it("are listed by what became of them", () => {
    const table = tableOf(
      lineAt(0, "a"),
      lineAt(255, "b", { isElided: true }),
      lineAt(256, "c", { isElided: true, isRedacted: true }),
      lineAt(258, "d", { isElided: true }),
    );

    expect([...table.rangesOf(Trait.elided)]).toEqual([
      { first: 255, last: 256 },
      { first: 258, last: 258 },
    ]);
    expect([...table.rangesOf(Trait.redacted)]).toEqual([{ first: 256, last: 256 }]);
    expect([Trait.present, Trait.elided, Trait.marker].map((trait) => table.count(trait))).toEqual([4, 3, 0]);
  });
});

const arbitraryLine = fc.record({
  position: fc.nat({ max: 600 }),
  text: fc.constantFrom("", "a", "bc", "def"),
  isMarker: fc.boolean(),
});

function positionsIn(ranges: Iterable<PositionRange>): number[] {
  return [...ranges].flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

it("a table says the same as the first line of each position, in a map", () => {
  fc.assert(
    fc.property(fc.array(arbitraryLine, { minLength: 1, maxLength: 200 }), (given) => {
      const model = new Map<number, { readonly text: string; readonly isMarker: boolean }>();
      const table = new LineTable();
      for (const { position, text, isMarker } of given) {
        const known = model.get(position);
        if (known === undefined) model.set(position, { text, isMarker });
        const isSame = known?.text === text && known.isMarker === isMarker;
        const expected = known === undefined ? "new" : isSame ? "repeat" : "conflict";
        expect(table.take(lineAt(position, text, { isMarker }))).toBe(expected);
      }

      const present = [...model.keys()].sort((a, b) => a - b);
      expect(positionsIn(table.rangesOf(Trait.present))).toEqual(present);
      const all = Array.from({ length: (present.at(-1) ?? -1) + 1 }, (_, position) => position);
      expect(positionsIn(table.missing())).toEqual(all.filter((position) => !model.has(position)));
      let offset = 0;
      for (const position of present) {
        expect(table.offsetOf(position)).toBe(offset);
        const { text = "", isMarker = true } = model.get(position) ?? {};
        offset += isMarker ? 0 : text.length + 1;
      }
    }),
  );
});
