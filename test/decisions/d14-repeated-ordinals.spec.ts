import { describe, expect, it } from "vitest";
import {
  brief,
  codexTurns,
  fullTurns,
  itemCompleted,
  paginatedSession,
  plan,
  rollout,
  started,
  THREAD,
  withMembers,
} from "../support/story.ts";

const numbered = (id: string, ordinal: unknown) => withMembers(itemCompleted("a", plan(id)), { ordinal });

/** A turn with two items: one of a line with ordinal 5, and one of the line after it, numbered like this. */
function thread(ordinal: unknown) {
  return [
    rollout(THREAD, [
      paginatedSession(),
      withMembers(started("a"), { ordinal: 1 }),
      numbered("p1", 5),
      numbered("p2", ordinal),
    ]),
  ];
}

describe("D14: the full view applies repeated ordinals, the codex view skips them", () => {
  it.each([
    ["repeats", 5],
    ["steps back", 2],
    ["is absent", undefined],
    ["is null", null],
  ])("for a line whose ordinal %s", (_how, ordinal) => {
    expect(brief(fullTurns(thread(ordinal)))).toEqual(["a inProgress: p1 p2"]);
    expect(brief(codexTurns(thread(ordinal)))).toEqual(["a interrupted: p1"]);
  });

  it.each([
    ["follows", 6],
    ["leaves a gap", 60],
  ])("both apply a line whose ordinal %s", (_how, ordinal) => {
    expect(brief(fullTurns(thread(ordinal)))).toEqual(["a inProgress: p1 p2"]);
    expect(brief(codexTurns(thread(ordinal)))).toEqual(["a interrupted: p1 p2"]);
  });

  it("lets the first line set the start, which need not be 0", () => {
    const late = [rollout(THREAD, [paginatedSession(), started("a"), itemCompleted("a", plan("p"))], 70)];
    expect(brief(codexTurns(late))).toEqual(["a interrupted: p"]);
  });

  it("does not expect what a skipped line said", () => {
    const lines = [
      paginatedSession(),
      started("a"),
      numbered("p1", 5),
      numbered("p2", 3),
      numbered("p3", 4),
      numbered("p4", 6),
    ];
    expect(brief(codexTurns([rollout(THREAD, lines)]))).toEqual(["a interrupted: p1 p4"]);
  });
});
