import { describe, expect, it } from "vitest";
import {
  aborted,
  compacted,
  completed,
  failed,
  legacy,
  lifecycle,
  OTHER_THREAD,
  payloads,
  rolledBack,
  rollout,
  session,
  started,
  summaries,
  THREAD,
  user,
} from "../support/story.ts";

/** `turnOrdinal` of the summaries that one line makes. */
function ordinals(thread: ReturnType<typeof legacy>, position: number): unknown[] {
  return payloads(thread, "turn_summary", position).map(
    (payload) => (payload as { mutation: { turnOrdinal: number } }).mutation.turnOrdinal,
  );
}

describe("D16: mutations suffice to rebuild what Codex shows", () => {
  it("gives a summary its error, root turn and place", () => {
    const thread = legacy(
      started("a", { started_at: 10, root_turn_id: "r" }),
      failed("broken", { http_connection_failed: { http_status_code: 502 } }),
    );
    expect(payloads(thread, "turn_summary", 2)).toEqual([
      {
        turnId: "a",
        mutation: {
          status: "failed",
          startedAt: 10,
          completedAt: null,
          durationMs: null,
          error: {
            message: "broken",
            codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 502 } },
            additionalDetails: null,
            misalignment: null,
          },
          rootTurnId: "r",
          turnOrdinal: 1,
        },
      },
    ]);
  });

  it("counts turns from 1 in the order of their appearance, and no number twice", () => {
    const thread = legacy(started("a"), user("x"), started("b"), rolledBack(1), started("c"));
    expect([1, 3, 5].flatMap((position) => ordinals(thread, position))).toEqual([1, 2, 3]);
  });

  it("leaves a turn id that is started again in its place", () => {
    const thread = legacy(started("a"), started("b"), started("a", { started_at: 1 }));
    expect(ordinals(thread, 3)).toEqual([1]);
  });

  it("announces an implicit turn with the item that opens it", () => {
    const thread = legacy(user("x"));
    expect(payloads(thread, "turn_summary", 1)).toMatchObject([
      { turnId: "rollout-1", mutation: { status: "completed", startedAt: null } },
    ]);
  });

  it("announces a turn that only holds a compaction mark when it becomes visible", () => {
    expect(summaries(legacy(compacted))).toEqual(["1: rollout-1 completed"]);
  });

  it("announces no turn twice, and an implicit one in no lifecycle event", () => {
    const thread = legacy(compacted, user("x"), user("y"));
    expect(summaries(thread)).toEqual(["1: rollout-1 completed", "3: rollout-3 completed"]);
    expect(lifecycle(thread)).toEqual([]);
  });

  it("reports thread.started for a session_meta, with all that says where the thread comes from", () => {
    const meta = session({
      source: { subagent: { other: "review" } },
      model_provider: "mock",
      forked_from_id: OTHER_THREAD,
      parent_thread_id: OTHER_THREAD,
      agent_nickname: "Ada",
      agent_role: "reviewer",
      git: { commit_hash: "abc", branch: "main", repository_url: "https://example.com/r.git" },
    });
    expect(payloads([rollout(THREAD, [meta])], "lifecycle", 0)).toEqual([
      {
        eventType: "thread.started",
        turnId: null,
        payload: {
          rolloutId: THREAD,
          cwd: "/w",
          source: { subagent: { other: "review" } },
          originator: "o",
          cliVersion: "0.169.0",
          modelProvider: "mock",
          historyMode: "legacy",
          forkedFromId: OTHER_THREAD,
          historyBase: null,
          parentThreadId: OTHER_THREAD,
          agentNickname: "Ada",
          agentRole: "reviewer",
          git: { commitHash: "abc", branch: "main", repositoryUrl: "https://example.com/r.git" },
        },
      },
    ]);
  });

  it("reports it once for a rollout: later session lines are copies", () => {
    expect(lifecycle(legacy(session({ id: OTHER_THREAD }), started("a")))).toEqual(["2: turn.started a"]);
  });

  it("keeps the fields of the other lifecycle events", () => {
    const thread = legacy(
      started("a", { started_at: 10 }),
      completed("a", { completed_at: 20, duration_ms: 3 }),
      started("b"),
      aborted("b", { reason: "replaced", completed_at: 30 }),
      rolledBack(2),
    );
    const found = [1, 2, 4, 5].flatMap((position) => payloads(thread, "lifecycle", position));
    expect(found).toEqual([
      { eventType: "turn.started", turnId: "a", payload: { startedAt: 10 } },
      { eventType: "turn.completed", turnId: "a", payload: { completedAt: 20, durationMs: 3 } },
      { eventType: "turn.cancelled", turnId: "b", payload: { reason: "replaced", completedAt: 30, durationMs: null } },
      { eventType: "thread.rolled_back", turnId: null, payload: { numTurns: 2 } },
    ]);
  });
});
