import { describe, expect, it } from "vitest";
import { BatchSize } from "./batch-size.ts";

function sizeOf(batchRecords: number, batchBytes: number) {
  const size = new BatchSize({ batchRecords, batchBytes });
  /** The fewest records of so many bytes that are enough. */
  const records = (bytesOfEach: number) => {
    for (let n = 0; ; n++) if (size.isReachedBy({ records: n, bytes: n * bytesOfEach })) return n;
  };
  return { size, records };
}

describe("how much a batch takes", () => {
  it("is what is configured, in records or bytes, whichever comes first", () => {
    const { records } = sizeOf(100, 1_000);
    expect([records(1), records(50)]).toEqual([100, 20]);
  });

  it("is half of the batch that took too long, however much larger a batch might have been", () => {
    const { size, records } = sizeOf(100, 1_000);
    size.halve({ records: 12, bytes: 90 });
    expect([records(1), records(30)]).toEqual([6, 2]);
  });

  it("is one record at least, and one even when that is empty", () => {
    const { size, records } = sizeOf(100, 1_000);
    size.halve({ records: 1, bytes: 700 });
    expect([records(0), records(900)]).toEqual([1, 1]);
    size.halve({ records: 1, bytes: 0 });
    expect([records(0), records(900)]).toEqual([1, 1]);
  });

  it("doubles with each batch that is written, up to what is configured", () => {
    const { size, records } = sizeOf(100, 1_000);
    size.halve({ records: 40, bytes: 800 });
    const grown = [1, 2, 3, 4].map(() => {
      size.double();
      return [records(1), records(100)];
    });
    expect(grown).toEqual([
      [40, 8],
      [80, 10],
      [100, 10],
      [100, 10],
    ]);
  });
});
