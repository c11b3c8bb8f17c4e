import { describe, expect, it } from "vitest";
import {
  aborted,
  agent,
  completed,
  failed,
  items,
  legacy,
  lifecycle,
  paginated,
  payloads,
  rolledBack,
  started,
  summaries,
  user,
} from "../support/story.ts";

const ERROR = { message: "broken", codex_error_info: "bad_request" };

describe("D6: one turn tracker under all three observers", () => {
  it("covers implicit turns in the summaries, and fails them in both topics", () => {
    const thread = legacy(user("x"), failed("broken"));
    expect(summaries(thread)).toEqual(["1: rollout-1 completed", "2: rollout-1 failed"]);
    expect(lifecycle(thread)).toEqual(["2: turn.failed rollout-1"]);
  });

  it("reports a completion with an unknown id for the turn that it ended", () => {
    const thread = legacy(started("a"), completed("unknown"), user("x"));
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a completed", "3: rollout-3 completed"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: turn.completed a"]);
    expect(items(thread)).toEqual(["3: + rollout-3/item-1 #1"]);
  });

  it("ignores an abort with an unknown id in all three while an explicit turn is open", () => {
    const thread = legacy(started("a"), aborted("unknown"), user("x"));
    expect(summaries(thread)).toEqual(["1: a inProgress"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a"]);
    expect(items(thread)).toEqual(["3: + a/item-1 #1"]);
  });

  it("does not report lines that it did not act on", () => {
    const thread = legacy(completed("a"), aborted("a"), aborted(null), failed("x"), rolledBack(1));
    expect([...summaries(thread), ...lifecycle(thread), ...items(thread)]).toEqual([]);
  });

  it("lets no error hit a turn that an abort closed or a rollback removed", () => {
    expect(lifecycle(legacy(started("a"), aborted("a"), failed("x")))).toEqual([
      "1: turn.started a",
      "2: turn.cancelled a",
    ]);
    expect(lifecycle(legacy(started("a"), rolledBack(1), failed("x")))).toEqual([
      "1: turn.started a",
      "2: thread.rolled_back 1",
    ]);
  });

  it("counts turns for a rollback alike in all three", () => {
    const thread = legacy(started("a"), completed("a"), user("x"), rolledBack(1), agent("y"));
    expect(summaries(thread)).toEqual([
      "1: a inProgress",
      "2: a completed",
      "3: rollout-3 completed",
      "4: rollout-3 gone",
      "5: rollout-5 completed",
    ]);
    expect(lifecycle(thread).at(-1)).toBe("4: thread.rolled_back 1");
    expect(items(thread)).toEqual(["3: + rollout-3/item-1 #1", "4: - rollout-3/item-1 #1", "5: + rollout-5/item-1 #2"]);
  });

  describe.each([
    ["legacy", legacy],
    ["paginated", paginated],
  ])("in a %s thread", (_mode, thread) => {
    it("emits turn.failed when an error fails the turn", () => {
      const failing = thread(started("a"), failed("broken", "bad_request"), completed("a"));
      expect(summaries(failing).slice(0, 2)).toEqual(["1: a inProgress", "2: a failed"]);
      expect(lifecycle(failing)).toEqual(["1: turn.started a", "2: turn.failed a", "3: turn.completed a"]);
    });

    it("emits turn.failed just before the turn.completed of a completion with an error", () => {
      const failing = thread(started("a"), completed("a", { error: ERROR }));
      expect(summaries(failing)).toEqual(["1: a inProgress", "2: a failed"]);
      expect(lifecycle(failing)).toEqual(["1: turn.started a", "2: turn.failed a", "2: turn.completed a"]);
      expect(payloads(failing, "lifecycle", 2)[0]).toEqual({
        eventType: "turn.failed",
        turnId: "a",
        payload: { message: "broken", codexErrorInfo: "bad_request" },
      });
    });

    it("emits turn.failed once for an error that the completion repeats, and again for another one", () => {
      const same = thread(started("a"), failed("broken", "bad_request"), completed("a", { error: ERROR }));
      expect(lifecycle(same).slice(1)).toEqual(["2: turn.failed a", "3: turn.completed a"]);
      const other = thread(started("a"), failed("other"), failed("again"), completed("a", { error: ERROR }));
      expect(lifecycle(other).slice(1)).toEqual([
        "2: turn.failed a",
        "3: turn.failed a",
        "4: turn.failed a",
        "4: turn.completed a",
      ]);
      expect(summaries(other).slice(1)).toEqual(["2: a failed", "3: a failed", "4: a failed"]);
    });

    it("emits no turn.failed for an abort with an error: the turn is interrupted, and keeps the error", () => {
      const interrupted = thread(started("a"), aborted("a", { error: ERROR }));
      expect(lifecycle(interrupted)).toEqual(["1: turn.started a", "2: turn.cancelled a"]);
      expect(payloads(interrupted, "turn_summary", 2)).toMatchObject([
        { mutation: { status: "interrupted", error: { message: "broken" } } },
      ]);
    });
  });

  it("emits no turn.failed for an earlier turn of an id that was started again: its summary is not shown", () => {
    const thread = legacy(started("a"), started("a"), started("b"), completed("a", { error: ERROR }));
    expect(summaries(thread)).toEqual(["1: a inProgress", "3: b inProgress"]);
    expect(lifecycle(thread).at(-1)).toBe("4: turn.completed a");
  });
});
