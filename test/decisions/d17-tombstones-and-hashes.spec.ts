import { describe, expect, it } from "vitest";
import { startObserver } from "../../src/projections/index.ts";
import {
  agent,
  execBegin,
  execEnd,
  itemCompleted,
  itemStarted,
  items,
  legacy,
  paginated,
  payloads,
  plan,
  reasoning,
  rolledBack,
  started,
  THREAD,
  user,
} from "../support/story.ts";
import { observedLines } from "../support/threads.ts";

/** All that the ThreadItem observer remembers of the thread, as text. */
function remembered(thread: ReturnType<typeof legacy>): string {
  const observer = startObserver("thread-item");
  for (const line of observedLines(THREAD, thread)) observer.observe(line);
  return [...observer.store()].flat().join("\n");
}

describe("D17: tombstones are empty, closed items are hashes", () => {
  it("gives a tombstone turn, key and ordinal, and no item", () => {
    const thread = legacy(started("a"), user("x"), rolledBack(1));
    expect(payloads(thread, "thread_item", 3)).toEqual([
      {
        turnId: "a",
        itemKey: "item-1",
        itemOrdinal: 1,
        mutationKind: "tombstone",
        isOpen: false,
        materializedThreadItem: null,
      },
    ]);
  });

  it("says of an open item that went that it is not open", () => {
    expect(items(legacy(started("a"), execBegin("a", "c"), rolledBack(1))).at(-1)).toBe("3: - a/c #1");
  });

  it("remembers no content of an item, closed or open: only its key, turn, ordinal and hash", () => {
    const output = { aggregated_output: "SECRET output" };
    const thread = legacy(
      started("a"),
      user("SECRET question"),
      agent("SECRET answer"),
      execEnd("a", "c1", output),
      execBegin("a", "c2", { command: ["SECRET"] }),
    );
    expect(remembered(thread)).not.toContain("SECRET");
    expect(remembered(paginated(itemStarted("a", plan("p", "SECRET"))))).not.toContain("SECRET");
  });

  it("remembers the texts of a reasoning item as long as it can grow", () => {
    expect(remembered(legacy(reasoning("thought")))).toContain("thought");
    expect(remembered(legacy(reasoning("thought"), agent("x")))).not.toContain("thought");
  });

  it("emits nothing for a repeated end, also after many others", () => {
    const others = Array.from({ length: 20 }, (_, n) => execEnd("a", `c${n}`));
    expect(items(legacy(started("a"), ...others, ...others))).toHaveLength(20);
    const same = itemCompleted("a", plan("p"), { completed_at_ms: 5, started_at_ms: 1 });
    expect(items(paginated(same, same))).toEqual(["1: + a/p #1"]);
  });
});
