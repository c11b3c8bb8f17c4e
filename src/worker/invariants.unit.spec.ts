import { describe, expect, it } from "vitest";
import { mutationsOf } from "../projections/index.ts";
import { ensureCommitted, ensureCovered, ensureInOrder, ensureNotAhead, InvariantError } from "./invariants.ts";
import type { Output, SourceRecord } from "./records.ts";

const recordAt = (offset: number): SourceRecord => ({ offset, timestamp: 0, key: null, value: null });
const outputOf = (sourceOffset: number): Output => {
  const line = { threadId: "t", rolloutId: "t", position: 0, ordinal: null, counted: true, event: null };
  const change = { items: [], summaries: [{ turnId: "turn-1", mutation: null }], events: [] };
  const [mutation] = mutationsOf(change, { ...line, timestamp: "", generation: 0 });
  if (mutation === undefined) throw new Error("no mutation was made");
  return { type: "mutation", mutation, sourceOffset, value: Buffer.alloc(0) };
};

describe("what must hold before writing and after reading", () => {
  it("records come in order, below where their batch ends", () => {
    expect(() => ensureInOrder([recordAt(3), recordAt(5)], 6)).not.toThrow();
    expect(() => ensureInOrder([recordAt(3), recordAt(3)], 6)).toThrow(InvariantError);
    expect(() => ensureInOrder([recordAt(3), recordAt(6)], 6)).toThrow(
      "record 6 came after 3 in a batch that ends at 6",
    );
  });

  it("mutations go out in the order of their records, with an offset that covers them", () => {
    expect(() => ensureCovered([outputOf(3), outputOf(3), outputOf(4)], 5)).not.toThrow();
    expect(() => ensureCovered([outputOf(4), outputOf(3)], 5)).toThrow(InvariantError);
    expect(() => ensureCovered([outputOf(5)], 5)).toThrow("of record 5 would go out after -1, at 5");
  });

  it("what goes out between mutations does not part them: their order holds across it", () => {
    const about = { observer: "lifecycle", partition: 0, offset: 9, threadId: "t" } as const;
    const decision: Output = { type: "decision", decision: { ...about, action: "hold", reason: "", isDone: false } };
    expect(() => ensureCovered([outputOf(3), decision, outputOf(4)], 5)).not.toThrow();
    expect(() => ensureCovered([outputOf(4), decision, outputOf(3)], 5)).toThrow(InvariantError);
  });

  it("a checkpoint is not ahead of the committed offset, nor a state of what was read", () => {
    expect(() => ensureCommitted(5, 5)).not.toThrow();
    expect(() => ensureCommitted(6, 5)).toThrow(
      expect.objectContaining({ name: "InvariantError", message: "a checkpoint of 6 would be ahead of 5" }),
    );
    expect(() => ensureNotAhead("t", 5, 5)).not.toThrow();
    expect(() => ensureNotAhead("t", 6, 5)).toThrow("thread t reflects 6, beyond 5");
  });
});
