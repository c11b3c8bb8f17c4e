import { describe, expect, it } from "vitest";
import { isPath, keyPattern, keyTrace, parsePath, Trail } from "./path.ts";

function leadsTo(text: string, way: string): boolean {
  const start = Trail.of([{ path: parsePath(text), of: text }]);
  return (
    way
      .split("/")
      .reduce((trail, name) => trail.down(name), start)
      .ended().length === 1
  );
}

describe("a path", () => {
  it.each([
    ["payload.arguments", "payload/arguments"],
    ["payload.*.env", "payload/item/env"],
    ["payload.*", "payload/0"],
    ["list.1.a", "list/1/a"],
    ["**.authorization", "authorization"],
    ["**.authorization", "a/0/b/Authorization"],
    ["**.a.**.b", "a/b"],
    ["**.a.**.b", "x/a/a/y/z/b"],
    ["**.**.b", "a/b"],
    ["a.**", "a/b/c"],
    ["**.*_token", "x/ACCESS_token"],
    ["**.x*y*", "a/x-y-"],
    ['payload."a.b*".c', "payload/a.b*/c"],
  ])("%s leads to %s", (path, way) => {
    expect(isPath(path)).toBe(true);
    expect(leadsTo(path, way)).toBe(true);
  });

  it.each([
    ["payload.arguments", "payload"],
    ["payload.arguments", "payload/arguments/x"],
    ["payload.*.env", "payload/env"],
    ["**.a.**.b", "b/a"],
    ["**.*_token", "tokens"],
    ["a.b", "a.b"],
  ])("%s does not lead to %s", (path, way) => {
    expect(leadsTo(path, way)).toBe(false);
  });

  it.each(["", ".", "a.", ".a", "a..b", 'a."b', 'a"b"'])("is not %j", (text) => {
    expect(isPath(text)).toBe(false);
  });
});

describe("the last name of a path", () => {
  it.each([
    ["payload.env.*", '"env": '],
    ["**.*_token", '_TOKEN" :'],
    ["**.token_*", '"token_x":'],
  ])("of %s is found in %j", (path, text) => {
    expect(keyPattern(parsePath(path))?.exec(text)?.[0]).toBe(text);
    expect(keyTrace([parsePath(path)])?.test(text)).toBe(true);
  });

  it("is none where a path has no name", () => {
    expect(keyPattern(parsePath("*.0.**"))).toBeUndefined();
    expect(keyTrace([parsePath("a.b"), parsePath("*.0.**")])).toBeUndefined();
  });
});
