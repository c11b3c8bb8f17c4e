import { describe, expect, it } from "vitest";
import {
  brief,
  codexTurns,
  fullTurns,
  hookPrompt,
  itemCompleted,
  items,
  itemTexts,
  legacy,
  mcpEnd,
  OTHER_THREAD,
  paginatedSession,
  plan,
  revertTo,
  rollout,
  started,
  THREAD,
} from "../support/story.ts";
import { fullTurnsOf, observedLines } from "../support/threads.ts";

/** How a number in tool arguments is published; undefined when its line is rejected. */
function published(number: string): string | undefined {
  const line = JSON.stringify({ timestamp: "t", ...mcpEnd("c1", "N") }).replace('"N"', `[${number}]`);
  return /"arguments":\[(.*?)\]/.exec(itemTexts(legacy(started("a"), line)).get("c1") ?? "")?.[1];
}

describe("D24: numbers print as Codex prints them", () => {
  it.each(["0", "1.0", "0.10", "-1.50", "123456789012345678901.5", "9223372036854775808", "-9223372036854775808"])(
    "keeps the text of %s",
    (number) => expect(published(number)).toBe(number),
  );

  it.each([
    ["1e3", "1e+3"],
    ["1E-7", "1e-7"],
    ["1E+07", "1e+07"],
    ["1.50e3", "1.50e+3"],
    ["-2e0", "-2e+0"],
    ["1e999", "1e+999"],
  ])("writes the exponent of %s with a small e and a sign: %s", (number, text) => expect(published(number)).toBe(text));

  it("writes -0 as 0, and keeps -0.0", () => {
    expect([published("-0"), published("-0.0")]).toEqual(["0", "-0.0"]);
  });

  it.each(["18446744073709551616", "-9223372036854775809"])(
    "rejects the line of %s: an integer outside 64 bits",
    (number) => expect(published(number)).toBeUndefined(),
  );

  it("takes numbers that print alike for equal", () => {
    const line = (number: string) => JSON.stringify({ timestamp: "t", ...mcpEnd("c1", "N") }).replace('"N"', number);
    expect(items(legacy(started("a"), line("1e3"), line("1E+3"), line("1000")))).toEqual([
      "2: + a/c1 #1",
      "4: + a/c1 #1",
    ]);
  });
});

describe("D24: rows of one turn and key are one: first place, last value", () => {
  it("in a legacy turn that holds two items of one key", () => {
    const thread = legacy(
      started("a"),
      hookPrompt({ id: "h" }),
      mcpEnd("c1"),
      hookPrompt({
        id: "h",
        content: [{ type: "input_text", text: '<hook_prompt hook_run_id="r">last</hook_prompt>' }],
      }),
    );
    expect(brief(fullTurns(thread))).toEqual(["a inProgress: h c1"]);
    expect(fullTurns(thread)[0]?.items[0]).toMatchObject({ fragments: [{ text: "last" }] });
    expect(items(thread)).toEqual(["2: + a/h #1", "3: + a/c1 #2", "4: + a/h #1"]);
  });

  it("in a lineage that completes an item again", () => {
    const source = rollout(OTHER_THREAD, [
      paginatedSession({ id: OTHER_THREAD }),
      started("a"),
      itemCompleted("a", plan("p1")),
      itemCompleted("a", plan("p2")),
    ]);
    const fork = rollout(
      THREAD,
      [revertTo(OTHER_THREAD, 4, { forked_from_id: OTHER_THREAD }), itemCompleted("a", plan("p1", "last"))],
      4,
    );
    expect(brief(codexTurns([source, fork]))).toEqual(["a interrupted: p1 p2"]);
    expect(codexTurns([source, fork])[0]?.items[0]).toMatchObject({ text: "last" });
    expect(brief(fullTurnsOf(observedLines(THREAD, [fork])))).toEqual([]);
  });
});
