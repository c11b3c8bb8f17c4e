import { describe, expect, it } from "vitest";
import {
  fullTurns,
  hookPrompt,
  items,
  type Line,
  legacy,
  OTHER_THREAD,
  ROLLOUT_2,
  rollout,
  session,
  THREAD,
} from "../support/story.ts";
import { fullTurnsOf, observedLines } from "../support/threads.ts";

const idOf = (...lines: Line[]) =>
  fullTurns(legacy(...lines))
    .at(-1)
    ?.items.at(-1)?.id;

/** The derived id of a hook prompt at position 1. */
const DERIVED = idOf(hookPrompt());

describe("D2: a hook prompt without an id gets one that follows from its place", () => {
  it("takes the id that its line brings, an empty one too", () => {
    expect(idOf(hookPrompt({ id: "h1" }))).toBe("h1");
    expect(idOf(hookPrompt({ id: "" }))).toBe("");
  });

  it("has the form of a UUID", () => {
    expect(DERIVED).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("is the same for the same line on every replay, whether the id is absent or null", () => {
    expect(idOf(hookPrompt())).toBe(DERIVED);
    expect(idOf(hookPrompt({ id: null }))).toBe(DERIVED);
  });

  it("is another at another position, in another rollout, in another thread", () => {
    const elsewhere = (threadId: string, rolloutId: string) =>
      fullTurnsOf(observedLines(threadId, [rollout(rolloutId, [session(), hookPrompt()])]))[0]?.items[0]?.id;
    expect(elsewhere(THREAD, THREAD)).toBe(DERIVED);
    const ids = [DERIVED, idOf("", hookPrompt()), elsewhere(THREAD, ROLLOUT_2), elsewhere(OTHER_THREAD, THREAD)];
    expect(new Set(ids).size).toBe(4);
  });

  it("does not use up a generated id", () => {
    expect(
      items(legacy(hookPrompt({ id: "h" }), { type: "event_msg", payload: { type: "context_compacted" } })),
    ).toEqual(["1: + rollout-1/h #1", "2: + rollout-1/item-1 #2"]);
  });
});
