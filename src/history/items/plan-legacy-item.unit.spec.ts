import { describe, expect, it } from "vitest";
import {
  agent,
  brief,
  event,
  execBegin,
  execEnd,
  fullTurns,
  hookPrompt,
  itemCompleted,
  itemStarted,
  items,
  type Line,
  legacy,
  mcpEnd,
  plan,
  reasoning,
  rolledBack,
  searchBegin,
  searchEnd,
  started,
  THREAD,
  user,
} from "../../../test/support/story.ts";

const turnsOf = (...lines: Line[]) => fullTurns(legacy(...lines));
const briefly = (...lines: Line[]) => brief(turnsOf(...lines));
const raw = (text: string) => event("agent_reasoning_raw_content", { text });
const review = (fields: object) => event("entered_review_mode", { target: { type: "uncommittedChanges" }, ...fields });
const patch = (turnId: string) =>
  event("patch_apply_begin", { call_id: "p", turn_id: turnId, auto_approved: true, changes: {} });
const guarded = (turnId: string) =>
  event("guardian_assessment", {
    id: "g",
    target_item_id: "g",
    turn_id: turnId,
    status: "denied",
    action: { type: "command", source: "shell", command: "ls", cwd: "/w" },
  });

describe("generated ids (reduction §3)", () => {
  it("count through the whole thread, not per turn", () => {
    expect(briefly(started("a"), user("x"), started("b"), user("y"))).toEqual([
      "a inProgress: item-1",
      "b inProgress: item-2",
    ]);
  });

  it("are used up only by items that are made under one", () => {
    const lines = [agent(""), reasoning(""), mcpEnd("c"), hookPrompt({ id: "h" }), user("x")];
    expect(briefly(started("a"), ...lines)).toEqual(["a inProgress: c h item-1"]);
  });

  it("are used up by a moderated message, too, which has its own", () => {
    const moderated = event("agent_message", { message: "m", moderation: { item_id: "m", moderated: true } });
    expect(briefly(started("a"), moderated, user("x"))).toEqual(["a inProgress: m item-2"]);
  });

  it("put a review in the place of an item that has the id already: it does not count twice after a rollback", () => {
    const lines = [started("a"), searchBegin("item-2"), user("x"), review({}), started("b"), rolledBack(1), user("y")];
    expect(briefly(...lines)).toEqual(["a inProgress: item-2 item-1", "rollout-6 completed: item-3"]);
  });

  it("are used up by a review whose place is not seen", () => {
    const twice = [searchBegin("item-3"), hookPrompt({ id: "item-3" })];
    const lines = [started("a"), ...twice, user("x"), user("y"), review({}), user("z")];
    expect(briefly(...lines)).toEqual(["a inProgress: item-3 item-1 item-2 item-4"]);
  });

  it("are never merged with an item that has the id already", () => {
    const [turn] = turnsOf(started("a"), searchBegin("item-1"), user("x"), user("y"));
    expect(turn?.items.map(({ type, id }) => [type, id])).toEqual([
      ["userMessage", "item-1"],
      ["userMessage", "item-2"],
    ]);
  });
});

describe("placing items (reduction §4)", () => {
  it("replaces an item in its place, and swaps it whole", () => {
    const [turn] = turnsOf(started("a"), execBegin("a", "c", { process_id: "7" }), user("x"), execEnd("a", "c"));
    expect(turn?.items).toMatchObject([{ id: "c", processId: null, status: "completed" }, { id: "item-1" }]);
  });

  it("matches ids in the turn named only: elsewhere the same id is another item", () => {
    expect(briefly(started("a"), execBegin("a", "c"), started("b"), execEnd("b", "c"))).toEqual([
      "a inProgress: c",
      "b inProgress: c",
    ]);
  });

  it("puts an item into the current turn rather than into a finished one of the same id", () => {
    expect(briefly(started("a"), started("a"), execEnd("a", "c"))).toEqual(["a inProgress:", "a inProgress: c"]);
  });

  it("puts an item of a finished turn into the oldest with the id", () => {
    expect(briefly(started("a"), started("a"), started("b"), execEnd("a", "c"))).toEqual([
      "a inProgress: c",
      "a inProgress:",
      "b inProgress:",
    ]);
  });

  it.each([
    ["exec", execEnd("", "c")],
    ["plan", itemCompleted("", plan("p"))],
    ["exec of an unknown turn", execEnd("?", "c")],
    ["plan of an unknown turn", itemCompleted("?", plan("p"))],
    ["patch of an unknown turn", patch("?")],
    ["guardian of an unknown turn", guarded("?")],
  ])("drops an item whose turn is not found: %s", (_kind, line) => {
    expect(briefly(started("a"), line, user("x"))).toEqual(["a inProgress: item-1"]);
  });

  it.each([
    ["patch", patch(""), "p"],
    ["guardian", guarded(""), "g"],
  ])("puts an item without a turn into the current one, or opens one: %s", (_kind, line, id) => {
    expect(briefly(started("a"), line)).toEqual([`a inProgress: ${id}`]);
    expect(briefly(line)).toEqual([`rollout-0 completed: ${id}`]);
  });

  it("lets events without a turn id act on the turn that is current when they arrive", () => {
    expect(items(legacy(started("a"), searchBegin("s"), started("b"), searchEnd("s")))).toEqual([
      "2: + a/s #1 (open)",
      "4: + b/s #2",
    ]);
  });

  it("never merges hook prompts, even of one id", () => {
    expect(briefly(started("a"), hookPrompt({ id: "h" }), user("x"), hookPrompt({ id: "h" }), user("y"))).toEqual([
      "a inProgress: h item-1 item-2",
    ]);
    expect(briefly(hookPrompt({ id: "h" }), hookPrompt({ id: "h" }))).toEqual(["rollout-1 completed: h"]);
  });
});

describe("reasoning (reduction §5)", () => {
  const texts = (...lines: Line[]) =>
    turnsOf(started("a"), ...lines).flatMap((turn) =>
      turn.items.flatMap((item) => (item.type === "reasoning" ? [[item.summary, item.content]] : [])),
    );

  it("joins summaries and raw contents in one item, in any order", () => {
    expect(texts(raw("r1"), reasoning("s1"), raw("r2"), reasoning("s2"))).toEqual([
      [
        ["s1", "s2"],
        ["r1", "r2"],
      ],
    ]);
  });

  it("ignores empty texts, which split nothing and open no turn", () => {
    expect(texts(reasoning("s1"), raw(""), reasoning(""), reasoning("s2"))).toEqual([[["s1", "s2"], []]]);
    expect(briefly(reasoning(""), raw(""))).toEqual([]);
  });

  it("keeps a blank text", () => {
    expect(texts(reasoning(" "))).toEqual([[[" "], []]]);
  });

  it.each([
    ["a message", agent("x")],
    ["a tool item", searchBegin("s")],
    ["a review", review({})],
    ["a hook prompt", hookPrompt({ id: "h" })],
  ])("starts anew after %s", (_kind, line) => {
    expect(texts(reasoning("s1"), line, reasoning("s2"))).toEqual([
      [["s1"], []],
      [["s2"], []],
    ]);
  });

  it("goes on after an item of the turn was replaced in its place", () => {
    expect(texts(searchBegin("s"), reasoning("s1"), searchEnd("s"), reasoning("s2"))).toEqual([[["s1", "s2"], []]]);
  });

  it("goes on after a late item went to another turn", () => {
    expect(texts(started("b"), reasoning("s1"), execEnd("a", "c"), reasoning("s2"))).toEqual([[["s1", "s2"], []]]);
  });

  it("goes on after lines that make no item", () => {
    const lines = [agent(""), event("token_count"), event("warning")];
    expect(texts(reasoning("s1"), ...lines, reasoning("s2"))).toEqual([[["s1", "s2"], []]]);
  });

  it("starts anew in a new turn", () => {
    expect(texts(reasoning("s1"), started("b"), reasoning("s2"))).toEqual([
      [["s1"], []],
      [["s2"], []],
    ]);
  });
});

describe("reviews that name their item or turn (reduction §12)", () => {
  it("upserts by the item id, in the current turn", () => {
    expect(
      briefly(started("a"), review({ item_id: "r" }), user("x"), review({ item_id: "r", user_facing_hint: "y" })),
    ).toEqual(["a inProgress: r item-1"]);
  });

  it("goes into the turn named, a finished one too", () => {
    expect(briefly(started("a"), started("b"), review({ item_id: "r", turn_id: "a" }))).toEqual([
      "a inProgress: r",
      "b inProgress:",
    ]);
  });

  it("closes the current turn and opens one with the id when the turn is unknown", () => {
    expect(briefly(started("a"), review({ item_id: "r", turn_id: "new" }), agent("x"))).toEqual([
      "a inProgress:",
      "new completed: r item-1",
    ]);
  });
});

describe("item lines and sub-agents in legacy threads (reduction §12)", () => {
  const activity = (kind: string) =>
    event("sub_agent_activity", {
      event_id: "s",
      occurred_at_ms: 5,
      kind,
      agent_thread_id: THREAD,
      agent_path: "/root/a",
    });
  const activityItem = (kind: string) => ({
    type: "SubAgentActivity",
    id: "s",
    kind,
    agent_thread_id: THREAD,
    agent_path: "/root/a",
  });

  it.each([
    ["a plan", plan("i")],
    ["a tool output", { type: "FunctionCallOutput", id: "i", name: "f", output: "x" }],
    ["a sleep", { type: "Extension", kind: "clock.sleep", id: "i", durationMs: 5 }],
    ["a sub-agent that completed", { ...activityItem("completed"), id: "i" }],
  ])("upserts %s into the turn named, or drops it", (_kind, item) => {
    expect(briefly(started("a"), started("b"), itemCompleted("a", item), itemCompleted("a", item))).toEqual([
      "a inProgress: i",
      "b inProgress:",
    ]);
    expect(briefly(itemCompleted("?", item))).toEqual([]);
  });

  it.each(["UserMessage", "AgentMessage", "Reasoning", "ContextCompaction", "WebSearch"])(
    "ignores %s lines: the legacy event tells of it",
    (type) => {
      const item = { type, id: "i", content: [], summary_text: [], query: "", action: { type: "other" } };
      expect(briefly(started("a"), itemStarted("a", item), itemCompleted("a", item))).toEqual(["a inProgress:"]);
    },
  );

  it("keeps the first time that is not null", () => {
    const [turn] = turnsOf(
      started("a"),
      itemCompleted("a", plan("p"), { completed_at_ms: 2 }),
      itemCompleted("a", plan("p", "new"), { started_at_ms: 1, completed_at_ms: 3 }),
    );
    expect(turn?.items).toMatchObject([{ text: "new", startedAtMs: 1, completedAtMs: 2 }]);
  });

  it("upserts sub-agent activity in the current turn, with the time it occurred at", () => {
    const [turn] = turnsOf(started("a"), activity("started"), activity("interacted"));
    expect(turn?.items).toMatchObject([{ type: "subAgentActivity", id: "s", kind: "interacted", completedAtMs: 5 }]);
  });

  it("takes a sub-agent's completion from its item line only", () => {
    expect(briefly(started("a"), activity("completed"))).toEqual(["a inProgress:"]);
    expect(briefly(started("a"), itemCompleted("a", activityItem("started")))).toEqual(["a inProgress:"]);
  });
});
