import { describe, expect, it } from "vitest";
import {
  aborted,
  completed,
  failed,
  itemCompleted,
  items,
  lifecycle,
  paginated,
  paginatedSession,
  payloads,
  plan,
  ROLLOUT_2,
  revertTo,
  rollout,
  started,
  summaries,
  THREAD,
  withMembers,
} from "../support/story.ts";

const bare = (line: Parameters<typeof withMembers>[0]) => withMembers(line, { ordinal: undefined });

describe("D22: ordinals and errors in a raw paginated stream", () => {
  it("counts a line without ordinal at its position", () => {
    const first = rollout(THREAD, [paginatedSession(), bare(started("a")), bare(started("b"))]);
    const thread = [first, rollout(ROLLOUT_2, [revertTo(THREAD, 2)], 2)];
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: b inProgress", "2.0: b gone"]);
  });

  it("applies lines in the order of their positions, whatever their ordinals: these serve only the cuts", () => {
    const numbered = (id: string, ordinal: number) => withMembers(itemCompleted("a", plan(id)), { ordinal });
    const first = rollout(THREAD, [paginatedSession(), numbered("p1", 9), numbered("p2", 2)]);
    const thread = [first, rollout(ROLLOUT_2, [revertTo(THREAD, 3)], 3)];
    expect(items(thread)).toEqual(["1: + a/p1 #1", "2: + a/p2 #2", "2.0: - a/p1 #1"]);
  });

  it("fails, of the turns in progress, the one that started last", () => {
    const thread = paginated(started("a"), started("b"), started("c"), completed("c"), failed("x"));
    expect(summaries(thread).at(-1)).toBe("5: b failed");
    expect(lifecycle(thread).at(-1)).toBe("5: turn.failed b");
  });

  it("does nothing with no turn in progress", () => {
    const thread = paginated(failed("x"), started("a"), completed("a"), failed("y"));
    expect(summaries(thread)).toEqual(["2: a inProgress", "3: a completed"]);
  });

  it("does nothing for an error that does not affect turn status", () => {
    expect(summaries(paginated(started("a"), failed("x", "thread_rollback_failed")))).toEqual(["1: a inProgress"]);
  });

  it("stores the error and does not end the turn: its end line sets the times, failed stays", () => {
    const thread = paginated(
      started("a"),
      failed("broken"),
      completed("a", { started_at: 1, completed_at: 2, duration_ms: 3 }),
    );
    expect(payloads(thread, "turn_summary", 3)).toMatchObject([
      { mutation: { status: "failed", startedAt: 1, completedAt: 2, durationMs: 3, error: { message: "broken" } } },
    ]);
  });

  it("lets failed stay for an abort, too, which may bring another error", () => {
    const thread = paginated(started("a"), failed("broken"), aborted("a", { error: { message: "worse" } }));
    expect(payloads(thread, "turn_summary", 3)).toMatchObject([
      { mutation: { status: "failed", error: { message: "worse" } } },
    ]);
    expect(lifecycle(thread).slice(-2)).toEqual(["3: turn.failed a", "3: turn.cancelled a"]);
  });

  it("lets a second error take the place of the first", () => {
    const thread = paginated(started("a"), failed("one"), failed("two"), failed("two"));
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a failed", "3: a failed"]);
  });

  it("lets a failed turn that is started again be in progress", () => {
    expect(summaries(paginated(started("a"), failed("x"), started("a"))).at(-1)).toBe("3: a inProgress");
  });
});
