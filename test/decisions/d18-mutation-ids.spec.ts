import { describe, expect, it } from "vitest";
import { type Mutation, mutationJson } from "../../src/projections/index.ts";
import {
  completed,
  legacy,
  mutations,
  ROLLOUT_2,
  rolledBack,
  rollout,
  started,
  THREAD,
  user,
} from "../support/story.ts";
import { mutationsOf, observedLines } from "../support/threads.ts";

const ids = (found: readonly Mutation[]) => found.map(({ mutationId }) => mutationId);
const ERROR = { message: "x" };

describe("D18: mutation ids and generations", () => {
  it("names thread, rollout, position, observer, and counts from 0 for each observer and line", () => {
    const thread = legacy(started("a"), user("x"), user("y"), completed("a", { error: ERROR }), rolledBack(1));
    expect(ids(mutations(thread)).map((id) => id.replaceAll(THREAD, "T"))).toEqual([
      "T/T/0/lifecycle/0",
      "T/T/1/turn-summary/0",
      "T/T/1/lifecycle/0",
      "T/T/2/thread-item/0",
      "T/T/3/thread-item/0",
      "T/T/4/turn-summary/0",
      "T/T/4/lifecycle/0",
      "T/T/4/lifecycle/1",
      "T/T/5/thread-item/0",
      "T/T/5/thread-item/1",
      "T/T/5/turn-summary/0",
      "T/T/5/lifecycle/0",
    ]);
  });

  it("names the rollout that the line came in", () => {
    const thread = [...legacy(started("a")), rollout(ROLLOUT_2, [completed("a")])];
    expect(ids(mutations(thread)).at(-1)).toBe(`${THREAD}/${ROLLOUT_2}/0/lifecycle/0`);
  });

  it("is in generation 0 at first", () => {
    expect(mutations(legacy(started("a"))).map(({ generation }) => generation)).toEqual([0, 0, 0]);
  });

  it("takes a raised generation into the mutation and its id, which then differs from every earlier one", () => {
    const lines = observedLines(THREAD, legacy(started("a"), user("x")));
    const rebuilt = mutationsOf(lines.map((line) => ({ ...line, generation: 2 })));
    expect(rebuilt.map(({ generation }) => generation)).toEqual([2, 2, 2, 2]);
    expect(rebuilt.at(-1)?.mutationId).toBe(`${THREAD}/${THREAD}/2/thread-item/0@2`);
    expect(ids(mutationsOf(lines))).not.toContain(rebuilt.at(-1)?.mutationId);
  });

  it("is equal, byte for byte, on a replay", () => {
    const thread = legacy(started("a"), user("x"));
    expect(mutations(thread).map(mutationJson)).toEqual(mutations(thread).map(mutationJson));
  });

  it("stands in a mutation with its source, its time, the observer's version and the schema's", () => {
    expect(
      mutations(legacy(rolledBack(0), started("a")))
        .map(mutationJson)
        .at(-1),
    ).toBe(
      `{"mutationId":"${THREAD}/${THREAD}/2/lifecycle/0","generation":0,"threadId":"${THREAD}","rolloutId":"${THREAD}","sourcePosition":2,"occurredAt":"2026-06-05T10:00:02Z","observerVersion":1,"type":"lifecycle","schema_version":1,"payload":{"eventType":"turn.started","turnId":"a","payload":{"startedAt":null}}}`,
    );
  });
});
