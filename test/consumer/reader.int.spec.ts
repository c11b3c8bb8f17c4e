import { describe, expect, it, onTestFinished } from "vitest";
import {
  createMutationReader,
  type MutationPosition,
  MutationReadError,
  PositionLostError,
  type ReadMutation,
  UnreadableMutationError,
} from "../../src/consumer/index.ts";
import { mutationJson } from "../../src/projections/index.ts";
import {
  type DeliveredMutation,
  itemTombstone,
  itemUpsert,
  lifecycleEvent,
  sampleMutations,
  threadStarted,
  turnUpsert,
} from "../../src/testing/index.ts";
import { testAdmin, unique } from "../kafka/support/cluster.ts";
import { MutationLog } from "./support/mutation-log.ts";

/** So many items of one thread, at offsets from 0. */
function items(count: number, from = 0): DeliveredMutation[] {
  return Array.from({ length: count }, (_, n) => ({
    mutation: itemUpsert({ sourcePosition: from + n, itemKey: `item-${from + n}` }),
    sourceOffset: from + n,
  }));
}

function keysOf(read: readonly ReadMutation[]): string[] {
  return read.map((one) =>
    one.outcome === "mutation" && one.mutation.type === "thread_item" ? one.mutation.payload.itemKey : one.outcome,
  );
}

function idsOf(read: readonly ReadMutation[]): string[] {
  return read.map((one) => (one.outcome === "mutation" ? one.mutation.mutationId : one.outcome));
}

describe("reading mutations", () => {
  it("gives those of real threads byte for byte, each topic in its order", async () => {
    const log = await MutationLog.make();
    const samples = sampleMutations().slice(0, 150);
    await log.publish(samples);

    const read = await log.read();
    for (const type of ["thread_item", "turn_summary", "lifecycle"] as const) {
      const published = samples.filter(({ mutation }) => mutation.type === type);
      const given = read.flatMap((one) => (one.outcome === "mutation" && one.mutation.type === type ? [one] : []));
      expect(given.map(({ mutation }) => mutationJson(mutation))).toEqual(
        published.map(({ mutation }) => mutationJson(mutation)),
      );
      expect(given.map(({ sourceOffset }) => sourceOffset)).toEqual(published.map(({ sourceOffset }) => sourceOffset));
    }
  });

  it("tells where each was, and the position behind it", async () => {
    const log = await MutationLog.make(2);
    await log.publish([{ mutation: turnUpsert(), sourceOffset: 41 }], 1);

    expect(await log.read({ topics: ["turn-summaries"] })).toEqual([
      {
        outcome: "mutation",
        mutation: turnUpsert(),
        version: "00000000" + "00000000000029" + "000000",
        sourceOffset: 41,
        elidedBytes: 0,
        topic: "turn-summaries",
        partition: 1,
        offset: 0,
        position: { "turn-summaries": { 0: 0, 1: 1 } },
      },
    ]);
  });

  it("gives only the topics and partitions that were asked for", async () => {
    const log = await MutationLog.make(2);
    await log.publish(items(1), 0);
    await log.publish([...items(1, 1), { mutation: turnUpsert(), sourceOffset: 1 }], 1);

    expect(keysOf(await log.read({ topics: ["thread-items"] })).sort()).toEqual(["item-0", "item-1"]);
    expect(keysOf(await log.read({ topics: ["thread-items"], partitions: [1] }))).toEqual(["item-1"]);
  });

  it("leaves out what was aborted, and what is not committed yet", async () => {
    const log = await MutationLog.make();
    await log.publish(items(1));
    await (await log.begin(items(1, 1))).abort();
    await log.publish(items(1, 2));
    const open = await log.begin(items(1, 3));

    expect(keysOf(await log.read())).toEqual(["item-0", "item-2"]);
    await open.commit();
    await log.settled();
    expect(keysOf(await log.read())).toEqual(["item-0", "item-2", "item-3"]);
  });

  it("follows what is added, until its signal aborts", async () => {
    const log = await MutationLog.make();
    await log.publish(items(1));
    const over = new AbortController();
    const read: string[] = [];
    for await (const one of createMutationReader(log.options({ follow: true, signal: over.signal }))) {
      read.push(...keysOf([one]));
      if (read.length === 1) await log.publish(items(1, 1));
      if (read.length === 2) over.abort();
    }
    expect(read).toEqual(["item-0", "item-1"]);
  });

  it("ends when its signal aborts while nothing comes", async () => {
    const log = await MutationLog.make();
    const over = new AbortController();
    const reader = createMutationReader(log.options({ follow: true, signal: over.signal }))[Symbol.asyncIterator]();
    const next = reader.next();
    over.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe("a place to begin at", () => {
  it("may be a time: from the first mutation that was written then", async () => {
    const log = await MutationLog.make();
    await log.publish(items(1));
    const time = new Date(Date.now() + 60_000);
    expect(await log.read({ from: { time } })).toEqual([]);
    expect(keysOf(await log.read({ from: { time: new Date(0) } }))).toEqual(["item-0"]);
  });

  it("may be the latest: the position is known before the first mutation", async () => {
    const log = await MutationLog.make();
    await log.publish(items(2));
    const reader = createMutationReader(log.options({ from: "latest", topics: ["thread-items"] }));
    expect(reader.position).toBe(null);
    for await (const one of reader) throw new Error(`not expected: ${JSON.stringify(one)}`);
    const { position } = reader;
    await log.publish(items(1, 2));

    expect(keysOf(await log.read({ from: position ?? {}, topics: ["thread-items"] }))).toEqual(["item-2"]);
  });

  it("may be any position: what follows it is given once, whatever was read before", async () => {
    const log = await MutationLog.make(2);
    const samples = sampleMutations().slice(0, 40);
    await log.publish(samples, 0);
    await log.publish(samples.slice(20), 1);
    const whole = await log.read();

    for (let at = 0; at < whole.length; at += 7) {
      // As a table keeps it: through JSON.
      const position = JSON.parse(JSON.stringify(whole[at]?.position ?? {})) as MutationPosition;
      const rest = await log.read({ from: position });
      expect([...idsOf(whole.slice(0, at + 1)), ...idsOf(rest)].sort()).toEqual(idsOf(whole).sort());
    }
  });

  it("is kept by a reader: another loop goes on behind what the last one was given", async () => {
    const log = await MutationLog.make();
    await log.publish(items(5));
    const reader = createMutationReader(log.options());
    const read: ReadMutation[] = [];
    for await (const one of reader) if (read.push(one) === 2) break;
    for await (const one of reader) read.push(one);
    expect(keysOf(read)).toEqual(["item-0", "item-1", "item-2", "item-3", "item-4"]);
  });

  it("holds what a reader of other topics does not touch", async () => {
    const log = await MutationLog.make();
    await log.publish(items(1));
    const from = { "turn-summaries": { 0: 0 } };
    const [one] = await log.read({ from, topics: ["thread-items"] });
    expect(one?.position).toEqual({ "turn-summaries": { 0: 0 }, "thread-items": { 0: 1 } });
  });

  it("is refused when the log no longer holds it", async () => {
    const log = await MutationLog.make();
    await log.publish(items(3));
    const topic = `${log.prefix}.thread-items`;
    const admin = await testAdmin().connected();
    await admin.fetchTopicOffsets(topic); // kafkajs deletes records only of a topic that it knows
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "2" }] });

    const gone = log.read({ from: { "thread-items": { 0: 1 } } });
    await expect(gone).rejects.toThrow(PositionLostError);
    await expect(gone).rejects.toThrow(`${topic}: offset 0:1 is not in the log: partition 0 holds 2 to 4`);
    expect(keysOf(await log.read({ from: { "thread-items": { 0: 2 } } }))).toEqual(["item-2"]);
  });

  it("is refused when the log never held it: the topic was made again", async () => {
    const log = await MutationLog.make();
    await expect(log.read({ from: { "thread-items": { 0: 7 } } })).rejects.toThrow(PositionLostError);
    await expect(log.read({ from: { "thread-items": { 3: 0 } } })).rejects.toThrow("there is no partition 3, it has 1");
  });
});

describe("what cannot be read", () => {
  it.each([
    { what: "bytes that are no Avro", value: Buffer.from("mutation"), reason: "no schema id: the 8 bytes begin" },
    { what: "no bytes", value: null, reason: "no schema id: the value is empty" },
    {
      what: "an id that the registry does not know",
      value: Buffer.from([0, 127, 255, 255, 255, 1]),
      reason: "no schema",
    },
  ])("ends reading at $what, with the position behind it", async ({ value, reason }) => {
    const log = await MutationLog.make();
    await log.publish(items(1));
    await log.publishBytes("thread-items", value);
    await log.publish(items(1, 1));

    const reader = createMutationReader(log.options());
    const read: ReadMutation[] = [];
    const failure: unknown = await (async () => {
      for await (const one of reader) read.push(one);
    })().catch((error: unknown) => error);
    if (!(failure instanceof UnreadableMutationError)) throw failure;
    expect(failure.message).toContain(reason);
    expect(failure).toMatchObject({ topic: "thread-items", partition: 0, offset: 2 });
    expect(keysOf(read)).toEqual(["item-0"]);
    expect(keysOf(await log.read({ from: reader.position ?? {} }).catch(() => []))).toEqual([]);
    expect(keysOf(await log.read({ from: failure.position }))).toEqual(["item-1"]);
  });

  it("is told when the topics are not there", async () => {
    const prefix = unique("nobody");
    const log = await MutationLog.make();
    const reading = log.read({ prefix });
    await expect(reading).rejects.toThrow(MutationReadError);
    await expect(reading).rejects.toThrow(`${prefix}.thread-items: no such topic`);
  });

  it("is told when no broker answers", async () => {
    const log = await MutationLog.make();
    await expect(log.read({ brokers: ["127.0.0.1:1"] })).rejects.toThrow(MutationReadError);
  });

  it("is told when a partition is not there", async () => {
    const log = await MutationLog.make();
    await expect(log.read({ partitions: [4] })).rejects.toThrow("there is no partition 4, it has 1");
  });

  it("is waited for when it is the schema registry that is away", async () => {
    const log = await MutationLog.make();
    await log.publish(items(1));
    const told: unknown[] = [];
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const onRetry = (error: unknown) => {
      told.push(error);
      over.abort();
    };
    const away = { schemaRegistryUrl: "http://127.0.0.1:1", onRetry, signal: over.signal };
    expect(await log.read(away)).toEqual([]);
    expect(String(told[0])).toContain("RegistryUnavailableError");
  });

  it("is a reader that two loops read at a time", async () => {
    const log = await MutationLog.make();
    await log.publish([
      { mutation: lifecycleEvent(threadStarted()), sourceOffset: 0 },
      { mutation: itemTombstone(), sourceOffset: 1 },
    ]);
    const reader = createMutationReader(log.options());
    for await (const _one of reader) {
      await expect(reader[Symbol.asyncIterator]().next()).rejects.toThrow("this reader is being read already");
      break;
    }
  });
});
