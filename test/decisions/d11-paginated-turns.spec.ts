import { describe, expect, it } from "vitest";
import {
  aborted,
  completed,
  event,
  failed,
  lifecycle,
  paginated,
  payloads,
  rolledBack,
  started,
  summaries,
  withMembers,
} from "../support/story.ts";

const ERROR = { message: "broken", codex_error_info: "thread_rollback_failed" };

describe("D11: turns of a paginated thread equal Codex's own rows", () => {
  it.each([
    ["task_started", started("a"), "inProgress"],
    ["task_complete", completed("a"), "completed"],
    ["turn_aborted", aborted("a"), "interrupted"],
  ])("makes a turn with the first %s that names it", (_type, line, status) => {
    expect(summaries(paginated(line))).toEqual([`1: a ${status}`]);
  });

  it("addresses turns by id only: an end of another turn leaves the open one alone", () => {
    const thread = paginated(started("a"), completed("b"), aborted("c"));
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: b completed", "3: c interrupted"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: turn.completed b", "3: turn.cancelled c"]);
  });

  it("does nothing for an abort without a turn id", () => {
    const thread = paginated(started("a"), aborted(null));
    expect(summaries(thread)).toEqual(["1: a inProgress"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a"]);
  });

  it("fails the turn of a completion with an error, whatever the error's kind", () => {
    expect(payloads(paginated(completed("a", { error: ERROR })), "turn_summary", 1)).toMatchObject([
      { mutation: { status: "failed", error: { message: "broken", codexErrorInfo: "threadRollbackFailed" } } },
    ]);
  });

  it("takes all times from the end line, absent ones as null", () => {
    const thread = paginated(started("a", { started_at: 10 }), completed("a", { completed_at: 20 }));
    expect(payloads(thread, "turn_summary", 2)).toMatchObject([
      { mutation: { startedAt: null, completedAt: 20, durationMs: null } },
    ]);
  });

  it("keeps the first root turn that a line gives", () => {
    const thread = paginated(
      started("a"),
      started("a", { root_turn_id: "r1", started_at: 1 }),
      completed("a", { root_turn_id: "r2" }),
    );
    expect(payloads(thread, "turn_summary", 3)).toMatchObject([{ mutation: { rootTurnId: "r1" } }]);
  });

  it.each([
    ["a start", started("a", { started_at: 5 })],
    ["a completion", completed("a", { completed_at: 5, error: ERROR })],
    ["an abort", aborted("a")],
    ["an error", failed("x")],
  ])("freezes an ended turn: %s after the end changes nothing and is not reported", (_name, line) => {
    const thread = paginated(started("a"), completed("a"), line);
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a completed"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: turn.completed a"]);
  });

  it("lets a start close no other turn", () => {
    expect(summaries(paginated(started("a"), started("b"), completed("a")))).toEqual([
      "1: a inProgress",
      "2: b inProgress",
      "3: a completed",
    ]);
  });

  it("takes the start time of a repeated start, and does not report one that changes nothing", () => {
    const thread = paginated(
      started("a", { started_at: 1 }),
      started("a", { started_at: 2 }),
      started("a", { started_at: 2 }),
    );
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a inProgress"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: turn.started a"]);
  });

  it("ignores thread_rolled_back", () => {
    const thread = paginated(started("a"), rolledBack(1));
    expect(summaries(thread)).toEqual(["1: a inProgress"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a"]);
  });

  it("opens no implicit turn for legacy events and item lines", () => {
    const thread = paginated(
      event("user_message", { message: "x" }),
      withMembers(event("token_count"), { ordinal: 7 }),
    );
    expect(summaries(thread)).toEqual([]);
  });

  it("fails the one turn in progress for an error of the raw stream, in both topics", () => {
    const thread = paginated(started("a"), failed("broken"));
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a failed"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: turn.failed a"]);
  });
});
