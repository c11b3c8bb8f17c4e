import { expect, it } from "vitest";
import { threadIdOf } from "./thread-id.ts";

const ID = "01a203d7-18d3-7550-94b0-e7c7f41745e1";

it.each([ID, ID.toUpperCase(), ID.replaceAll("-", ""), `urn:uuid:${ID}`, `{${ID}}`])(
  "a thread id may be spelled %s",
  (text) => {
    expect(threadIdOf(text)).toBe(ID);
  },
);

it.each([
  ["", "invalid length: expected length 32 for simple format, found 0"],
  [ID.replaceAll("-", "").slice(1), "invalid length: expected length 32 for simple format, found 31"],
  ["x", "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1"],
  [ID.slice(1), "invalid group length in group 0: expected 8, found 7"],
  [`${ID}-0`, "invalid group count: expected 5, found 6"],
])("%j is no thread id", (text, why) => {
  expect(() => threadIdOf(text)).toThrow(`invalid thread id: ${why}`);
});
