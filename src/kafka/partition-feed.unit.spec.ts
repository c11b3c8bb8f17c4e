import { describe, expect, it } from "vitest";
import { type FetchedPartition, fetchedFrom } from "./fetched.ts";
import { OffsetOutOfRangeError, PartitionFeed, type Want } from "./partition-feed.ts";
import type { RawMessage } from "./read-committed.ts";

const never = new AbortController().signal;

function message(offset: number, { base = offset, delta = 0, isControlRecord = false } = {}): RawMessage {
  return {
    offset: String(offset),
    timestamp: "1",
    key: null,
    value: Buffer.from(`value ${offset}`),
    isControlRecord,
    batchContext: {
      firstOffset: String(base),
      lastOffsetDelta: delta,
      producerId: "1",
      inTransaction: isControlRecord,
    },
  };
}

function fetched(messages: RawMessage[], end = 100): FetchedPartition {
  const offsets = { highWatermark: String(end), lastStableOffset: String(end) };
  return { partition: 0, ...offsets, abortedTransactions: [], messages };
}

/** What fetching from `from` gives, this partition being fetched alone unless said otherwise. */
function batch(from: number, messages: RawMessage[], alone = true) {
  const { records, next } = fetchedFrom(from, fetched(messages), alone);
  return { offsets: records.map(({ offset }) => offset), next };
}

describe("what a fetch gave", () => {
  it("begins at the fetched offset, though a batch is sent from its beginning", () => {
    const inOneBatch = [7, 8, 9].map((offset) => message(offset, { base: 7, delta: 2 }));

    expect(batch(8, inOneBatch)).toEqual({ offsets: [8, 9], next: 10 });
  });

  it("goes on past control records and the compacted tail of a batch", () => {
    expect(batch(0, [message(0), message(1, { isControlRecord: true })])).toEqual({ offsets: [0], next: 2 });
    expect(batch(5, [message(3, { base: 3, delta: 6 })])).toEqual({ offsets: [], next: 10 });
  });

  it("goes past a batch that compaction emptied, if nothing else can be the reason for getting nothing", () => {
    expect(batch(5, [], true).next).toBe(6);
    expect(batch(5, [], false).next).toBe(5);
    expect(fetchedFrom(100, fetched([]), true).next).toBe(100);
  });
});

describe("a partition feed", () => {
  function feedOf(maxBytes = 1_000) {
    let rooms = 0;
    const feed = new PartitionFeed(3, maxBytes, () => rooms++);
    const want = (): Want => feed.want ?? expect.fail("nothing is wanted");
    const accept = (asked: Want, ...messages: RawMessage[]) =>
      feed.accept(asked, fetchedFrom(asked.offset, fetched(messages), false));
    const take = async () => (await feed.take(0, never))?.records.map(({ offset }) => offset);
    return { feed, want, accept, take, rooms: () => rooms };
  }

  it("wants nothing before its first seek, then what follows", async () => {
    const { feed, want, accept, take } = feedOf();
    expect(feed.want).toBeUndefined();

    feed.seek(7);
    accept(want(), message(7), message(8));

    expect(want()).toMatchObject({ partition: 3, offset: 9 });
    expect(await take()).toEqual([7, 8]);
    expect(await take()).toBeUndefined();
  });

  it("drops what was buffered, and what arrives, for an earlier seek", async () => {
    const { feed, want, accept, take } = feedOf();
    feed.seek(0);
    accept(want(), message(0));
    const asked = want();

    feed.seek(1);
    accept(asked, message(1));
    expect(await take()).toBeUndefined();

    feed.fail(asked, new OffsetOutOfRangeError());
    accept(want(), message(1));
    expect(await take()).toEqual([1]);
  });

  it("wants nothing while it is full, and tells when there is room again", async () => {
    const { feed, want, accept, take, rooms } = feedOf(8);
    feed.seek(0);
    const before = rooms();
    accept(want(), message(0), message(1));
    expect(feed.want).toBeUndefined();

    await take();

    expect(rooms()).toBe(before + 1);
    expect(want().offset).toBe(2);
  });

  it("merges fetches without records", async () => {
    const { feed, want, accept } = feedOf();
    feed.seek(0);
    accept(want(), message(0));
    accept(want(), message(1, { isControlRecord: true }));
    accept(want(), message(2, { isControlRecord: true }));

    expect(await feed.take(0, never)).toMatchObject({ records: [{ offset: 0 }], next: 3 });
    accept(want(), message(3, { isControlRecord: true }));
    expect(await feed.take(0, never)).toEqual({ records: [], next: 4, end: 100 });
  });

  it("wakes who waits when something arrives, and when waiting is over", async () => {
    const { feed, want, accept } = feedOf();
    feed.seek(0);
    const [asked, abort] = [want(), new AbortController()];

    const taken = feed.take(1_000_000, never);
    accept(asked, message(0));
    expect((await taken)?.next).toBe(1);

    const given = feed.take(1_000_000, abort.signal);
    abort.abort();
    expect(await given).toBeUndefined();
  });

  it("takes nothing for who has stopped waiting", async () => {
    const { feed, want, accept, take } = feedOf();
    feed.seek(0);
    accept(want(), message(0));

    expect(await feed.take(0, AbortSignal.abort())).toBeUndefined();
    expect(await take()).toEqual([0]);
  });

  it("fails once what came before is taken, until the next seek", async () => {
    const { feed, want, accept, take } = feedOf();
    feed.seek(0);
    accept(want(), message(0));
    feed.fail(want(), new OffsetOutOfRangeError("gone"));

    expect(await take()).toEqual([0]);
    await expect(take()).rejects.toThrow("gone");
    expect(feed.want).toBeUndefined();
    feed.seek(5);
    expect(want().offset).toBe(5);
  });
});
