import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type CheckpointStore, type Flush, RefusedError, StoreUnavailableError } from "./checkpoint-store.ts";
import { Checkpointer } from "./checkpointer.ts";
import { DEFAULT_WORKER_OPTIONS } from "./options.ts";
import type { SourceRecord } from "./records.ts";
import { Thread } from "./thread.ts";
import { ThreadCache } from "./thread-cache.ts";
import type { WorkerEvent } from "./worker-event.ts";

const OPTIONS = { ...DEFAULT_WORKER_OPTIONS, checkpointMs: 1_000, unflushedBytes: 500 };
const HEAD = { generation: 2, watermark: 40, highest: 40, mark: { offset: 39, crc: 7 } };
const LAST: SourceRecord = { offset: 44, timestamp: 0, key: Buffer.from("a"), value: Buffer.from("a line") };
const MARK = { offset: 44, crc: crc32("a line") };
const NEVER = new AbortController().signal;

/** A store that answers a flush when it is told to, and a clock that is set by hand. */
function surroundings() {
  const flushes: Flush[] = [];
  const answers: { resolve: (answer: { bytes: number }) => void; reject: (error: Error) => void }[] = [];
  const events: WorkerEvent[] = [];
  const waits: number[] = [];
  const ended = new AbortController();
  const threads = new ThreadCache();
  const clock = { time: 0, now: () => clock.time, sleep: (ms: number) => Promise.resolve(void waits.push(ms)) };
  const store: Pick<CheckpointStore, "flush"> = {
    flush(flush) {
      flushes.push(flush);
      const { promise, resolve, reject } = Promise.withResolvers<{ bytes: number }>();
      answers.push({ resolve, reject });
      return promise;
    },
  };
  const ports = { store: store as CheckpointStore, clock, listener: (event: WorkerEvent) => void events.push(event) };
  return {
    checkpointer: new Checkpointer(ports, OPTIONS, threads, HEAD, ended.signal),
    flushes,
    events,
    waits,
    ended,
    clock,
    /** A thread that reflects the record at `offset`, which the store does not have. */
    changed(id: string, offset = 44): Thread {
      const thread = Thread.fresh("lifecycle", id);
      thread.reflect(offset);
      threads.put(thread);
      return thread;
    },
    async answer(error?: Error): Promise<void> {
      await settled();
      if (error === undefined) answers.shift()?.resolve({ bytes: 123 });
      else answers.shift()?.reject(error);
      await settled();
    },
  };
}

/** Lets all go on that waits for nothing from outside. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const threadsOf = ({ deltas }: Flush): string[] => deltas.map(({ threadId }) => threadId);

describe("changed state goes to the store", () => {
  it("when it is due, so long after the last time, with the place that it belongs to", () => {
    const { checkpointer, flushes, clock, changed } = surroundings();
    changed("a");

    clock.time = 999;
    expect([checkpointer.isDue, checkpointer.dueAt]).toEqual([false, 1_000]);
    checkpointer.tick(45, LAST);
    expect(flushes).toEqual([]);

    clock.time = 1_000;
    expect(checkpointer.isDue).toBe(true);
    checkpointer.tick(45, LAST);
    expect(flushes.map(threadsOf)).toEqual([["a"]]);
    expect(flushes[0]?.head).toEqual({ generation: 2, watermark: 45, highest: 45, mark: MARK });
  });

  it("only what changed since", async () => {
    const { checkpointer, flushes, changed, answer } = surroundings();
    changed("a");
    void checkpointer.flush(45, LAST, NEVER);
    await answer();

    changed("b", 45);
    void checkpointer.flush(46, LAST, NEVER);
    await settled();

    expect(flushes.map(threadsOf)).toEqual([["a"], ["b"]]);
  });

  it("also when reading got no further, and its place also when no state changed", async () => {
    const { checkpointer, flushes, changed, answer } = surroundings();
    changed("a", 39);
    void checkpointer.flush(40, null, NEVER);
    await answer();
    void checkpointer.flush(45, LAST, NEVER);
    await settled();

    expect(flushes.map(({ deltas, head }) => [deltas.length, head.watermark])).toEqual([
      [1, 40],
      [0, 45],
    ]);
  });

  it("not when there is nothing to be told: then it is due that much later", () => {
    const { checkpointer, flushes, clock } = surroundings();
    clock.time = 1_500;
    checkpointer.tick(40, null);
    expect([flushes, checkpointer.dueAt]).toEqual([[], 2_500]);
  });

  it("with the mark of the record taken last: of the checkpoint before, when none was taken since", () => {
    const { checkpointer, flushes, clock } = surroundings();
    clock.time = 1_000;
    checkpointer.tick(45, null);
    expect(flushes[0]?.head.mark).toEqual(HEAD.mark);
  });

  it("with a mark also of a record without a value", () => {
    const { checkpointer, flushes, clock } = surroundings();
    clock.time = 1_000;
    checkpointer.tick(45, { ...LAST, value: null });
    expect(flushes[0]?.head.mark).toEqual({ offset: 44, crc: 0 });
  });

  it("and is told of once it is there", async () => {
    const { checkpointer, events, changed, answer } = surroundings();
    changed("a");
    changed("b");
    const flushed = checkpointer.flush(45, LAST, NEVER);
    await settled();
    expect([checkpointer.stored, events]).toEqual([40, []]);

    await answer();
    await flushed;
    expect(checkpointer.stored).toBe(45);
    expect(events).toEqual([{ type: "checkpoint", watermark: 45, threads: 2, bytes: 123 }]);
  });
});

describe("while state is on its way to the store", () => {
  it("no more is sent: it is due again afterwards", async () => {
    const { checkpointer, flushes, clock, changed, answer } = surroundings();
    changed("a");
    clock.time = 1_000;
    checkpointer.tick(45, LAST);
    changed("b", 45);
    clock.time = 5_000;
    expect([checkpointer.isDue, checkpointer.dueAt]).toEqual([false, Number.POSITIVE_INFINITY]);
    checkpointer.tick(46, LAST);
    expect(flushes).toHaveLength(1);

    await answer();
    expect([checkpointer.isDue, checkpointer.dueAt]).toEqual([true, 2_000]);
  });

  it("its threads must stay in memory, as those must that changed since", async () => {
    const { checkpointer, clock, changed, answer } = surroundings();
    const sent = changed("a");
    clock.time = 1_000;
    checkpointer.tick(45, LAST);
    const later = changed("b", 45);
    const stored = Thread.restored("lifecycle", "c", { revision: 1, fields: new Map([["offset", "40"]]) });
    expect([sent, later, stored].map(checkpointer.canGo)).toEqual([false, false, true]);

    await answer();
    expect([sent, later, stored].map(checkpointer.canGo)).toEqual([true, false, true]);
  });

  it("its bytes count for what the store does not have", async () => {
    const { checkpointer, clock, changed, answer } = surroundings();
    expect(checkpointer.unflushedBytes).toBe(0);
    changed("a");
    checkpointer.changed(300);
    checkpointer.changed(100);
    clock.time = 1_000;
    checkpointer.tick(45, LAST);
    expect(checkpointer.unflushedBytes).toBe(400);

    checkpointer.changed(100);
    expect([checkpointer.unflushedBytes, checkpointer.isBehind]).toEqual([500, false]);
    checkpointer.changed(1);
    expect([checkpointer.unflushedBytes, checkpointer.isBehind]).toEqual([501, true]);

    await answer();
    expect([checkpointer.unflushedBytes, checkpointer.isBehind]).toEqual([101, false]);
  });

  it("a flush that is waited for goes after it", async () => {
    const { checkpointer, flushes, clock, changed, answer } = surroundings();
    changed("a");
    clock.time = 1_000;
    checkpointer.tick(45, LAST);
    changed("b", 45);
    let isDone = false;
    const flushed = checkpointer.flush(46, LAST, NEVER).then(() => {
      isDone = true;
    });
    await settled();
    expect(flushes).toHaveLength(1);

    await answer();
    expect([flushes.map(threadsOf), isDone]).toEqual([[["a"], ["b"]], false]);
    await answer();
    await flushed;
    expect(checkpointer.stored).toBe(46);
  });

  it("waiting for it ends when it is told to, and nothing is sent then", async () => {
    const { checkpointer, flushes, clock, changed } = surroundings();
    changed("a");
    clock.time = 1_000;
    checkpointer.tick(45, LAST);
    changed("b", 45);
    const waiting = new AbortController();
    const flushed = checkpointer.flush(46, LAST, waiting.signal);
    await settled();

    waiting.abort();
    await flushed;
    expect([flushes.length, checkpointer.stored]).toEqual([1, 40]);
  });

  it("waiting for the flush itself ends as well", async () => {
    const { checkpointer, flushes, changed } = surroundings();
    changed("a");
    const waiting = new AbortController();
    const flushed = checkpointer.flush(45, LAST, waiting.signal);
    await settled();

    waiting.abort();
    await flushed;
    expect([flushes.length, checkpointer.stored]).toEqual([1, 40]);
  });
});

describe("a store that fails", () => {
  it("by not answering is asked the same again, visibly, later each time", async () => {
    const { checkpointer, flushes, events, waits, changed, answer } = surroundings();
    changed("a");
    const flushed = checkpointer.flush(45, LAST, NEVER);
    const error = new StoreUnavailableError("no answer");
    for (let n = 0; n < 8; n++) await answer(error);
    await answer();
    await flushed;

    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(new Set(flushes).size).toBe(1);
    expect(events).toEqual([
      ...waits.map(() => ({ type: "failure", error })),
      { type: "checkpoint", watermark: 45, threads: 1, bytes: 123 },
    ]);
  });

  it("is no longer asked once the ownership is over", async () => {
    const { checkpointer, flushes, ended, changed, answer } = surroundings();
    changed("a");
    const flushed = checkpointer.flush(45, LAST, NEVER);
    await settled();
    ended.abort();
    await answer(new StoreUnavailableError("no answer"));
    await flushed;
    expect([flushes.length, checkpointer.stored]).toEqual([1, 40]);
  });

  it("by refusing ends the ownership: whatever is asked of the checkpoint next throws", async () => {
    const { checkpointer, clock, waits, changed, answer } = surroundings();
    changed("a");
    clock.time = 1_000;
    checkpointer.tick(45, LAST);
    expect(() => checkpointer.rethrow()).not.toThrow();
    await answer(new RefusedError("another owner"));

    expect(() => checkpointer.rethrow()).toThrow(RefusedError);
    expect(() => checkpointer.tick(46, LAST)).toThrow("another owner");
    await expect(checkpointer.flush(46, LAST, NEVER)).rejects.toThrow("another owner");
    expect([checkpointer.stored, waits]).toEqual([40, []]);
  });

  it("by refusing fails a flush that is waited for", async () => {
    const { checkpointer, changed, answer } = surroundings();
    changed("a");
    const flushed = checkpointer.flush(45, LAST, NEVER);
    const failed = expect(flushed).rejects.toThrow("another owner");
    await answer(new RefusedError("another owner"));
    await failed;
  });
});
