import { describe, expect, it } from "vitest";
import type { ShipRecord } from "../ship/index.ts";
import { EmbeddedCodec } from "./codec.ts";
import { EmbeddedLog } from "./embedded-log.ts";

const { signal } = new AbortController();
const ALL = Number.POSITIVE_INFINITY;
const THREAD = "a-thread";

function shipRecord(line: string): ShipRecord {
  const place = { threadId: THREAD, rolloutId: THREAD, position: 0, recordedAt: 7 };
  const record = { ...place, kind: "", eventType: null, line: Buffer.from(line), oversized: null };
  return { record, headers: null, lack: null };
}

const lines = (...texts: readonly string[]): ShipRecord[] => texts.map(shipRecord);

function logFrom(start: number, maxBytes = 1_000_000) {
  const codec = new EmbeddedCodec();
  const log = new EmbeddedLog(codec, start, maxBytes);
  const reader = log.reader(() => start);
  reader.seek(start);
  const taken = async (): Promise<string[] | undefined> => {
    const over = AbortSignal.timeout(0);
    const batch = await reader.take(0, over);
    return batch?.records.map(({ offset, value }) => `${offset} ${value}`);
  };
  return { codec, log, reader, taken };
}

/** Whether a promise is settled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  const undone = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  return await Promise.race([promise.then(() => true), undone]);
}

describe("the log of the embedded mode", () => {
  it("goes on with offsets where it begins", async () => {
    const { log, reader } = logFrom(40);
    await log.send(lines("a", "b"));
    expect(await reader.bounds()).toEqual({ start: 40, end: 42 });
  });

  it("gives a reader all there was when the round began, and nothing more before the next", async () => {
    const { log, taken } = logFrom(40);
    await log.send(lines("a", "b"));
    expect(await taken()).toBeUndefined();

    expect(log.beginRound(ALL)).toBe(42);
    await log.send(lines("c"));
    expect(await taken()).toEqual(["40 a", "41 b"]);
    expect(await taken()).toBeUndefined();

    log.endRound();
    expect(log.beginRound(ALL)).toBe(43);
    expect(await taken()).toEqual(["42 c"]);
  });

  it("gives a reader that begins the round again the same", async () => {
    const { log, reader, taken } = logFrom(0);
    await log.send(lines("a", "b"));
    log.beginRound(ALL);
    await taken();
    reader.seek(0);
    expect(await taken()).toEqual(["0 a", "1 b"]);
  });

  it("lets go of a round when it ends", async () => {
    const { log, reader } = logFrom(0);
    await log.send(lines("a", "b"));
    log.beginRound(ALL);
    await log.send(lines("c"));
    log.endRound();
    expect(await reader.bounds()).toEqual({ start: 2, end: 3 });
  });

  it("acknowledges what was sent once the round with it is settled, and not what came later", async () => {
    const { log } = logFrom(0);
    await log.send(lines("a"));
    const first = log.acknowledged();
    log.beginRound(ALL);
    await log.send(lines("b"));
    const second = log.acknowledged();
    expect(await isDone(first)).toBe(false);

    log.settle();

    expect(await isDone(first)).toBe(true);
    expect(await isDone(second)).toBe(false);
  });

  it("lets whoever sends wait while it is full, and go on when a round has ended", async () => {
    const { log } = logFrom(0, 1_000);
    await log.send(lines("a".repeat(900)));
    const sent = log.send(lines("b"));
    expect(await isDone(sent)).toBe(false);

    log.beginRound(ALL);
    expect(await isDone(sent)).toBe(false);
    log.endRound();

    expect(await isDone(sent)).toBe(true);
  });

  it("takes a record that is larger than all it may hold, by itself", async () => {
    const { log, reader } = logFrom(0, 1_000);
    const sent = log.send(lines("a".repeat(5_000), "b"));
    await log.arrived(signal);
    expect(await isDone(sent)).toBe(false);
    expect(await reader.bounds()).toEqual({ start: 0, end: 1 });
  });

  it("tells that there is something for a round also while whoever sends it waits for room", async () => {
    const { log } = logFrom(0, 1_000);
    const arrived = log.arrived(signal);
    void log.send(lines("a".repeat(900), "b"));
    expect(await isDone(arrived)).toBe(true);
  });

  it("fails all who wait for it, and whoever sends more", async () => {
    const { log } = logFrom(0, 1_000);
    await log.send(lines("a".repeat(900)));
    const waiting = [log.acknowledged(), log.send(lines("b"))].map((one) => one.catch((error: unknown) => error));

    const failure = new Error("the disk is full");
    log.fail(failure);

    expect(await Promise.all(waiting)).toEqual([failure, failure]);
    await expect(log.send(lines("c"))).rejects.toBe(failure);
  });
});

describe("records that stay in the process", () => {
  it("keep their envelope", () => {
    const codec = new EmbeddedCodec();
    const { record } = shipRecord("a line");
    const { value, ...source } = codec.encode(record, 3);
    expect(source).toEqual({ offset: 3, timestamp: 7, key: Buffer.from(THREAD) });
    expect(codec.decode(value ?? Buffer.alloc(0))).toEqual({ outcome: "record", record });
  });

  it("are told apart though their lines are one empty buffer", () => {
    const codec = new EmbeddedCodec();
    const empty = Buffer.alloc(0);
    const [a, b] = ["a", "b"].map((threadId) => ({ ...shipRecord("").record, threadId, line: empty }));
    const values = [a, b].map((record, offset) => record && codec.encode(record, offset).value);
    expect(values.map((value) => value && codec.decode(value))).toEqual([
      { outcome: "record", record: a },
      { outcome: "record", record: b },
    ]);
  });
});
