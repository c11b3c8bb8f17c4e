import { expect, it } from "vitest";
import { normalizeAbsolute } from "./absolute-path.ts";

it.each([
  ["/", "/"],
  ["//", "/"],
  ["///a", "/a"],
  ["/a/", "/a"],
  ["/a//b//", "/a/b"],
  ["/a/./b/.", "/a/b"],
  ["/a/b/..", "/a"],
  ["/a/../../b", "/b"],
  ["/..", "/"],
  ["/a/.../..b", "/a/.../..b"],
  ["/~/a\\b/ c ", "/~/a\\b/ c "],
])("rollout-format §3: the absolute path %s is normalised to %s", (path, normalised) =>
  expect(normalizeAbsolute(path)).toBe(normalised),
);
