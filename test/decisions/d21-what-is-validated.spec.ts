import { describe, expect, it } from "vitest";
import { LineDecoder } from "../../src/rollout/index.ts";
import {
  agent,
  event,
  execBegin,
  fullTurns,
  items,
  type Line,
  legacy,
  paginated,
  searchBegin,
  started,
  timestampOf,
} from "../support/story.ts";

function decoded(line: object, mode: "legacy" | "paginated" = "legacy") {
  const bytes = Buffer.from(JSON.stringify({ timestamp: timestampOf(0), ...line }));
  const { outcome, ...found } = new LineDecoder().decode(bytes, 0, bytes.length, mode);
  return "reason" in found ? `${outcome}: ${found.reason}` : outcome;
}

const nameAfter = (...lines: Line[]) => fullTurns(legacy(...lines)).at(-1)?.id;

describe("D21: of a line without effect only its framing and discriminators are examined", () => {
  it.each([
    [{ type: "turn_context", payload: { cwd: 7 } }, "a turn context"],
    [event("token_count", { info: "no object" }), "a token count"],
    [event("warning", {}), "a warning"],
    [{ type: "response_item", payload: { type: "function_call" } }, "a response item"],
  ])("takes a malformed field in %j", (line) => {
    expect(decoded(line)).toBe("neutral");
  });

  it("takes one in a legacy event of a paginated thread, which has no effect there", () => {
    expect(decoded(event("user_message", { message: 7 }))).toBe("rejected: wrong-type");
    expect(decoded(event("user_message", { message: 7 }), "paginated")).toBe("neutral");
  });

  it.each([
    [{ type: "turn_context", payload: [] }, "rejected: wrong-type"],
    [{ type: "turn_context" }, "rejected: missing-field"],
    [{ type: 7, payload: {} }, "rejected: wrong-type"],
    [{ timestamp: 7, type: "turn_context", payload: {} }, "rejected: wrong-type"],
    [{ type: "event_msg", payload: {} }, "rejected: missing-field"],
    [{ type: "event_msg", payload: { type: -7 } }, "rejected: wrong-type"],
    [{ type: "response_item", payload: { type: null } }, "rejected: wrong-type"],
  ])("rejects %j for its framing or discriminator", (line, found) => {
    expect(decoded(line)).toBe(found);
  });

  it("validates a line with an effect in full, fields that no observer reads too", () => {
    expect(decoded(event("task_started", { turn_id: "a", trace_id: 7 }))).toBe("rejected: wrong-type");
    expect(decoded(event("task_started", { turn_id: "a", trace_id: "7", unknown: 7 }))).toBe("event");
  });

  it("names the implicit turn that an uncounted begin event opens after the last counted line", () => {
    expect(nameAfter(searchBegin("c"))).toBe("rollout-0");
    expect(nameAfter(event("token_count"), event("warning"), searchBegin("c"))).toBe("rollout-1");
  });

  it("names it rollout-0 when no line was counted yet", () => {
    const [thread] = legacy(searchBegin("c"));
    expect(items([{ rolloutId: thread?.rolloutId ?? "", lines: thread?.lines.slice(1) ?? [] }])).toEqual([
      "0: + rollout-0/c #1 (open)",
    ]);
  });

  it("lets an uncounted event that goes to an open turn name nothing", () => {
    expect(items(legacy(started("a"), execBegin("a", "c"), agent("x")))).toEqual([
      "2: + a/c #1 (open)",
      "3: + a/item-1 #2",
    ]);
    expect(items(paginated(searchBegin("c")))).toEqual([]);
  });
});
