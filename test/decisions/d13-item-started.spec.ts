import { describe, expect, it } from "vitest";
import {
  agent,
  brief,
  codexTurns,
  completed,
  event,
  execBegin,
  execEnd,
  fullTurns,
  itemCompleted,
  itemStarted,
  items,
  itemTexts,
  legacy,
  paginated,
  plan,
  started,
  user,
} from "../support/story.ts";

describe("D13: in the raw stream of a paginated thread item_started opens an item", () => {
  it("opens the item, and item_completed replaces it whole and closes it", () => {
    const thread = paginated(started("a"), itemStarted("a", plan("p", "first")), itemCompleted("a", plan("p", "last")));
    expect(items(thread)).toEqual(["2: + a/p #1 (open)", "3: + a/p #1"]);
    expect(itemTexts(thread).get("p")).toContain('"text":"last"');
  });

  it("closes it also when the completion says nothing new", () => {
    const times = { started_at_ms: 1, completed_at_ms: 0 };
    const thread = paginated(itemStarted("a", plan("p"), times), itemCompleted("a", plan("p"), times));
    expect(items(thread)).toEqual(["1: + a/p #1 (open)", "2: + a/p #1"]);
  });

  it.each([
    ["with its item line", [itemCompleted("a", { type: "AgentMessage", id: "m", content: [] })], ["2: + a/m #1"]],
    ["without", [], []],
  ])("ignores the legacy event of a happening %s", (_with, itemLines, expected) => {
    const thread = paginated(started("a"), ...itemLines, agent("x"), user("y"), execBegin("a", "c"), execEnd("a", "c"));
    expect(items(thread)).toEqual(expected);
  });

  it.each(["agent_message_content_delta", "plan_delta", "reasoning_content_delta", "exec_command_output_delta"])(
    "does not reduce %s",
    (type) => {
      const delta = event(type, { thread_id: "x", turn_id: "a", item_id: "p", delta: "more" });
      expect(items(paginated(started("a"), itemStarted("a", plan("p")), delta))).toEqual(["2: + a/p #1 (open)"]);
    },
  );

  it("ends like the file once every started item is completed", () => {
    const raw = paginated(started("a"), itemStarted("a", plan("p")), itemCompleted("a", plan("p")), completed("a"));
    const file = paginated(started("a"), itemCompleted("a", plan("p")), completed("a"));
    expect(fullTurns(raw)).toEqual(codexTurns(file));
    expect(codexTurns(raw)).toEqual(codexTurns(file));
  });

  it("leaves an item that never completed open, which Codex does not show", () => {
    const thread = paginated(started("a"), itemStarted("a", plan("p")), completed("a"));
    expect(brief(fullTurns(thread))).toEqual(["a completed: p"]);
    expect(brief(codexTurns(thread))).toEqual(["a completed:"]);
  });

  it("does not concern legacy threads: there item lines upsert, and the item tells whether it is open", () => {
    const thread = legacy(started("a"), itemStarted("a", plan("p")), itemCompleted("a", plan("p", "new")));
    expect(items(thread)).toEqual(["2: + a/p #1", "3: + a/p #1"]);
  });
});
