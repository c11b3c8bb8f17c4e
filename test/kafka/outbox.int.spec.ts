import { describe, expect, it } from "vitest";
import { FencedError, IndefiniteError } from "../../src/worker/index.ts";
import {
  BROKER,
  contentOf,
  testClient,
  testOutbox,
  testProducer,
  testTopic,
  unique,
  valuesOf,
  write,
} from "./support/cluster.ts";
import { committedOffset, expectCommitted } from "./support/offsets.ts";
import { deadLetter, mutation } from "./support/outputs.ts";
import { API, TcpProxy } from "./support/tcp-proxy.ts";

async function topics() {
  const [topic, mutationsTopic] = [await testTopic("in"), await testTopic("out")];
  return { groupId: unique("group"), topic, mutationsTopic };
}

function transactionalId({ groupId, topic }: { groupId: string; topic: string }): string {
  return `${groupId}-${topic}-0`;
}

describe("taking a partition over", () => {
  it("is not done by connecting: the transaction of the owner before stays open", async () => {
    const names = await topics();
    const before = await testProducer(transactionalId(names));
    const transaction = await before.transaction();
    await transaction.send({
      topic: names.mutationsTopic,
      messages: [{ key: "k", value: "of the owner before", partition: 0 }],
    });

    await testProducer(transactionalId(names)); // another one that merely connects
    await transaction.commit();

    expect(await valuesOf(names.mutationsTopic)).toEqual(["of the owner before"]);
  });

  it("is done by fencing: the transaction of the owner before is aborted, and its commit refused", async () => {
    const names = await topics();
    const before = await testProducer(transactionalId(names));
    const transaction = await before.transaction();
    await transaction.send({
      topic: names.mutationsTopic,
      messages: [{ key: "k", value: "of the owner before", partition: 0 }],
    });

    await testOutbox(names).fence();

    await expect(transaction.commit()).rejects.toThrow("newer producer");
    await write(names.mutationsTopic, ["after"]);
    expect(await valuesOf(names.mutationsTopic)).toEqual(["after"]);
  });

  it("makes the committed offset true: one read before may be that of a transaction ago", async () => {
    const names = await topics();
    const [before, after] = [testOutbox(names), testOutbox(names)];
    await before.fence();
    await before.commit({ outputs: [], next: 1 });

    await expectCommitted(names, 1);
    const readBeforeFencing = await committedOffset(names);
    await before.commit({ outputs: [mutation("late")], next: 2 });
    await after.fence();

    expect(readBeforeFencing).toBe(1);
    expect(await committedOffset(names)).toBe(2);
    await expect(before.commit({ outputs: [mutation("too late")], next: 3 })).rejects.toThrow(FencedError);
    expect(await committedOffset(names)).toBe(2);
    expect(await valuesOf(names.mutationsTopic)).toEqual(["late"]);
  });
});

describe("a transaction", () => {
  it("writes outputs and offset together, to the partition of the source", async () => {
    const [input, mutationsTopic, deadLettersTopic, decisionsTopic] = [
      await testTopic("in", 2),
      await testTopic("out", 2),
      await testTopic("dead", 2),
      await testTopic("decisions"),
    ];
    const names = {
      groupId: unique("group"),
      topic: input,
      mutationsTopic,
      deadLettersTopic,
      decisionsTopic,
      partition: 1,
    };
    const outbox = testOutbox(names);
    await outbox.fence();
    const decision = {
      observer: "lifecycle",
      partition: 1,
      offset: 7,
      threadId: "t",
      action: "hold",
      reason: "why",
      isDone: false,
    } as const;

    await outbox.commit({
      outputs: [mutation("one"), deadLetter("dead", "source key"), { type: "decision", decision }, mutation("two")],
      next: 12,
    });

    const shown = async (topic: string) =>
      (await contentOf(topic)).map(({ partition, key, value }) => `${partition} ${key} = ${value}`);
    expect(await shown(mutationsTopic)).toEqual(["1 thread of one = one", "1 thread of two = two"]);
    expect(await shown(deadLettersTopic)).toEqual(["1 source key = dead"]);
    expect(await shown(decisionsTopic)).toEqual([
      '0 lifecycle/1/7 = {"observer":"lifecycle","partition":1,"offset":7,"threadId":"t","action":"hold","reason":"why","isDone":false}',
    ]);
    await expectCommitted(names, 12);
  });

  it("may hold nothing but an offset, right after another one", async () => {
    const names = await topics();
    const outbox = testOutbox(names);
    await outbox.fence();

    for (let next = 1; next <= 20; next++) await outbox.commit({ outputs: [], next });

    await expectCommitted(names, 20);
  });

  it("takes several megabytes, and a record that is larger than a send", async () => {
    const names = {
      ...(await topics()),
      mutationsTopic: await testTopic("large", 1, { "max.message.bytes": "4000000" }),
    };
    const outbox = testOutbox({ ...names, compression: "gzip" });
    await outbox.fence();
    const sizes = [300_000, 300_000, 300_000, 3_000_000, 10, 800_000, 800_000];

    await outbox.commit({ outputs: sizes.map((size) => mutation("m", Buffer.alloc(size, 120))), next: 1 });

    expect((await contentOf(names.mutationsTopic)).map(({ value }) => value?.length)).toEqual(sizes);
  });

  it("leaves doubt when its reply is lost, and the committed offset read after fencing ends it: it happened", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const names = await topics();
    const outbox = testOutbox(names, testClient({ socketFactory: proxy.socketFactory }));
    await outbox.fence();

    const lost = proxy.loseReplyOf(API.endTxn);
    await expect(outbox.commit({ outputs: [mutation("committed")], next: 5 })).rejects.toThrow(IndefiniteError);
    await lost;
    await outbox.fence();

    expect(await committedOffset(names)).toBe(5);
    expect(await valuesOf(names.mutationsTopic)).toEqual(["committed"]);
  });

  it("leaves doubt when it is cut off before its end, and the committed offset ends it: it did not happen", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const names = await topics();
    const outbox = testOutbox(names, testClient({ socketFactory: proxy.socketFactory }));
    await outbox.fence();
    await outbox.commit({ outputs: [mutation("before")], next: 1 });

    const lost = proxy.loseReplyOf(API.txnOffsetCommit);
    await expect(outbox.commit({ outputs: [mutation("aborted")], next: 2 })).rejects.toThrow(IndefiniteError);
    await lost;
    await outbox.fence();
    expect(await committedOffset(names)).toBe(1);
    await outbox.commit({ outputs: [mutation("again")], next: 2 });

    expect(await valuesOf(names.mutationsTopic)).toEqual(["before", "again"]);
  });

  it("leaves doubt when no answer comes within its time", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const names = await topics();
    const outbox = testOutbox({ ...names, commitMs: 200 }, testClient({ socketFactory: proxy.socketFactory }));
    await outbox.fence();

    proxy.freeze();
    await expect(outbox.commit({ outputs: [mutation("late")], next: 1 })).rejects.toThrow("no answer within 200 ms");
    const successor = testOutbox(names);
    await successor.fence();
    proxy.thaw(); // what the old producer still had to say arrives at last

    await successor.commit({ outputs: [mutation("of the successor")], next: 1 });
    expect(await valuesOf(names.mutationsTopic)).toEqual(["of the successor"]);
  });

  it("needs fencing first", async () => {
    await expect(testOutbox(await topics()).commit({ outputs: [], next: 1 })).rejects.toThrow("fence first");
  });
});
