import { describe, expect, it } from "vitest";
import { Positions } from "../../src/projections/index.ts";
import {
  brief,
  completed,
  event,
  fullTurns,
  itemCompleted,
  items,
  type Line,
  legacy,
  lifecycle,
  paginated,
  paginatedSession,
  plan,
  ROLLOUT_2,
  revertTo,
  rollout,
  session,
  started,
  summaries,
  THREAD,
  user,
} from "../support/story.ts";

const further = (...lines: Line[]) => rollout(ROLLOUT_2, lines);
const ofSecond = (found: string[]) => found.filter((text) => text.startsWith("2."));

describe("D19: a further rollout of a known thread", () => {
  describe("whose session_meta has a history_base of the same thread", () => {
    it("is a revert", () => {
      const thread = [...paginated(started("a"), started("b")), rollout(ROLLOUT_2, [revertTo(THREAD, 2)], 2)];
      expect(ofSecond(lifecycle(thread))).toEqual(["2.0: thread.rolled_back 1", "2.0: thread.started"]);
    });
  });

  describe("whose session_meta at position 0 has none", () => {
    const thread = [...legacy(started("a"), user("x"), started("b")), further(paginatedSession(), started("c"))];

    it("is the thread rewritten: all rows and announced turns get tombstones", () => {
      expect(ofSecond(items(thread))).toEqual(["2.0: - a/item-1 #1"]);
      expect(ofSecond(summaries(thread))).toEqual(["2.0: a gone", "2.0: b gone", "2.1: c inProgress"]);
      expect(ofSecond(lifecycle(thread))).toEqual([
        "2.0: thread.rolled_back 2",
        "2.0: thread.started",
        "2.1: turn.started c",
      ]);
    });

    it("starts fresh: in the mode of the new session, with names and generated ids from the beginning", () => {
      expect(brief(fullTurns(thread))).toEqual(["c inProgress:"]);
      const again = [...legacy(user("x"), user("y")), further(session(), event("token_count"), user("z"))];
      expect(brief(fullTurns(again))).toEqual(["rollout-2 completed: item-1"]);
    });

    it("does not give ordinals again", () => {
      const again = [...legacy(user("x")), further(session(), user("x"))];
      expect(items(again)).toEqual([
        "1: + rollout-1/item-1 #1",
        "2.0: - rollout-1/item-1 #1",
        "2.1: + rollout-1/item-1 #2",
      ]);
    });

    it("reports no rollback when there was no turn to remove", () => {
      expect(ofSecond(lifecycle([...legacy(), further(session())]))).toEqual(["2.0: thread.started"]);
    });

    it("is so for a fork, too: its base belongs to another thread", () => {
      const fork = [...paginated(started("a")), further(revertTo(THREAD, 1, { forked_from_id: THREAD }))];
      expect(ofSecond(lifecycle(fork))).toEqual(["2.0: thread.rolled_back 1", "2.0: thread.started"]);
    });
  });

  describe("that begins with another line", () => {
    it("goes on: turns and indexes continue", () => {
      const thread = [...legacy(started("a"), user("x")), further(user("y"), completed("a"), user("z"))];
      expect(brief(fullTurns(thread))).toEqual(["a completed: item-1 item-2", "rollout-5 completed: item-3"]);
      expect(ofSecond(items(thread))).toEqual(["2.0: + a/item-2 #2", "2.2: + rollout-5/item-3 #3"]);
    });

    it("goes on in the history mode of the thread", () => {
      const thread = [...paginated(started("a")), further(user("ignored"), itemCompleted("a", plan("p")))];
      expect(brief(fullTurns(thread))).toEqual(["a inProgress: p"]);
    });

    it("reports a session_meta that comes later, and removes nothing", () => {
      const thread = [...legacy(started("a")), further(event("token_count"), session())];
      expect(ofSecond([...lifecycle(thread), ...summaries(thread)])).toEqual(["2.1: thread.started"]);
      expect(brief(fullTurns(thread))).toEqual(["a inProgress:"]);
    });

    it("counts only readable lines as its first", () => {
      const thread = [...legacy(started("a")), further("{", "", started("b"))];
      expect(brief(fullTurns(thread))).toEqual(["a inProgress:", "b inProgress:"]);
    });
  });

  describe("whose session_meta changes the history mode", () => {
    it.each([
      ["with a base", [revertTo(THREAD, 1), started("b")]],
      ["after other lines", [event("token_count"), paginatedSession(), started("b")]],
    ])("is the thread rewritten, %s", (_how, lines) => {
      const thread = [...legacy(started("a"), user("x")), further(...lines)];
      expect(ofSecond(items(thread))).toMatchObject([expect.stringContaining("- a/item-1 #1")]);
      expect(ofSecond(summaries(thread))).toMatchObject([expect.stringContaining("a gone"), expect.anything()]);
      expect(brief(fullTurns(thread))).toEqual(["b inProgress:"]);
    });

    it("is so in the thread's only rollout, too", () => {
      const thread = [rollout(THREAD, [started("a"), user("x"), paginatedSession(), started("b")])];
      expect(brief(fullTurns(thread))).toEqual(["b inProgress:"]);
      expect(lifecycle(thread)).toEqual([
        "0: turn.started a",
        "2: thread.rolled_back 1",
        "2: thread.started",
        "3: turn.started b",
      ]);
    });
  });

  it("gives late lines of a superseded rollout no effect", () => {
    const line = { position: 0, lineHash: 1 };
    const positions = new Positions();
    positions.advance({ ...line, rolloutId: THREAD });
    positions.advance({ ...line, rolloutId: ROLLOUT_2 });
    expect(positions.admit({ rolloutId: THREAD, position: 1, lineHash: 2 })).toBe("superseded");
    expect(positions.admit({ rolloutId: ROLLOUT_2, position: 1, lineHash: 2 })).toBe("apply");
  });
});
