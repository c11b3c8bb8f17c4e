import { describe, expect, it } from "vitest";
import { DecisionTable } from "./decisions.ts";
import type { Decision } from "./records.ts";

const NAME = { observer: "thread-item", partition: 3 } as const;
const HOLD: Decision = { ...NAME, offset: 19, threadId: "t", action: "hold", reason: "it threw", isDone: false };
const SKIP: Decision = { ...HOLD, action: "skip", reason: "the operator said so" };
const DONE: Decision = { ...SKIP, isDone: true };

function tableOf(...decisions: Decision[]): DecisionTable {
  const table = new DecisionTable(NAME);
  table.renew(decisions);
  return table;
}

describe("the decisions for a partition", () => {
  it("are those of its observer and its number, the last on each record", () => {
    const table = tableOf(
      HOLD,
      { ...HOLD, observer: "lifecycle", offset: 1 },
      { ...HOLD, partition: 4, offset: 2 },
      SKIP,
    );
    expect([1, 2, 19].map((offset) => table.at(offset))).toEqual([undefined, undefined, SKIP]);
  });

  it("tell how many threads are stopped, and what is still to be carried out", () => {
    const table = tableOf(HOLD, { ...SKIP, offset: 20 }, { ...DONE, offset: 21 });
    expect(table.stopped).toBe(2);
    expect(table.open()).toEqual([{ ...SKIP, offset: 20 }]);
  });
});

describe("a decision of the worker's own", () => {
  it("holds at once, though the topic does not show it yet", () => {
    const table = tableOf();
    table.note(HOLD);
    expect([table.at(19), table.stopped, table.open()]).toEqual([HOLD, 1, []]);
    table.renew([]);
    expect(table.at(19)).toEqual(HOLD);
  });

  it("gives way to what the topic says next: itself, or what an operator decided since", () => {
    for (const next of [HOLD, SKIP]) {
      const table = tableOf();
      table.note(HOLD);
      table.renew([next]);
      table.renew([SKIP]);
      expect(table.at(19)).toEqual(SKIP);
    }
  });

  it.each<[string, Partial<Decision>]>([
    ["action", { action: "retry" }],
    ["reason", { reason: "the operator thought again" }],
    ["end", { isDone: true }],
  ])("gives way to a decision on the same record with another %s than the one it was made upon", (_, rest) => {
    const table = tableOf(SKIP);
    table.note({ ...HOLD, reason: "it threw again" });
    table.renew([{ ...SKIP, ...rest }]);
    expect(table.at(19)).toEqual({ ...SKIP, ...rest });
  });

  it("that something was carried out holds against what asked for it", () => {
    const table = tableOf(SKIP);
    table.note(DONE);
    table.renew([{ ...SKIP }]);
    expect([table.at(19), table.stopped, table.open()]).toEqual([DONE, 0, []]);
    table.renew([DONE]);
    expect(table.at(19)).toEqual(DONE);
  });

  it("holds against an older one on the same record, which was carried out before offsets were set back", () => {
    const table = tableOf(DONE);
    table.note(HOLD);
    table.renew([{ ...DONE }]);
    expect(table.at(19)).toEqual(HOLD);
  });
});
