import { describe, expect, it } from "vitest";
import { actionsFromParsed } from "./command-actions.ts";

const json = (parsed: Parameters<typeof actionsFromParsed>[0], cwd = "/w/x") =>
  JSON.stringify(actionsFromParsed(parsed, cwd));

describe("reduction §9: each parsed command is one action, with its keys in this order", () => {
  it("read: its path is joined to the folder of the command", () =>
    expect(json([{ type: "read", cmd: "cat a", name: "a", path: "../a" }])).toBe(
      '[{"type":"read","command":"cat a","name":"a","path":"/w/a"}]',
    ));

  it("listFiles: its path is as given", () =>
    expect(json([{ type: "listFiles", cmd: "ls a/", path: "a/" }])).toBe(
      '[{"type":"listFiles","command":"ls a/","path":"a/"}]',
    ));

  it("search: its query and path are as given", () =>
    expect(json([{ type: "search", cmd: "rg q", query: "q", path: null }])).toBe(
      '[{"type":"search","command":"rg q","query":"q","path":null}]',
    ));

  it("unknown", () => expect(json([{ type: "unknown", cmd: "x" }])).toBe('[{"type":"unknown","command":"x"}]'));

  it("they stay in order, repeated ones too", () =>
    expect(json(["b", "a", "a"].map((cmd) => ({ type: "unknown", cmd }) as const))).toBe(
      '[{"type":"unknown","command":"b"},{"type":"unknown","command":"a"},{"type":"unknown","command":"a"}]',
    ));

  it("a read of a path that cannot be joined is left out", () =>
    expect(json([{ type: "read", cmd: "cat", name: "a", path: "a\0" }])).toBe("[]"));
});
