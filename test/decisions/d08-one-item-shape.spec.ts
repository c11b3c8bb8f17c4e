import { describe, expect, it } from "vitest";
import {
  agent,
  execEnd,
  itemCompleted,
  itemTexts,
  type Line,
  legacy,
  paginated,
  started,
  user,
} from "../support/story.ts";

/** Keys of the item in the order in which they are written. */
function keysOf(text: string | undefined): string[] {
  return Object.keys(JSON.parse(text ?? "{}"));
}

const MESSAGE = [
  "type",
  "moderation",
  "id",
  "text",
  "phase",
  "memoryCitation",
  "delivery",
  "questions",
  "startedAtMs",
  "completedAtMs",
];

const PAIRS: [name: string, legacyLine: Line, key: string, item: Record<string, unknown>][] = [
  [
    "a message of the agent",
    agent("yes"),
    "item-1",
    { type: "AgentMessage", content: [{ type: "Text", text: "yes" }] },
  ],
  ["a message of the user", user("hi"), "item-1", { type: "UserMessage", content: [{ type: "text", text: "hi" }] }],
  [
    "a command",
    execEnd("a", "c1"),
    "c1",
    {
      type: "CommandExecution",
      command: ["ls"],
      cwd: "file:///w",
      parsed_cmd: [],
      source: "agent",
      status: "completed",
      exit_code: 0,
      duration: { secs: 1, nanos: 0 },
    },
  ],
];

describe("D8: a materialized item has one shape", () => {
  it("has the keys of Codex 0.169.0 in its order, its times last", () => {
    expect(keysOf(itemTexts(legacy(started("a"), agent("x"))).get("item-1"))).toEqual(MESSAGE);
  });

  it("writes null for what an old rollout cannot tell", () => {
    expect(itemTexts(legacy(started("a"), agent("x"))).get("item-1")).toBe(
      '{"type":"agentMessage","moderation":null,"id":"item-1","text":"x","phase":null,"memoryCitation":null,"delivery":null,"questions":null,"startedAtMs":null,"completedAtMs":null}',
    );
  });

  it("leaves keys out only where that release does", () => {
    const image = (fields: object) => {
      const line = {
        type: "event_msg",
        payload: { type: "image_generation_end", call_id: "g", status: "", result: "r", ...fields },
      };
      return keysOf(itemTexts(legacy(started("a"), line)).get("g"));
    };
    expect(image({})).not.toContain("savedPath");
    expect(image({ saved_path: "/w/i.png" })).toContain("savedPath");
  });

  it.each(PAIRS)("shows %s alike in both modes", (_name, legacyLine, key, item) => {
    const fromLegacy = itemTexts(legacy(started("a"), legacyLine)).get(key);
    const fromItem = itemTexts(paginated(itemCompleted("a", { id: key, ...item }))).get(key);
    expect(fromItem).toBe(fromLegacy);
  });
});
