import { describe, expect, it } from "vitest";
import {
  itemCompleted,
  legacy,
  lifecycle,
  paginatedSession,
  payloads,
  plan,
  ROLLOUT_2,
  revertTo,
  rolledBack,
  rollout,
  started,
  summaries,
  THREAD,
  user,
} from "../support/story.ts";

describe("D5: every removed turn that was announced gets a tombstone", () => {
  it("emits one with a null mutation for each turn that a rollback removes, in turn order", () => {
    const thread = legacy(started("a"), started("b"), started("c"), rolledBack(2));
    expect(payloads(thread, "turn_summary", 4)).toEqual([
      { turnId: "b", mutation: null },
      { turnId: "c", mutation: null },
    ]);
  });

  it("does so for implicit turns too", () => {
    expect(summaries(legacy(user("x"), rolledBack(1)))).toEqual(["1: rollout-1 completed", "2: rollout-1 gone"]);
  });

  it("removes all turns when there are no more than the number", () => {
    expect(summaries(legacy(started("a"), started("b"), rolledBack(9))).slice(2)).toEqual(["3: a gone", "3: b gone"]);
  });

  it("removes none for a rollback of 0, which lifecycle still reports while a turn is open", () => {
    const thread = legacy(started("a"), rolledBack(0), rolledBack(0));
    expect(summaries(thread)).toEqual(["1: a inProgress"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: thread.rolled_back 0"]);
  });

  it("emits one for each announced turn that a revert removes", () => {
    const first = rollout(THREAD, [paginatedSession(), started("a"), started("b"), started("c")]);
    expect(summaries([first, rollout(ROLLOUT_2, [revertTo(THREAD, 2)], 2)]).slice(3)).toEqual([
      "2.0: b gone",
      "2.0: c gone",
    ]);
  });

  it("emits none for a turn that was never announced, though its items go", () => {
    const first = rollout(THREAD, [paginatedSession(), itemCompleted("a", plan("p"))]);
    const thread = [first, rollout(ROLLOUT_2, [revertTo(THREAD, 1)], 1)];
    expect(summaries(thread)).toEqual([]);
    expect(payloads(thread, "thread_item", 0)).toMatchObject([
      { turnId: "a", itemKey: "p", mutationKind: "tombstone" },
    ]);
  });
});
