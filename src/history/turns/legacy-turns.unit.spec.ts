import { describe, expect, it } from "vitest";
import {
  aborted,
  agent,
  brief,
  compacted,
  completed,
  failed,
  fullTurns,
  type Line,
  legacy,
  reasoning,
  rolledBack,
  started,
  user,
} from "../../../test/support/story.ts";

const turnsOf = (...lines: Line[]) => fullTurns(legacy(...lines));
const briefly = (...lines: Line[]) => brief(turnsOf(...lines));
const ERROR = { message: "broken", codex_error_info: "bad_request" };

describe("opening and closing of legacy turns (reduction §2, §3)", () => {
  it("takes the id of a start unexamined: empty, or used before", () => {
    expect(briefly(started(""), completed(""), started(""))).toEqual([" completed:", " inProgress:"]);
  });

  it("keeps an explicit turn without items, and one that only holds a compaction mark", () => {
    expect(briefly(started("a"), started("b"), rolledBack(0), compacted, started("c"))).toEqual([
      "a inProgress:",
      "b inProgress:",
      "rollout-4 completed:",
      "c inProgress:",
    ]);
  });

  it("names an implicit turn after the line that opened it, and shows it completed from the start", () => {
    expect(briefly(user("x"))).toEqual(["rollout-1 completed: item-1"]);
  });

  it("takes the root turn from the start, null without", () => {
    expect(turnsOf(started("a", { root_turn_id: "r" }), started("b")).map(({ rootTurnId }) => rootTurnId)).toEqual([
      "r",
      null,
    ]);
  });

  it("takes the start time from the start, and none from an end line", () => {
    expect(turnsOf(started("a"), completed("a", { started_at: 5 }))[0]?.startedAt).toBeNull();
  });
});

describe("task_complete (reduction §5, §12)", () => {
  it("overwrites the times, with null too", () => {
    const [turn] = turnsOf(started("a"), completed("a", { completed_at: 1, duration_ms: 2 }), completed("a"));
    expect([turn?.completedAt, turn?.durationMs]).toEqual([null, null]);
  });

  it.each([
    ["failed", failed("x")],
    ["interrupted", aborted("a")],
  ])("leaves a turn that is %s so", (status, line) => {
    expect(briefly(started("a"), line, completed("a"))).toEqual([`a ${status}:`]);
  });

  it("completes the oldest of several finished turns with its id, and leaves the current one open", () => {
    const turns = turnsOf(started("a"), started("a"), started("b"), completed("a", { completed_at: 9 }), user("x"));
    expect(turns.map(({ completedAt }) => completedAt)).toEqual([9, null, null]);
    expect(brief(turns).at(-1)).toBe("b inProgress: item-1");
  });

  it("prefers the current turn to a finished one with the same id", () => {
    expect(briefly(started("a"), started("a"), completed("a"))).toEqual(["a inProgress:", "a completed:"]);
  });

  it("falls back to the current turn for an unknown id, an implicit one too, and closes it", () => {
    expect(briefly(user("x"), completed("?"), agent("y"))).toEqual([
      "rollout-1 completed: item-1",
      "rollout-3 completed: item-2",
    ]);
  });

  it.each([
    ["in progress", []],
    ["interrupted", [aborted("a")]],
  ])("fails, with an error of its own, a turn that is %s", (_status, lines) => {
    const [turn] = turnsOf(started("a"), ...lines, completed("a", { error: ERROR }));
    expect(turn).toMatchObject({ status: "failed", error: { message: "broken", codexErrorInfo: "badRequest" } });
  });

  it("fails the current turn it falls back to, too", () => {
    expect(briefly(started("a"), completed("?", { error: ERROR }))).toEqual(["a failed:"]);
  });

  it.each([
    ["never_heard_of", "other"],
    ["thread_rollback_failed", "threadRollbackFailed"],
  ])("fails the turn whatever the info: %s shows as %s", (info, shown) => {
    const [turn] = turnsOf(started("a"), completed("a", { error: { message: "x", codex_error_info: info } }));
    expect(turn).toMatchObject({ status: "failed", error: { codexErrorInfo: shown } });
  });
});

describe("turn_aborted (reduction §12)", () => {
  it.each([
    ["its id", "a"],
    ["no id", null],
  ])("closes the current turn when it comes with %s", (_with, turnId) => {
    expect(briefly(started("a"), aborted(turnId), user("x"))).toEqual([
      "a interrupted:",
      "rollout-3 completed: item-1",
    ]);
  });

  it("interrupts a finished turn with its id, and leaves the current one open", () => {
    expect(briefly(started("a"), completed("a"), started("b"), aborted("a"), user("x"))).toEqual([
      "a interrupted:",
      "b inProgress: item-1",
    ]);
  });

  it("with an unknown id, interrupts and closes an implicit turn", () => {
    expect(briefly(user("x"), aborted("?"), agent("y"))).toEqual([
      "rollout-1 interrupted: item-1",
      "rollout-3 completed: item-2",
    ]);
  });

  it("without an id and without an open turn does nothing", () => {
    expect(briefly(started("a"), completed("a"), aborted(null))).toEqual(["a completed:"]);
  });

  it("gives the turn its error, and leaves the earlier one without: the status is interrupted both times", () => {
    const errorAfter = (...lines: Line[]) => turnsOf(started("a"), ...lines)[0];
    expect(errorAfter(aborted("a", { error: ERROR }))).toMatchObject({
      status: "interrupted",
      error: { message: "broken" },
    });
    expect(errorAfter(failed("first"), aborted("a"))).toMatchObject({
      status: "interrupted",
      error: { message: "first" },
    });
  });

  it("overwrites the times, with null too", () => {
    const [turn] = turnsOf(started("a"), completed("a", { completed_at: 1 }), aborted("a", { duration_ms: 5 }));
    expect([turn?.completedAt, turn?.durationMs]).toEqual([null, 5]);
  });
});

describe("error (reduction §5)", () => {
  it("replaces an earlier error of the turn", () => {
    expect(turnsOf(started("a"), failed("one"), failed("two", "bad_request"))[0]?.error).toEqual({
      message: "two",
      codexErrorInfo: "badRequest",
      additionalDetails: null,
      misalignment: null,
    });
  });

  it("leaves the turn open", () => {
    expect(briefly(started("a"), failed("x"), user("y"))).toEqual(["a failed: item-1"]);
  });

  it("opens no turn, and does not reach a finished one", () => {
    expect(briefly(started("a"), completed("a"), failed("x"))).toEqual(["a completed:"]);
  });
});

describe("user messages and compaction (reduction §5, §6)", () => {
  it("joins an explicit turn, a failed one too", () => {
    expect(briefly(started("a"), failed("x"), user("y"), user("z"))).toEqual(["a failed: item-1 item-2"]);
  });

  it("opens a turn of its own after each implicit one", () => {
    expect(briefly(user("x"), agent("y"), user("z"))).toEqual([
      "rollout-1 completed: item-1 item-2",
      "rollout-3 completed: item-3",
    ]);
  });

  it("joins an implicit turn with a compaction mark only while it has no items", () => {
    expect(briefly(compacted, user("x"), user("y"))).toEqual([
      "rollout-1 completed: item-1",
      "rollout-3 completed: item-2",
    ]);
    expect(briefly(user("x"), compacted, user("y"))).toEqual([
      "rollout-1 completed: item-1",
      "rollout-3 completed: item-2",
    ]);
  });

  it("adds no item for a compaction mark", () => {
    expect(briefly(started("a"), compacted, compacted)).toEqual(["a inProgress:"]);
  });
});

describe("thread_rolled_back (reduction §7)", () => {
  it("closes the open turn even when it removes none", () => {
    expect(briefly(started("a"), rolledBack(0), user("x"))).toEqual(["a inProgress:", "rollout-3 completed: item-1"]);
  });

  it("restarts generated ids at the number of items left plus one, those with own ids counted", () => {
    const search = { type: "event_msg", payload: { type: "web_search_begin", call_id: "c" } };
    expect(briefly(started("a"), search, user("x"), started("b"), user("y"), rolledBack(1), user("z"))).toEqual([
      "a inProgress: c item-1",
      "rollout-6 completed: item-3",
    ]);
  });

  it("counts an item twice that the turn holds twice", () => {
    const search = { type: "event_msg", payload: { type: "web_search_begin", call_id: "item-1" } };
    expect(briefly(started("a"), search, user("x"), rolledBack(0), user("y")).at(-1)).toBe(
      "rollout-4 completed: item-3",
    );
  });

  it("lets late completions and aborts of a removed turn fall back", () => {
    expect(briefly(started("a"), started("b"), rolledBack(1), user("x"), completed("b"), agent("y"))).toEqual([
      "a inProgress:",
      "rollout-4 completed: item-1",
      "rollout-6 completed: item-2",
    ]);
  });

  it("ends a run of reasoning", () => {
    expect(briefly(started("a"), reasoning("x"), rolledBack(0), reasoning("y"))).toEqual([
      "a inProgress: item-1",
      "rollout-4 completed: item-2",
    ]);
  });
});
