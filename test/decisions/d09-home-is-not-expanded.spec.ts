import { describe, expect, it } from "vitest";
import { execEnd, itemCompleted, itemTexts, legacy, paginated, started } from "../support/story.ts";

const read = (path: string) => [{ type: "read", cmd: "cat x", name: "x", path }];
const inLegacy = (path: string) =>
  itemTexts(legacy(started("a"), execEnd("a", "c1", { parsed_cmd: read(path) }))).get("c1");
const inPaginated = (path: string) => {
  const item = {
    type: "CommandExecution",
    id: "c1",
    command: ["cat"],
    cwd: "file:///w",
    source: "agent",
    status: "completed",
  };
  return itemTexts(paginated(itemCompleted("a", { ...item, parsed_cmd: read(path) }))).get("c1");
};

describe("D9: ~/ in a read path is not expanded", () => {
  it.each([
    ["~/x", "/w/~/x"],
    ["~", "/w/~"],
    ["x", "/w/x"],
    ["../x", "/x"],
    ["/~/x", "/~/x"],
  ])("joins %j to the working directory: %j, in both modes", (path, joined) => {
    const action = `"commandActions":[{"type":"read","command":"cat x","name":"x","path":"${joined}"}]`;
    expect(inLegacy(path)).toContain(action);
    expect(inPaginated(path)).toContain(action);
  });
});
