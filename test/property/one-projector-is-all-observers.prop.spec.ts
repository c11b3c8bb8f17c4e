import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Mutation,
  mutationJson,
  OBSERVER_NAMES,
  startObserver,
  ThreadProjector,
} from "../../src/projections/index.ts";
import { linesOfThread, PROPERTY_RUNS, threads } from "../support/generators.ts";

describe("several observers in one process, over one reduction", () => {
  it("give for each line what each gives by itself", () => {
    fc.assert(
      fc.property(threads, fc.subarray([...OBSERVER_NAMES]), (thread, names) => {
        const projector = new ThreadProjector(names);
        const observers = names.map((name) => startObserver(name));
        for (const line of linesOfThread(thread)) {
          const expected = observers.flatMap((observer): readonly Mutation[] => observer.observe(line).mutations);
          expect(projector.project(line).map(mutationJson)).toEqual(expected.map(mutationJson));
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
