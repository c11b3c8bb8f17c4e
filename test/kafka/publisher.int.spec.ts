import { describe, expect, it, onTestFinished } from "vitest";
import { DEFAULT_PUBLISHER_OPTIONS, PublishError, RolloutPublisher, readTopic } from "../../src/kafka/index.ts";
import {
  BROKER,
  client,
  contentOf,
  recordsFrom,
  testClient,
  testTopic,
  unexpected,
  valuesOf,
} from "./support/cluster.ts";
import { API, TcpProxy } from "./support/tcp-proxy.ts";

async function publisher(topic: string, options = {}, kafka = client) {
  const made = new RolloutPublisher(kafka, topic, { ...DEFAULT_PUBLISHER_OPTIONS, ...options });
  await made.connect();
  onTestFinished(() => made.close().catch(() => undefined)); // failed ones were looked at
  return made;
}

function* lines(count: number, threads: readonly string[], bytes = 10) {
  for (let index = 0; index < count; index++)
    for (const threadId of threads) yield { threadId, value: Buffer.from(`${index} `.padEnd(bytes, "x")) };
}

describe("publishing", () => {
  it("keeps the records of a thread in order, in the partition that Java's client would choose", async () => {
    const topic = await testTopic("in", 12);
    const made = await publisher(topic);

    await made.publish(lines(50, ["21", "foobar", "abc"])); // keys whose hashes are in the tests of Java's client
    await made.flush();

    const threads = Map.groupBy(await contentOf(topic), ({ key }) => String(key));
    const partitionOf = (key: string) => new Set(threads.get(key)?.map(({ partition }) => partition));
    expect(partitionOf("21")).toEqual(new Set([0]));
    expect(partitionOf("foobar")).toEqual(new Set([6]));
    expect(partitionOf("abc")).toEqual(new Set([3]));
    for (const records of threads.values())
      expect(records.map(({ value }) => Number.parseInt(String(value), 10))).toEqual(
        Array.from({ length: 50 }, (_, i) => i),
      );
  });

  it("waits while the buffer is full, and takes records larger than a send", async () => {
    const topic = await testTopic("in", 1, { "max.message.bytes": "4000000" });
    const made = await publisher(topic, { bufferBytes: 500_000, compression: "gzip" });

    await made.publish(lines(20, ["thread"], 200_000));
    await made.publish(lines(1, ["thread"], 3_000_000));
    await made.flush();

    expect((await contentOf(topic)).map(({ value }) => value?.length)).toEqual([...Array(20).fill(200_000), 3_000_000]);
  });

  it("tells when the broker has what was taken until then, in order, whatever comes after it", async () => {
    const topic = await testTopic("in", 1, { "max.message.bytes": "4000000" });
    const made = await publisher(topic);
    const settled: number[] = [];

    await made.publish(lines(1, ["first"], 3_000_000));
    const first = made.acknowledged().then(() => settled.push(1));
    await made.publish(lines(1, ["second"], 3_000_000));
    const second = made.acknowledged().then(() => settled.push(2));
    await first;
    const held = await valuesOf(topic);
    await second;

    expect(held.length).toBeGreaterThanOrEqual(1);
    expect(settled).toEqual([1, 2]);
    expect(await valuesOf(topic)).toHaveLength(2);
    await made.acknowledged();
  });

  it("writes nothing twice when a reply is lost", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const topic = await testTopic("in");
    const made = await publisher(topic, {}, testClient({ socketFactory: proxy.socketFactory }));
    const lost = proxy.loseReplyOf(API.produce);

    await made.publish(lines(3, ["thread"], 2));
    await made.flush();
    await lost;
    await made.close();

    expect(await valuesOf(topic)).toEqual(["0 ", "1 ", "2 "]);
  });

  it("stops at the first record that is refused, and says how many were not acknowledged", async () => {
    const topic = await testTopic("in", 1, { "max.message.bytes": "1000" });
    const made = await publisher(topic);

    await made.publish(lines(2, ["thread"], 2_000));

    await expect(made.acknowledged()).rejects.toThrow(PublishError);
    await expect(made.flush()).rejects.toThrow(PublishError);
    await expect(made.publish(lines(1, ["thread"]))).rejects.toThrow(`2 records for ${topic} were not acknowledged`);
  });
});

describe("reading a topic", () => {
  it("begins at an offset, at a time, or at the end", async () => {
    const topic = await testTopic("in");
    const made = await publisher(topic);
    await made.publish(lines(4, ["thread"], 2));
    await made.flush();
    const [, second] = await contentOf(topic);

    const values = (records: { value: Buffer | null }[]) => records.map(({ value }) => String(value));
    expect(values(await recordsFrom(topic, { offset: 2 }))).toEqual(["2 ", "3 "]);
    expect(values(await recordsFrom(topic, { time: new Date(second?.timestamp ?? 0) })).at(-1)).toBe("3 ");
    expect(values(await recordsFrom(topic, { time: new Date(Date.now() + 60_000) }))).toEqual([]);
    expect(values(await recordsFrom(topic, "latest"))).toEqual([]);
  });

  it("follows until it is told to stop", async () => {
    const topic = await testTopic("in", 3);
    const made = await publisher(topic);
    const stop = new AbortController();
    const read: string[] = [];
    await made.publish([{ threadId: "a", value: Buffer.from("0") }]);
    await made.flush();

    const options = { from: "earliest", follow: true, signal: stop.signal, onError: unexpected } as const;
    for await (const { value } of readTopic(client, topic, options)) {
      read.push(String(value));
      if (read.length === 5) stop.abort();
      else await made.publish([{ threadId: `thread ${read.length}`, value: Buffer.from(String(read.length)) }]);
    }

    expect(read).toEqual(["0", "1", "2", "3", "4"]);
  });
});
