import type { Transaction } from "kafkajs";
import { describe, expect, it } from "vitest";
import { recordsFrom, settled, testProducer, testTopic, unique, write } from "./support/cluster.ts";

/** Records of several open transactions, in the order of their offsets. */
async function begin(topic: string, name: string) {
  const transaction = await (await testProducer(unique(name))).transaction();
  return { transaction, write: (value: string) => send(transaction, topic, value) };
}

async function send(transaction: Transaction, topic: string, value: string, key: Buffer | string = value) {
  await transaction.send({ topic, messages: [{ key, value, partition: 0 }] });
}

async function valuesFrom(topic: string, offset: number): Promise<string[]> {
  return (await recordsFrom(topic, { offset })).map(({ value }) => String(value));
}

describe("reading committed records", () => {
  it("leaves out two overlapping aborted transactions, fetched from the middle of both", async () => {
    const topic = await testTopic("overlapping");
    const one = await begin(topic, "one");
    const two = await begin(topic, "two");
    await one.write("one, aborted 0");
    await two.write("two, aborted 1");
    await two.write("two, aborted 2");
    await one.write("one, aborted 3");
    await one.transaction.abort();
    await two.transaction.abort();
    await write(topic, ["committed"]);
    await settled(topic);

    expect(await valuesFrom(topic, 2)).toEqual(["committed"]);
    expect(await valuesFrom(topic, 0)).toEqual(["committed"]);
  });

  it("leaves out a transaction that began first and was aborted last", async () => {
    const topic = await testTopic("long");
    const long = await begin(topic, "long");
    await long.write("long, aborted");
    const short = await begin(topic, "short");
    await short.write("short, aborted");
    await short.transaction.abort();
    await long.transaction.abort();
    await write(topic, ["committed"]);
    await settled(topic);

    expect(await valuesFrom(topic, 0)).toEqual(["committed"]);
  });

  it("does not take a record for an abort marker because of its key", async () => {
    const topic = await testTopic("key");
    const { transaction } = await begin(topic, "zeros");
    await send(transaction, topic, "aborted, with the key of an abort marker", Buffer.alloc(4));
    await send(transaction, topic, "aborted after it");
    await transaction.abort();
    await write(topic, ["committed"]);
    await settled(topic);

    expect(await valuesFrom(topic, 0)).toEqual(["committed"]);
  });

  it("keeps what another producer commits between the records of an aborted transaction", async () => {
    const topic = await testTopic("between");
    const aborted = await begin(topic, "aborted");
    const committed = await begin(topic, "committed");
    await aborted.write("aborted");
    await committed.write("committed 1");
    await aborted.transaction.abort();
    await committed.write("committed 2");
    await committed.transaction.commit();

    await settled(topic);
    expect(await valuesFrom(topic, 0)).toEqual(["committed 1", "committed 2"]);
  });

  it("ends at the first open transaction", async () => {
    const topic = await testTopic("open");
    await write(topic, ["before"]);
    const open = await begin(topic, "open");
    await open.write("open");
    await write(topic, ["after"]);

    expect(await valuesFrom(topic, 0)).toEqual(["before"]);
    await open.transaction.abort();
    await settled(topic);
    expect(await valuesFrom(topic, 0)).toEqual(["before", "after"]);
  });
});
