import { describe, expect, it } from "vitest";
import {
  fullTurns,
  itemCompleted,
  itemStarted,
  items,
  type Line,
  paginated,
  plan,
  started,
} from "../../../test/support/story.ts";

const times = (startedAt: number | undefined, completedAt: number | undefined) => ({
  started_at_ms: startedAt,
  completed_at_ms: completedAt,
});
const shown = (...lines: Line[]) => fullTurns(paginated(started("a"), ...lines)).flatMap((turn) => turn.items);

describe("rows of paginated items (paginated §3.1)", () => {
  it("are made by a pair of turn and item, whether the turn has a row or not", () => {
    expect(items(paginated(itemCompleted("a", plan("p")), itemCompleted("b", plan("p"))))).toEqual([
      "1: + a/p #1",
      "2: + b/p #2",
    ]);
  });

  it("are replaced whole by later lines, in their place, by another kind too", () => {
    const found = shown(
      itemCompleted("a", plan("p")),
      itemCompleted("a", plan("q")),
      itemCompleted("a", { type: "ContextCompaction", id: "p" }),
    );
    expect(found).toMatchObject([{ type: "contextCompaction", id: "p" }, { id: "q" }]);
  });

  it("take an empty id and an empty turn id", () => {
    expect(items(paginated(itemCompleted("", plan(""))))).toEqual(["1: + / #1"]);
  });

  it("take a completion time of 0 for none", () => {
    expect(shown(itemCompleted("a", plan("p"), times(1, 0)))).toMatchObject([{ startedAtMs: 1, completedAtMs: null }]);
  });

  it("keep, of each time, the first of a completion that is not null", () => {
    const found = shown(
      itemCompleted("a", plan("p"), times(undefined, 5)),
      itemCompleted("a", plan("p"), times(2, 6)),
      itemCompleted("a", plan("p"), times(3, 7)),
    );
    expect(found).toMatchObject([{ startedAtMs: 2, completedAtMs: 5 }]);
  });

  it("forget the start time of item_started once the completion brings its own, or none", () => {
    const completedWith = (startedAt: number | undefined) =>
      shown(itemStarted("a", plan("p"), times(1, undefined)), itemCompleted("a", plan("p"), times(startedAt, 9)));
    expect(completedWith(4)).toMatchObject([{ startedAtMs: 4, completedAtMs: 9 }]);
    expect(completedWith(undefined)).toMatchObject([{ startedAtMs: null, completedAtMs: 9 }]);
  });

  it("emit nothing for a line that changes nothing shown", () => {
    const thread = paginated(
      itemCompleted("a", plan("p"), times(1, 5)),
      itemCompleted("a", plan("p"), times(2, 6)),
      itemCompleted("a", plan("p", "new"), times(2, 6)),
    );
    expect(items(thread)).toEqual(["1: + a/p #1", "3: + a/p #1"]);
  });
});
