import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROPERTY_RUNS, threads } from "../../test/support/generators.ts";
import { LineDecoder } from "../rollout/index.ts";
import { elideLine, NOTE_BYTES } from "./line-elider.ts";
import { digestOf, type LongString, longStringsOf, SHORTEST_ELIDED_BYTES } from "./long-strings.ts";

const decoder = new LineDecoder();

function outcomesOf(line: Buffer): object[] {
  return (["legacy", "paginated"] as const).map((mode) => {
    const decoded = decoder.decode(line, 0, line.length, mode);
    return decoded.outcome === "rejected" ? { ...decoded, offset: 0 } : decoded;
  });
}

const text = fc.string({ unit: fc.constantFrom("a", "é", "😀", '"', "\\", "\n", "\u0001", "/", "{"), minLength: 1 });

/** A text of at least so many letters, as JSON writes it, or with all of it escaped. */
const longText = fc
  .record({ text, bytes: fc.integer({ min: 900, max: 5_000 }), escapes: fc.boolean() })
  .map(({ text, bytes, escapes }) => {
    const long = text.repeat(Math.ceil(bytes / text.length));
    return escapes
      ? `"${[...Array(long.length).keys()].map((at) => escapeOf(long, at)).join("")}"`
      : JSON.stringify(long);
  });

function escapeOf(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
}

/** Lines of random threads in which some values are long strings, and some such members are added. */
const lines = fc
  .record({
    lines: threads.map(({ rollouts }) => rollouts.flatMap((rollout) => rollout.lines.map(String))),
    which: fc.nat(),
    values: fc.array(fc.record({ at: fc.nat(), text: longText, isAdded: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    }),
  })
  .map(({ lines, which, values }) => {
    let line = lines[which % lines.length] ?? "{}";
    for (const { at, text, isAdded } of values) {
      const places = [...line.matchAll(isAdded ? /\{(?=")/g : /:("[^"\\]*")/g)];
      const place = places[at % places.length];
      if (place === undefined) continue;
      const from = place.index + 1;
      const rest = line.slice(isAdded ? from : from + (place[1]?.length ?? 0));
      line = `${line.slice(0, from)}${isAdded ? `"added": ${text},` : text}${rest}`;
    }
    return Buffer.from(line);
  });

const NOTE = /"\{\\"elided\\":true,\\"bytes\\":\d+,\\"sha256\\":\\"[0-9a-f]{64}\\"\}"/g;

function noteOf(line: Buffer, string: LongString): string {
  return JSON.stringify(JSON.stringify({ elided: true, ...digestOf(line, string) }));
}

/** One string after the other, the longest first, and the whole line decoded for each: slow, and plain to see. */
function elidedSlowly(line: Buffer, room: number): Buffer | undefined {
  const chosen = new Set<LongString>();
  const strings = longStringsOf(line);
  const written = (): Buffer => {
    let out = line.toString("latin1");
    for (const string of strings.toReversed())
      if (chosen.has(string))
        out = `${out.slice(0, string.start - 1)}${noteOf(line, string)}${out.slice(string.end + 1)}`;
    return Buffer.from(out, "latin1");
  };
  const expected = outcomesOf(line);
  let length = line.length;
  for (const string of strings.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    if (length <= room) break;
    chosen.add(string);
    if (isDeepStrictEqual(outcomesOf(written()), expected)) length -= string.end - string.start - NOTE_BYTES;
    else chosen.delete(string);
  }
  return length <= room ? written() : undefined;
}

describe("a line that is too long", () => {
  it("decodes as before when strings are left out, fits, and is otherwise as it was", () => {
    fc.assert(
      fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), (line, share) => {
        const room = Math.floor(line.length * share);
        const elided = elideLine(line, room);
        if (elided === undefined) return;
        expect(elided.line.length).toBeLessThanOrEqual(room);
        expect(outcomesOf(elided.line)).toEqual(outcomesOf(line));

        const notes = elided.line.toString().match(NOTE) ?? [];
        const strings = longStringsOf(line);
        let restored = elided.line.toString("latin1");
        let bytes = 0;
        for (const note of notes) {
          const string = strings.find((one) => noteOf(line, one) === note);
          if (string === undefined) throw new Error(`a note of no string: ${note}`);
          restored = restored.replace(note, () => line.toString("latin1", string.start - 1, string.end + 1));
          bytes += digestOf(line, string).bytes;
        }
        expect(Buffer.from(restored, "latin1").equals(line)).toBe(true);
        expect(elided.elidedBytes).toBe(bytes);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("loses the strings that it loses when each is tried by itself", () => {
    let elisions = 0;
    fc.assert(
      fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), (line, share) => {
        const room = Math.floor(line.length * share);
        const elided = elideLine(line, room);
        // It may give up where the slow way does not: what it tries is not what the strings hold.
        if (elided === undefined) return;
        if (elided.elidedBytes > 0) elisions += 1;
        expect(elided.line.toString()).toEqual(elidedSlowly(line, room)?.toString());
      }),
      { numRuns: PROPERTY_RUNS },
    );
    expect(elisions).toBeGreaterThan(PROPERTY_RUNS / 20);
  });
});

describe("long strings", () => {
  it("are digested as the text that they stand for", () => {
    fc.assert(
      fc.property(fc.array(longText, { maxLength: 3 }), (texts) => {
        const json = Buffer.from(`{"k" : [${texts.join(" , ")}], "${"k".repeat(2_000)}" : 1}`);
        const long = texts.filter((one) => Buffer.byteLength(one) - 2 >= SHORTEST_ELIDED_BYTES);
        const hashes = long.map((one) => slowDigest(JSON.parse(one) as string));
        expect(longStringsOf(json).map((string) => digestOf(json, string))).toEqual(hashes);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

function slowDigest(text: string): object {
  return { bytes: Buffer.byteLength(text), sha256: hash("sha256", text, "hex") };
}
