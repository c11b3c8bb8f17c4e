import { describe, expect, it } from "vitest";
import { itemCompleted, itemTexts, legacy, mcpEnd, paginated, started, timestampOf } from "../support/story.ts";

/** Tool arguments as a published item holds them, when their line says this. */
function published(argumentsText: string): string {
  const line = JSON.stringify({ timestamp: timestampOf(1), ...mcpEnd("c1", "ARGUMENTS") }).replace(
    '"ARGUMENTS"',
    () => argumentsText,
  );
  const text = itemTexts(legacy(started("a"), line)).get("c1") ?? "";
  return /"arguments":(.*),"appContext"/.exec(text)?.[1] ?? text;
}

describe("D7: opaque JSON keeps key order and the text of numbers", () => {
  it("keeps keys in the order read, integer-like ones too", () => {
    expect(published('{"b":1,"10":2,"2":3,"a":4}')).toBe('{"b":1,"10":2,"2":3,"a":4}');
  });

  it("keeps the text of numbers: fractions, and integers above 2^53", () => {
    expect(published("[1.0,0.10,9007199254740993,18446744073709551615]")).toBe(
      "[1.0,0.10,9007199254740993,18446744073709551615]",
    );
  });

  it("gives a repeated key its first place and its last value", () => {
    expect(published('{"a":1,"b":2,"a":3}')).toBe('{"a":3,"b":2}');
  });

  it("drops white space, and writes strings with the shortest escapes", () => {
    expect(published('{ "k\\u0061" : [ "\\u00e9", "\\/", "\\u000a" ] }')).toBe('{"ka":["é","/","\\n"]}');
  });

  it("takes __proto__ and constructor for ordinary keys", () => {
    expect(published('{"__proto__":{"x":1},"constructor":2}')).toBe('{"__proto__":{"x":1},"constructor":2}');
  });

  it("compares by text: the same value written otherwise is no change, another order of keys is", () => {
    const line = (text: string) =>
      JSON.stringify({ timestamp: timestampOf(1), ...mcpEnd("c1", "A") }).replace('"A"', text);
    const published = (...texts: string[]) => itemTexts(legacy(started("a"), ...texts.map(line))).get("c1");
    expect(published('{"a":1,"b":2}', '{ "a": 1, "b": 2 }')).toBe(published('{"a":1,"b":2}'));
    expect(published('{"a":1,"b":2}', '{"b":2,"a":1}')).not.toBe(published('{"a":1,"b":2}'));
  });

  it("holds in item lines of paginated threads too", () => {
    const item = { type: "DynamicToolCall", id: "c1", tool: "t", arguments: "A", status: "completed" };
    const line = JSON.stringify({ timestamp: timestampOf(1), ordinal: 1, ...itemCompleted("a", item) }).replace(
      '"A"',
      '{"10":1.0,"2":2}',
    );
    expect(itemTexts(paginated(line)).get("c1")).toContain('"arguments":{"10":1.0,"2":2}');
  });
});
