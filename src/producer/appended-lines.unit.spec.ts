import { describe, expect, it } from "vitest";
import { bytesOf } from "./appended-lines.ts";
import { AppendRefusedError } from "./errors.ts";

describe("lines that are appended", () => {
  it("are texts and bytes as they are, and objects as JSON", () => {
    const lines = ['{"a": 1.0}', Buffer.from([0xff]), new Uint8Array([0x7b, 0x7d]), { type: "x", text: "a\nb" }, ""];
    expect(bytesOf(lines).map((bytes) => bytes.toString("latin1"))).toEqual([
      '{"a": 1.0}',
      "\xff",
      "{}",
      '{"type":"x","text":"a\\nb"}',
      "",
    ]);
  });

  const circular: { self?: object } = {};
  circular.self = circular;

  it.each<[string, string | object, string]>([
    ["a newline", "a\n", "line 2 of 2 holds a newline"],
    ["a newline among bytes", Buffer.from("\n"), "line 2 of 2 holds a newline"],
    ["half a surrogate pair", "\ud800", "line 2 of 2 holds half a surrogate pair"],
    ["a list", [1], "line 2 of 2 is no text"],
    ["an object in a circle", circular, "line 2 of 2 cannot be written as JSON"],
    ["an object that is nothing", { toJSON: () => undefined }, "line 2 of 2 cannot be written as JSON"],
  ])("are refused with %s", (_what, line, message) => {
    expect(() => bytesOf(["{}", line])).toThrow(AppendRefusedError);
    expect(() => bytesOf(["{}", line])).toThrow(message);
  });
});
