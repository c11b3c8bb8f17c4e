import { describe, expect, it } from "vitest";
import { DEFAULT_WORKER_OPTIONS } from "./options.ts";
import { PendingTransaction } from "./pending-transaction.ts";
import type { Output } from "./records.ts";

const OPTIONS = { ...DEFAULT_WORKER_OPTIONS, transactionRecords: 3, transactionBytes: 100, transactionMs: 50 };

/** A dead letter whose value takes so many bytes. */
const letterOf = (bytes: number): Output => {
  const source = { offset: 7, timestamp: 0, key: null, value: null };
  const from = { threadId: null, rolloutId: null, position: null };
  const letter = { observer: "lifecycle", code: "not-avro", reason: "no envelope", source, ...from } as const;
  return { type: "dead-letter", letter, value: Buffer.alloc(bytes) };
};
const DECISION: Output = {
  type: "decision",
  decision: {
    observer: "lifecycle",
    partition: 0,
    offset: 7,
    threadId: "t",
    action: "hold",
    reason: "it threw",
    isDone: false,
  },
};

function pendingOf(...outputs: readonly Output[]): PendingTransaction {
  const pending = new PendingTransaction(OPTIONS);
  for (const output of outputs) pending.add(output);
  return pending;
}

describe("outputs that gather for one transaction", () => {
  it("are handed over in their order, once", () => {
    const [first, second] = [letterOf(1), letterOf(2)];
    const pending = pendingOf(first, DECISION, second);
    expect(pending.count).toBe(3);
    expect(pending.take()).toEqual([first, DECISION, second]);
    expect([pending.count, pending.take()]).toEqual([0, []]);
  });

  it("are enough when they are as many as a transaction takes, decisions among them", () => {
    expect(pendingOf().isFull).toBe(false);
    expect(pendingOf(letterOf(1), DECISION).isFull).toBe(false);
    expect(pendingOf(letterOf(1), DECISION, DECISION).isFull).toBe(true);
  });

  it("are enough when they take as many bytes as a transaction does", () => {
    expect(pendingOf(letterOf(99)).isFull).toBe(false);
    expect(pendingOf(letterOf(60), letterOf(40)).isFull).toBe(true);
  });

  it("leave no bytes behind that would fill the next transaction", () => {
    const pending = pendingOf(letterOf(99));
    pending.take();
    pending.add(letterOf(99));
    expect(pending.isFull).toBe(false);
  });
});

describe("when what has gathered is due", () => {
  it("never, while there is nothing", () => {
    expect(pendingOf().dueAt(1_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it("so long after it was first asked for, however often it is asked again", () => {
    const pending = pendingOf(letterOf(1));
    expect(pending.dueAt(1_000)).toBe(1_050);
    pending.add(letterOf(1));
    expect(pending.dueAt(1_040)).toBe(1_050);
  });

  it("anew for what comes after it was handed over", () => {
    const pending = pendingOf(letterOf(1));
    pending.dueAt(1_000);
    pending.take();
    pending.add(letterOf(1));
    expect(pending.dueAt(2_000)).toBe(2_050);
  });

  it("also at the very beginning of time", () => {
    const pending = pendingOf(letterOf(1));
    expect([pending.dueAt(0), pending.dueAt(30)]).toEqual([50, 50]);
  });
});
