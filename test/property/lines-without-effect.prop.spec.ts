import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutationJson, OBSERVER_NAMES, startObserver } from "../../src/projections/index.ts";
import { linesOfThread, PROPERTY_RUNS, REJECTED, type TestThread, threads } from "../support/generators.ts";
import { mutationsOf, observedLines, type TestRollout } from "../support/threads.ts";

const UNKNOWN = `{"timestamp":"t","type":"not_yet_invented","payload":{}}`;

/** The thread with this line after the first of each of its rollouts that begins with a readable one (ADR 0019). */
function withLine({ threadId, rollouts }: TestThread, text: string): TestThread {
  const put = (rollout: TestRollout): TestRollout => {
    const { rolloutId, lines } = rollout;
    const [first, ...rest] = lines;
    const isReadable = first !== undefined && observedLines(threadId, [{ rolloutId, lines: [first] }]).length === 1;
    return isReadable ? { rolloutId, lines: [first, text, ...rest] } : rollout;
  };
  return { threadId, rollouts: rollouts.map(put) };
}

describe("lines without effect", () => {
  it("change nothing but the rollout index, and the rollout that the thread goes on in", () => {
    fc.assert(
      fc.property(threads, (thread) => {
        const observers = OBSERVER_NAMES.map((name) => startObserver(name));
        let rolloutId: string | undefined;
        for (const line of linesOfThread(thread)) {
          for (const observer of observers) {
            const { mutations, fields } = observer.observe(line);
            if (line.event !== null) continue;
            expect(mutations).toEqual([]);
            const changed = [...(line.rolloutId === rolloutId ? [] : ["head"]), ...(line.counted ? ["index"] : [])];
            expect(fields).toEqual(changed);
          }
          rolloutId = line.rolloutId;
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("are those that cannot be read, too: they count as much as a line of an unknown kind", () => {
    fc.assert(
      fc.property(threads, fc.constantFrom(...REJECTED), (thread, text) => {
        const mutations = (line: string) => mutationsOf(linesOfThread(withLine(thread, line))).map(mutationJson);
        expect(mutations(text)).toEqual(mutations(UNKNOWN));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
