import { expect, it } from "vitest";
import { positions } from "./findings.ts";

const odd = (count: number) => Array.from({ length: count }, (_, at) => ({ first: 2 * at + 1, last: 2 * at + 1 }));

it.each([
  { ranges: [], text: "" },
  { ranges: [{ first: 3, last: 3 }], text: "position 3" },
  {
    ranges: [
      { first: 3, last: 3 },
      { first: 7, last: 9 },
    ],
    text: "positions 3, 7–9",
  },
  {
    ranges: odd(20),
    text: `positions ${odd(20)
      .map(({ first }) => first)
      .join(", ")}`,
  },
  {
    ranges: odd(30),
    text: `positions ${odd(20)
      .map(({ first }) => first)
      .join(", ")} and more (30 in all)`,
  },
])("positions read well: $text", ({ ranges, text }) => {
  expect(positions(ranges)).toBe(text);
});
