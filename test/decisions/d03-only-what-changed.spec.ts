import { describe, expect, it } from "vitest";
import {
  aborted,
  completed,
  event,
  execBegin,
  execEnd,
  failed,
  items,
  legacy,
  lifecycle,
  rolledBack,
  searchBegin,
  searchEnd,
  started,
  summaries,
  user,
} from "../support/story.ts";

describe("D3: only what an event changed is emitted", () => {
  it("emits nothing for an event that changes nothing", () => {
    const thread = legacy(
      event("token_count"),
      started("a"),
      event("token_count"),
      failed("x", "thread_rollback_failed"),
    );
    expect([...items(thread), ...summaries(thread), ...lifecycle(thread)]).toEqual([
      "2: a inProgress",
      "2: turn.started a",
    ]);
  });

  it("emits a repeated end of an item once", () => {
    const thread = legacy(started("a"), execBegin("a", "c1"), execEnd("a", "c1"), execEnd("a", "c1"));
    expect(items(thread)).toEqual(["2: + a/c1 #1 (open)", "3: + a/c1 #1"]);
  });

  it("emits an item again when its end says something else", () => {
    const thread = legacy(started("a"), execEnd("a", "c1"), execEnd("a", "c1", { status: "failed" }));
    expect(items(thread)).toEqual(["2: + a/c1 #1", "3: + a/c1 #1"]);
  });

  it("emits a repeated completion once, and a repeated error once", () => {
    const thread = legacy(started("a"), failed("x"), failed("x"), completed("a"), completed("a"));
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a failed"]);
    expect(lifecycle(thread)).toEqual(["1: turn.started a", "2: turn.failed a", "4: turn.completed a"]);
  });

  it("does not emit rows again because another turn was started with their turn's id", () => {
    const thread = legacy(started("a"), user("one"), completed("a"), started("a"), user("two"), event("token_count"));
    expect(items(thread)).toEqual(["2: + a/item-1 #1", "5: + a/item-2 #2"]);
  });

  it("does not emit rows again because another item has their key", () => {
    const thread = legacy(started("a"), searchBegin("item-1"), user("one"), event("token_count"), searchEnd("item-1"));
    expect(items(thread)).toEqual(["2: + a/item-1 #1 (open)", "3: + a/item-1 #1"]);
  });

  it("does not emit a summary that a rollback uncovers when it shows the same", () => {
    const thread = legacy(started("a"), started("a"), rolledBack(1));
    expect(summaries(thread)).toEqual(["1: a inProgress"]);
  });

  it("emits the summary that a rollback uncovers when it shows something else", () => {
    const thread = legacy(started("a"), aborted("a"), started("a"), rolledBack(1));
    expect(summaries(thread)).toEqual(["1: a inProgress", "2: a interrupted", "3: a inProgress", "4: a interrupted"]);
  });
});
