import { describe, expect, it } from "vitest";
import { Backfill } from "./backfill.ts";

/** A backfill of two partitions, ten records each, for one observer; and whether it is done. */
function backfill() {
  const work = new Backfill(
    ["lifecycle"],
    new Map([
      [0, 10],
      [1, 10],
    ]),
  );
  const isDone = async () => Promise.race([work.done.then(() => true), Promise.resolve().then(() => false)]);
  return { work, isDone };
}

describe("a backfill", () => {
  it("ends each partition where it ended at the start", () => {
    expect(backfill().work.until(1)).toBe(10);
  });

  it("is done when every partition has reached its end", async () => {
    const { work, isDone } = backfill();
    work.assigned("lifecycle", [0, 1]);
    work.ended("lifecycle", 0, { outcome: "reached" });
    expect(await isDone()).toBe(false);

    work.ended("lifecycle", 1, { outcome: "reached" });

    expect(await isDone()).toBe(true);
    expect(work.halted).toEqual([]);
  });

  it("is done with a partition that halted, and says which and why", async () => {
    const { work, isDone } = backfill();
    work.ended("lifecycle", 0, { outcome: "reached" });
    work.ended("lifecycle", 1, { outcome: "halted", reason: "why" });

    expect(await isDone()).toBe(true);
    expect(work.halted).toEqual([{ observer: "lifecycle", partition: 1, reason: "why" }]);
  });

  it("is done with a partition that another process committed to its end", async () => {
    const { work, isDone } = backfill();
    work.assigned("lifecycle", [0]);
    work.ended("lifecycle", 0, { outcome: "reached" });

    work.committed("lifecycle", new Map([[1, 9]]));
    expect(await isDone()).toBe(false);
    work.committed("lifecycle", new Map([[1, 10]]));
    expect(await isDone()).toBe(true);
  });

  it("waits for a partition of its own although all is committed: its state is not stored yet", async () => {
    const { work, isDone } = backfill();
    work.assigned("lifecycle", [0, 1]);
    work.ended("lifecycle", 0, { outcome: "reached" });

    work.committed("lifecycle", new Map([[1, 10]]));

    expect(await isDone()).toBe(false);
  });
});
