import { describe, expect, it } from "vitest";
import {
  brief,
  codexTurns,
  completed,
  fullTurns,
  itemCompleted,
  items,
  type Line,
  lifecycle,
  paginatedSession,
  plan,
  ROLLOUT_2,
  ROLLOUT_3,
  ROLLOUT_4,
  ROLLOUT_5,
  revertTo,
  rollout,
  started,
  summaries,
  THREAD,
} from "../support/story.ts";
import type { TestRollout } from "../support/threads.ts";

/** Ordinals: session 0, turn a 1–3, turn b 4–6. */
const FIRST = rollout(THREAD, [
  paginatedSession(),
  started("a"),
  itemCompleted("a", plan("p1")),
  completed("a"),
  started("b"),
  itemCompleted("b", plan("p2")),
  completed("b"),
]);

const reverted = (cut: number, ...lines: Line[]) => [FIRST, rollout(ROLLOUT_2, [revertTo(THREAD, cut), ...lines], cut)];
const onlyOfSecond = (found: string[]) => found.filter((text) => text.startsWith("2."));

describe("D12: a revert shortens history", () => {
  it("removes the items and turns at and past the cut, and says how many turns went", () => {
    const thread = reverted(4);
    expect(onlyOfSecond(items(thread))).toEqual(["2.0: - b/p2 #2"]);
    expect(onlyOfSecond(summaries(thread))).toEqual(["2.0: b gone"]);
    expect(onlyOfSecond(lifecycle(thread))).toEqual(["2.0: thread.rolled_back 1", "2.0: thread.started"]);
    expect(brief(fullTurns(thread))).toEqual(["a completed: p1"]);
  });

  it("removes everything for a cut at the start, in ordinal order", () => {
    expect(onlyOfSecond(items(reverted(0)))).toEqual(["2.0: - a/p1 #1", "2.0: - b/p2 #2"]);
    expect(onlyOfSecond(lifecycle(reverted(0)))[0]).toBe("2.0: thread.rolled_back 2");
  });

  it("reports a cut past the end, too: with no turns", () => {
    expect(onlyOfSecond(lifecycle(reverted(7)))).toEqual(["2.0: thread.rolled_back 0", "2.0: thread.started"]);
    expect(onlyOfSecond([...items(reverted(7)), ...summaries(reverted(7))])).toEqual([]);
  });

  it("keeps a turn whose start lies before the cut as it is, and of its items those before it", () => {
    expect(brief(fullTurns(reverted(5)))).toEqual(["a completed: p1", "b completed:"]);
  });

  it("goes on from the cut: new turns follow, and removed rows come again as new ones", () => {
    const thread = reverted(4, started("b"), itemCompleted("b", plan("p2")));
    expect(onlyOfSecond(items(thread))).toEqual(["2.0: - b/p2 #2", "2.2: + b/p2 #3"]);
    expect(brief(fullTurns(thread))).toEqual(["a completed: p1", "b inProgress: p2"]);
  });

  it("cuts an earlier rollout of the thread, and with it all that came after", () => {
    const thread = [
      ...reverted(4, started("c"), itemCompleted("c", plan("p3"))),
      rollout(ROLLOUT_3, [revertTo(THREAD, 3)], 3),
    ];
    expect(items(thread).at(-1)).toBe("3.0: - c/p3 #3");
    expect(summaries(thread).at(-1)).toBe("3.0: c gone");
    expect(brief(fullTurns(thread))).toEqual(["a completed: p1"]);
  });

  it("lets a row of the newer rollout count whole: a turn named again there is another, in a new place", () => {
    const thread = reverted(7, started("a"), itemCompleted("a", plan("p1", "new")));
    expect(brief(fullTurns(thread))).toEqual(["b completed: p2", "a inProgress: p1"]);
    expect(onlyOfSecond(items(thread))).toEqual(["2.2: + a/p1 #1"]);
  });

  it("brings a turn to light again that a rollout in between had hidden", () => {
    const between = reverted(4, completed("a", { completed_at: 9 }));
    const thread = [...between, rollout(ROLLOUT_3, [revertTo(THREAD, 4)], 4)];
    expect(brief(fullTurns(between))).toEqual(["a completed: p1"]);
    expect(fullTurns(between)[0]?.completedAt).toBe(9);
    expect(brief(fullTurns(thread))).toEqual(["a completed: p1"]);
    expect(fullTurns(thread)[0]?.completedAt).toBeNull();
    expect(lifecycle(thread).slice(-2)).toEqual(["3.0: thread.rolled_back 0", "3.0: thread.started"]);
  });

  it("leaves nothing of an item that a rollout in between had completed again: its earlier content is not kept", () => {
    const between = reverted(4, itemCompleted("a", plan("p1", "new")));
    const thread = [...between, rollout(ROLLOUT_3, [revertTo(THREAD, 4)], 4)];
    expect(items(thread).at(-1)).toBe("3.0: - a/p1 #1");
    expect(brief(fullTurns(thread))).toEqual(["a completed:"]);
  });

  it("in the view of Codex, which reads the files anew, that content comes to light again, as often as it was hidden", () => {
    const shown = (thread: readonly TestRollout[]) => codexTurns(thread).map(({ items: of }) => of);
    const between = reverted(4, itemCompleted("a", plan("p1", "new")), itemCompleted("a", plan("p1", "newer")));
    const again = [
      ...between,
      rollout(ROLLOUT_3, [revertTo(ROLLOUT_2, 7), itemCompleted("a", plan("p1", "newest"))], 7),
    ];
    const back = [...again, rollout(ROLLOUT_4, [revertTo(ROLLOUT_2, 7)], 7)];

    expect(shown(reverted(4))).toMatchObject([[{ id: "p1", text: "1. do" }]]);
    expect(shown(between)).toMatchObject([[{ id: "p1", text: "newer" }]]);
    expect(shown(again)).toMatchObject([[{ id: "p1", text: "newest" }]]);
    expect(shown(back)).toMatchObject([[{ id: "p1", text: "newer" }]]);
    expect(shown([...back, rollout(ROLLOUT_5, [revertTo(THREAD, 4)], 4)])).toMatchObject([
      [{ id: "p1", text: "1. do" }],
    ]);
    expect(shown([...back, rollout(ROLLOUT_5, [revertTo(THREAD, 2)], 2)])).toEqual([[]]);
  });

  it("is none with a base of another thread: that is a fork", () => {
    const fork = revertTo(THREAD, 4, { forked_from_id: THREAD });
    expect(lifecycle([rollout(THREAD, [fork, started("x")], 4)])).toEqual(["1: turn.started x"]);
  });
});
