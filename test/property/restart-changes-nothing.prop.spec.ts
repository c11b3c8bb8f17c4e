import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutationJson, OBSERVER_NAMES, type ObservedLine, startObserver } from "../../src/projections/index.ts";
import { linesOfThread, PROPERTY_RUNS, threads } from "../support/generators.ts";

/** What an observer makes of lines, as bytes, and the state it ends with. */
function outcome(observer: ReturnType<typeof startObserver>, lines: readonly ObservedLine[]) {
  const mutations = lines.flatMap((line) => observer.observe(line).mutations.map(mutationJson));
  return { mutations, state: observer.store() };
}

/** A store of hashes hands fields back in an order of its own. */
function inAnotherOrder(fields: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...fields].sort(([a], [b]) => (a < b ? 1 : -1)));
}

describe.each(OBSERVER_NAMES)("%s: restart ≡ no restart", (name) => {
  it("gives the same when it is stopped and restored once, at any line", () => {
    fc.assert(
      fc.property(threads, fc.nat(), (thread, n) => {
        const lines = linesOfThread(thread);
        const cut = n % (lines.length + 1);
        const observer = startObserver(name);
        const before = outcome(observer, lines.slice(0, cut));
        const restored = startObserver(name, inAnotherOrder(before.state));
        expect(restored.store()).toEqual(before.state);
        const rest = lines.slice(cut);
        expect(outcome(restored, rest)).toEqual(outcome(observer, rest));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("gives the same when it is stopped and restored at every line, from the fields that each line reported", () => {
    fc.assert(
      fc.property(threads, (thread) => {
        const observer = startObserver(name);
        const checkpoint = new Map(observer.store());
        for (const line of linesOfThread(thread)) {
          const restored = startObserver(name, inAnotherOrder(checkpoint));
          const expected = observer.observe(line);
          const { mutations, fields } = restored.observe(line);
          expect(mutations.map(mutationJson)).toEqual(expected.mutations.map(mutationJson));
          for (const field of fields) {
            const text = restored.encode(field);
            if (text === undefined) checkpoint.delete(field);
            else checkpoint.set(field, text);
          }
          expect(checkpoint).toEqual(observer.store());
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("keeps what it is told in fields that no line touched", () => {
    fc.assert(
      fc.property(threads, (thread) => {
        const observer = startObserver(name);
        let before = observer.store();
        for (const line of linesOfThread(thread)) {
          const touched = new Set(observer.observe(line).fields);
          const after = observer.store();
          for (const field of new Set([...before.keys(), ...after.keys()]))
            if (!touched.has(field)) expect([field, after.get(field)]).toEqual([field, before.get(field)]);
          before = after;
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
