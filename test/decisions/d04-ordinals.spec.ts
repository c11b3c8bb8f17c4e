import { describe, expect, it } from "vitest";
import {
  agent,
  completed,
  execBegin,
  execEnd,
  items,
  legacy,
  mcpEnd,
  rolledBack,
  started,
  user,
} from "../support/story.ts";

describe("D4: ordinals belong to a turn and an item key", () => {
  it("gives each new row the thread's next ordinal, from 1", () => {
    expect(items(legacy(started("a"), user("x"), agent("y"), started("b"), user("z")))).toEqual([
      "2: + a/item-1 #1",
      "3: + a/item-2 #2",
      "5: + b/item-3 #3",
    ]);
  });

  it("keeps a row's ordinal in its later mutations, its tombstone included", () => {
    expect(items(legacy(started("a"), execBegin("a", "c1"), user("x"), execEnd("a", "c1"), rolledBack(1)))).toEqual([
      "2: + a/c1 #1 (open)",
      "3: + a/item-1 #2",
      "4: + a/c1 #1",
      "5: - a/c1 #1",
      "5: - a/item-1 #2",
    ]);
  });

  it("gives the same key in another turn an ordinal of its own", () => {
    expect(items(legacy(started("a"), mcpEnd("c1"), started("b"), mcpEnd("c1")))).toEqual([
      "2: + a/c1 #1",
      "4: + b/c1 #2",
    ]);
  });

  it("never gives a tombstone's ordinal again: a generated id that comes again after a rollback gets a new one", () => {
    expect(items(legacy(started("a"), user("x"), rolledBack(1), started("a"), user("y")))).toEqual([
      "2: + a/item-1 #1",
      "3: - a/item-1 #1",
      "5: + a/item-1 #2",
    ]);
  });

  it("lets ordinals follow the order of items in their turn, also after a rollback", () => {
    const thread = legacy(
      started("a"),
      user("x"),
      started("b"),
      user("y"),
      agent("z"),
      rolledBack(1),
      started("c"),
      mcpEnd("c1"),
      agent("w"),
    );
    expect(items(thread).slice(-2)).toEqual(["8: + c/c1 #4", "9: + c/item-2 #5"]);
  });

  it("keeps the ordinal of a row whose turn is started again with its id", () => {
    expect(items(legacy(started("a"), mcpEnd("c1"), started("a"), mcpEnd("c1", 1)))).toEqual([
      "2: + a/c1 #1",
      "4: + a/c1 #1",
    ]);
  });

  it("keeps it, too, when the same key goes into the earlier of two turns with one id", () => {
    const late = execEnd("c", "item-1");
    expect(items(legacy(started("c"), started("c"), user("x"), completed("c"), late, rolledBack(9)))).toEqual([
      "3: + c/item-1 #1",
      "6: - c/item-1 #1",
      "6: - c/item-1 #1",
    ]);
  });
});
