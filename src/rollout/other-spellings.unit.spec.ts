import { describe, expect, it } from "vitest";
import { decode, decodeEvent, decodeItem, expectRejection, lineOf, THREAD } from "../../test/support/decoding.ts";

/** What Codex's reader takes besides what Codex writes (ADR 0057). */

const HOOK_PROMPT = '<hook_prompt hook_run_id="h">check</hook_prompt>';
const userMessage = (type: unknown, content: unknown = "input_text") =>
  decode(lineOf("response_item", { type, role: "user", content: [{ type: content, text: HOOK_PROMPT }] }));
const searched = (type: unknown) =>
  decodeEvent({ type: "web_search_end", call_id: "c", query: "q", action: { type, url: "u" } });
const command = (status: unknown) =>
  decodeItem({
    type: "CommandExecution",
    id: "i",
    command: [],
    cwd: "file:///w",
    parsed_cmd: [],
    source: "agent",
    status,
  });

describe("a number stands for the kind of that place among all kinds", () => {
  it.each([
    [15, { type: "task_started", turn_id: "t" }, "task_started"],
    [17, { type: "task_complete", turn_id: "t" }, "task_complete"],
    [20, { type: "user_message", message: "m" }, "user_message"],
    [59, { type: "turn_aborted", turn_id: "t", reason: "interrupted" }, "turn_aborted"],
    [83, { event_id: "e", agent_thread_id: THREAD, agent_path: "/root", kind: "started" }, "sub_agent_activity"],
  ])("of events: %d", (type, fields, read) =>
    expect(decodeEvent({ ...fields, type })).toMatchObject({ outcome: "event", event: { type: read } }),
  );

  it.each([
    ["one that is kept, without effect", 18, { outcome: "neutral", counted: true, known: true }],
    ["one that is not kept", 60, { outcome: "neutral", counted: false, known: true }],
  ])("of events: %s", (_what, type, neutral) => expect(decodeEvent({ type })).toMatchObject(neutral));

  it("of events without effect: their own fields are examined, since they are hardly what the line was written as", () => {
    expect(decodeEvent({ type: 1, message: "m" })).toMatchObject({ outcome: "neutral", counted: false });
    expectRejection(decodeEvent({ type: 1 }), "missing-field", "message");
    expectRejection(decodeEvent({ type: 20 }, "paginated"), "missing-field", "message");
    expect(decodeEvent({ type: 20, message: "m" }, "paginated")).toMatchObject({ outcome: "neutral", counted: true });
    expectRejection(decodeEvent({ type: 27, message: "m" }), "missing-field", "thread_goal_updated");
    expectRejection(decodeEvent({ type: 84 }), "missing-field", "84");
  });

  it.each([
    [0, { content: [] }, "UserMessage"],
    [4, { text: "t" }, "Plan"],
    [12, { kind: "web.search", query: "q" }, "WebSearch"],
    [18, {}, "ContextCompaction"],
  ])("of items: %d", (type, fields, read) =>
    expect(decodeItem({ id: "i", ...fields, type })).toMatchObject({ event: { item: { type: read } } }),
  );

  it("of extensions", () =>
    expect(decodeItem({ type: "Extension", id: "i", kind: 2, query: "q" })).toMatchObject({
      event: { item: { type: "WebSearch" } },
    }));

  it("of response items and what they contain", () =>
    expect(userMessage(1, 0)).toMatchObject({ event: { type: "hook_prompt", fragments: [{ text: "check" }] } }));

  it("of response items: its own fields are examined, since it is hardly what the line was written as", () => {
    expectRejection(userMessage(5), "missing-field", "name");
    expectRejection(userMessage(14), "missing-field", "configuration_update");
    expect(userMessage(11)).toMatchObject({ outcome: "neutral", counted: true });
    expect(userMessage(15)).toMatchObject({ outcome: "neutral", counted: false });
  });

  it.each([
    [1, { type: "openPage", url: "u" }],
    [3, { type: "other" }],
    [77, { type: "other" }],
  ])("of searches, where any other is `other`: %d", (type, action) =>
    expect(searched(type)).toMatchObject({ event: { action } }),
  );

  it.each([
    ["negative", -1, "wrong-type"],
    ["with a fraction", 1.5, "wrong-type"],
    ["past the last", 3, "unknown-value"],
  ] as const)("but not one that is %s", (_what, type, reason) => {
    const change = { type, content: "c" };
    const patch = { type: "FileChange", id: "i", status: "completed", changes: { "/a": change } };
    expectRejection(decodeItem(patch), reason, "type");
  });

  it("minus zero is zero", () => {
    const line = lineOf("event_msg", { type: "X", message: "m" }).replace('"X"', "-0");
    expect(decode(line)).toMatchObject({ event: { type: "error" } });
  });

  it("but not of lines", () =>
    expectRejection(decode(lineOf("event_msg", {}).replace('"event_msg"', "4")), "wrong-type", "type"));
});

describe("an object whose only key is a text stands for the text", () => {
  it.each([[{ completed: null }], [{ completed: {} }]])("with no value: %j", (status) =>
    expect(command(status)).toMatchObject({ event: { item: { status: "completed" } } }),
  );

  it.each([
    [{ completed: [] }],
    [{ completed: true }],
    [{ completed: { a: 1 } }],
    [{ completed: null, failed: null }],
    [{}],
  ])("but not with a value, with other keys, or none: %j", (status) =>
    expectRejection(command(status), "wrong-type", "status"),
  );

  it("but not with a text that is none of the known", () =>
    expectRejection(command({ done: null }), "unknown-value", "status"));

  it("also of agents", () => {
    const states = { [THREAD]: { running: {} } };
    const wait = { type: "CollabAgentToolCall", id: "i", tool: "wait", status: "completed", sender_thread_id: THREAD };
    expect(decodeItem({ ...wait, agents_states: states })).toMatchObject({
      event: { item: { agentsStates: new Map([[THREAD, { status: "running", message: null }]]) } },
    });
  });

  it("in the info of an error only with null", () => {
    const ended = (turnKind: unknown) =>
      decodeEvent({
        type: "task_complete",
        turn_id: "t",
        error: { message: "m", codex_error_info: { active_turn_not_steerable: { turn_kind: turnKind } } },
      });
    expect(ended({ review: null })).toMatchObject({ event: { failure: { info: { turnKind: "review" } } } });
    expectRejection(ended({ review: {} }), "wrong-type", "turn_kind");
  });
});
