import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mutationJson,
  OBSERVER_NAMES,
  type ObservedLine,
  type RunningObserver,
  startObserver,
} from "../../src/projections/index.ts";
import { linesOfThread, PROPERTY_RUNS, threads } from "../support/generators.ts";

class Broken extends Error {}

/** Takes the line, whose parts can be read so many times before reading one throws; false when it threw. */
function takesLine(observer: RunningObserver, line: ObservedLine, reads: number): boolean {
  let left = reads;
  const breaking = <T extends object>(value: T): T =>
    new Proxy(value, {
      get(target, key) {
        if (left === 0) throw new Broken();
        left -= 1;
        const part: unknown = Reflect.get(target, key);
        const isPlain = Array.isArray(part) || Object.getPrototypeOf(part ?? 0) === Object.prototype;
        return isPlain ? breaking(part as object) : part;
      },
    });
  try {
    observer.observe(breaking(line));
    return true;
  } catch (error) {
    if (error instanceof Broken) return false;
    throw error;
  } finally {
    left = Number.POSITIVE_INFINITY;
  }
}

describe.each(OBSERVER_NAMES)("%s: observe is atomic", (name) => {
  it("leaves the state as it was, wherever it throws", () => {
    fc.assert(
      fc.property(threads, fc.nat(), (thread, n) => {
        const lines = linesOfThread(thread);
        const at = n % Math.max(lines.length, 1);
        const line = lines[at];
        if (line === undefined) return;
        const observer = startObserver(name);
        for (const before of lines.slice(0, at)) observer.observe(before);
        const stored = observer.store();
        for (let reads = 0; !takesLine(observer, line, reads); reads++) expect(observer.store()).toEqual(stored);
        const unbroken = startObserver(name, stored);
        unbroken.observe(line);
        const next = lines.slice(at + 1);
        expect(next.flatMap((after) => observer.observe(after).mutations.map(mutationJson))).toEqual(
          next.flatMap((after) => unbroken.observe(after).mutations.map(mutationJson)),
        );
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
