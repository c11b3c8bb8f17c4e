import { describe, expect, it } from "vitest";
import { exitedReviewText, type ReviewFinding } from "./review-text.ts";

const finding = (change: Partial<ReviewFinding> = {}): ReviewFinding => ({
  title: "T",
  body: "b",
  absoluteFilePath: "/w/a",
  start: 2,
  end: 3,
  ...change,
});
const NOTHING_SAID = "Reviewer failed to output a response.";

describe("paginated §2: the text of a review is its explanation and its findings, an empty line apart", () => {
  it.each([
    ["the explanation alone", { overallExplanation: "Fine.", findings: [] }, "Fine."],
    ["the explanation, trimmed", { overallExplanation: "\u0085 a\n\n b \n", findings: [] }, "a\n\n b"],
    [
      "one finding",
      { overallExplanation: "Fine.", findings: [finding({ title: "[P1] T", body: "l1\nl2" })] },
      "Fine.\n\nReview comment:\n\n- [P1] T — /w/a:2-3\n  l1\n  l2",
    ],
    [
      "more findings",
      { overallExplanation: " ", findings: [finding(), finding({ title: "U", start: 4n, end: 5n })] },
      "Full review comments:\n\n- T — /w/a:2-3\n  b\n\n- U — /w/a:4-5\n  b",
    ],
  ])("%s", (_, output, text) => expect(exitedReviewText(output)).toBe(text));

  it.each([
    ["no output", null],
    ["an empty one", { overallExplanation: "", findings: [] }],
    ["a blank one", { overallExplanation: " \u3000\n", findings: [] }],
  ])("%s says that the reviewer failed", (_, output) => expect(exitedReviewText(output)).toBe(NOTHING_SAID));
});

describe("paginated §2: each line of a finding's body stands on its own, after two blanks", () => {
  it.each([
    ["a\nb", "\n  a\n  b"],
    ["a\r\nb", "\n  a\n  b"],
    ["a\rb", "\n  a\rb"],
    ["a\u2028b", "\n  a\u2028b"],
    ["a\n\nb", "\n  a\n  \n  b"],
    ["\na", "\n  \n  a"],
    ["a\n", "\n  a"],
    ["a\r\n", "\n  a"],
    ["a\n\n", "\n  a\n  "],
    ["\n", "\n  "],
    ["", ""],
  ])("%j", (body, lines) =>
    expect(exitedReviewText({ overallExplanation: "", findings: [finding({ body }), finding()] })).toBe(
      `Full review comments:\n\n- T — /w/a:2-3${lines}\n\n- T — /w/a:2-3\n  b`,
    ),
  );

  it("the findings are trimmed as a whole", () =>
    expect(exitedReviewText({ overallExplanation: "", findings: [finding({ body: "a\n \n" })] })).toBe(
      "Review comment:\n\n- T — /w/a:2-3\n  a",
    ));
});
