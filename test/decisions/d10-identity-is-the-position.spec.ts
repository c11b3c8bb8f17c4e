import { describe, expect, it } from "vitest";
import {
  itemCompleted,
  items,
  mutations,
  paginatedSession,
  plan,
  rollout,
  THREAD,
  withMembers,
} from "../support/story.ts";

const line = (id: string, ordinal: number | undefined) => withMembers(itemCompleted("a", plan(id)), { ordinal });

/** As real rollouts have it: two lines numbered as the two before them, with content of their own. */
const REPEATED = [
  rollout(THREAD, [paginatedSession(), line("p1", 901), line("p2", 902), line("p3", 901), line("p4", 902)]),
];

describe("D10: identity of an event is its position", () => {
  it("applies lines that repeat an ordinal with other content", () => {
    expect(items(REPEATED)).toEqual(["1: + a/p1 #1", "2: + a/p2 #2", "3: + a/p3 #3", "4: + a/p4 #4"]);
  });

  it("gives their mutations ids of their own, by position", () => {
    const ids = mutations(REPEATED).map(({ mutationId }) => mutationId);
    expect(ids.slice(1)).toEqual([1, 2, 3, 4].map((position) => `${THREAD}/${THREAD}/${position}/thread-item/0`));
  });

  it("counts empty and unreadable lines in the position", () => {
    const thread = [rollout(THREAD, [paginatedSession(), "", "{", line("p1", 1)])];
    expect(items(thread)).toEqual(["3: + a/p1 #1"]);
  });
});
