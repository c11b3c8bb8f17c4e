import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type KafkaClient, type PublishedRecord, partitionOfKey, readTopic } from "../../src/kafka/index.ts";
import {
  AppendError,
  AppendRefusedError,
  createRolloutProducer,
  ProducerClosedError,
} from "../../src/producer/index.ts";
import { connectToLog, type LogConnection } from "../../src/producer/log-connection.ts";
import { checkedOptions, type RolloutProducerOptions } from "../../src/producer/options.ts";
import { LogProducer } from "../../src/producer/rollout-producer.ts";
import { AvroDecoder, registerSchemas, SchemaRegistry } from "../../src/schema-registry/index.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";
import { BROKER, client, contentOf, SOON, testClient, testTopic, unexpected, unique } from "./support/cluster.ts";
import { API, TcpProxy } from "./support/tcp-proxy.ts";

const schemaRegistryUrl = process.env.SCHEMA_REGISTRY_URL ?? "";
const registry = new SchemaRegistry({ url: schemaRegistryUrl });
const A = "01900000-0000-7000-8000-00000000000a";
const B = "01900000-0000-7000-8000-00000000000b";
const C = "01900000-0000-7000-8000-00000000000c";

/** An installation of its own. */
async function installation(partitions = 1, topicConfig: Record<string, string> = {}): Promise<string> {
  const prefix = unique("producer");
  await registerSchemas(registry, prefix);
  await testTopic("in", partitions, topicConfig, `${prefix}.rollout-events`);
  return prefix;
}

function producer(prefix: string, options: Partial<RolloutProducerOptions> = {}) {
  const made = createRolloutProducer({ brokers: [BROKER], schemaRegistryUrl, prefix, ...options });
  onTestFinished(() => made.close().catch(() => undefined)); // failures were looked at
  return made;
}

type Wrap = (connection: LogConnection) => LogConnection;

/** A producer that reaches the brokers another way. */
function producerOver(
  kafka: KafkaClient,
  prefix: string,
  options: Partial<RolloutProducerOptions>,
  wrap: Wrap = (c) => c,
) {
  const checked = checkedOptions({ brokers: [BROKER], schemaRegistryUrl, prefix, ...options });
  const made = new LogProducer(async () => wrap(await connectToLog(kafka, registry, checked)), checked);
  onTestFinished(() => made.close().catch(() => undefined)); // failures were looked at
  return made;
}

/** The records of the log, by thread. */
async function logOf(prefix: string): Promise<Map<string, RolloutRecord[]>> {
  const decoder = new AvroDecoder(registry);
  const records: RolloutRecord[] = [];
  for (const { key, value } of await contentOf(`${prefix}.rollout-events`)) {
    const decoded = await decoder.fetching(() => decoder.decodeRolloutEvent(value ?? Buffer.alloc(0)));
    if (decoded.outcome !== "record") throw new Error(JSON.stringify(decoded));
    expect(String(key)).toBe(decoded.record.threadId);
    records.push(decoded.record);
  }
  return Map.groupBy(records, ({ threadId }) => threadId);
}

const linesIn = (records: readonly RolloutRecord[] = []): string[] => records.map(({ line }) => String(line));
const placesIn = (records: readonly RolloutRecord[] = []): number[] => records.map(({ position }) => position);
const upTo = (count: number): number[] => [...Array(count).keys()];
const numbered = (from: number, count: number): string[] => upTo(count).map((n) => `{"n":${from + n}}`);

/** A thread whose lines go to the other one of two partitions. */
function threadBeside(thread: string): string {
  const others = upTo(9).map((n) => `${thread.slice(0, -1)}${n}`);
  const other = others.find((one) => partitionOfKey(one, 2) !== partitionOfKey(thread, 2));
  if (other === undefined) throw new Error("all are in one partition");
  return other;
}

async function elidedHeaders(prefix: string): Promise<(string | undefined)[]> {
  const headers: (string | undefined)[] = [];
  const options = { from: "earliest", follow: false, headers: true, onError: unexpected } as const;
  for await (const record of readTopic(client, `${prefix}.rollout-events`, options))
    headers.push(record.headers?.get("elided-bytes"));
  return headers;
}

/** Appends twenty times two lines to each of three threads, without waiting for any. */
function overlapping(made: Pick<LogProducer, "append">): Promise<unknown>[] {
  return upTo(20).flatMap((n) =>
    [A, B, C].map((thread) => made.append(thread, numbered(2 * n, 2), { rolloutId: "r" })),
  );
}

describe("append", () => {
  it("resolves with the place of the lines when the broker has them, with their labels", async () => {
    const prefix = await installation();
    const made = producer(prefix);
    const event = { timestamp: "t", type: "event_msg", payload: { type: "agent_message", message: "é" } };

    const place = await made.append(A, [event, '{"type":"turn_context","payload":{}}'], { rolloutId: "r" });

    expect(place).toEqual({ rolloutId: "r", position: 0, count: 2 });
    expect((await logOf(prefix)).get(A)).toMatchObject([
      {
        rolloutId: "r",
        position: 0,
        kind: "event_msg",
        eventType: "agent_message",
        line: Buffer.from(JSON.stringify(event)),
      },
      { rolloutId: "r", position: 1, kind: "turn_context", eventType: null, oversized: null },
    ]);
    expect(await made.append(A, ["{}"])).toEqual({ rolloutId: "r", position: 2, count: 1 });
  });

  it("keeps the order of each thread, whatever overlaps", async () => {
    const prefix = await installation(3);
    const made = producer(prefix, { lingerMs: 1, batchBytes: 1_000, compression: "gzip" });

    await Promise.all(overlapping(made));

    const log = await logOf(prefix);
    for (const thread of [A, B, C]) {
      expect(linesIn(log.get(thread))).toEqual(numbered(0, 40));
      expect(placesIn(log.get(thread))).toEqual(upTo(40));
    }
  });

  it("keeps the order, and writes nothing twice, when connections break and a reply is lost", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const prefix = await installation(3);
    const kafka = testClient({ socketFactory: proxy.socketFactory });
    const made = producerOver(kafka, prefix, { lingerMs: 1, batchBytes: 1_000 });
    await made.append(A, numbered(-1, 1), { rolloutId: "before" });
    const lost = proxy.loseReplyOf(API.produce);

    const appends = overlapping(made);
    await lost;
    await appends[20];
    proxy.cut();
    await Promise.all(appends);

    const log = await logOf(prefix);
    for (const thread of [A, B, C]) expect(linesIn(log.get(thread)).slice(-40)).toEqual(numbered(0, 40));
    expect([...log.values()].flat()).toHaveLength(121);
  });

  it("takes no more than the buffer holds until the broker has it, and what is larger than the buffer by itself", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const prefix = await installation();
    let taken = 0;
    const counted = function* (records: Iterable<PublishedRecord>) {
      for (const record of records) {
        taken += 1;
        yield record;
      }
    };
    const counting: Wrap = (connection) => ({
      ...connection,
      publish: (records) => connection.publish(counted(records)),
    });
    const kafka = testClient({ socketFactory: proxy.socketFactory });
    const made = producerOver(kafka, prefix, { bufferBytes: 30_000 }, counting);
    const line = (n: number) => JSON.stringify({ n, text: "x".repeat(10_000) });
    await made.append(A, ["{}"], { rolloutId: "r" });
    expect(taken).toBe(1);

    proxy.freeze();
    const appends = [...upTo(10).map((n) => made.append(A, [line(n)])), made.append(A, upTo(10).map(line))];
    await vi.waitFor(() => expect(taken).toBeGreaterThanOrEqual(4), SOON);
    // The third fills the buffer; the fourth was looked at, and waits.
    expect(taken).toBeLessThanOrEqual(5);
    proxy.thaw();
    await Promise.all(appends);

    expect(linesIn((await logOf(prefix)).get(A)).slice(1)).toEqual([...upTo(10), ...upTo(10)].map(line));
  });

  it("leaves a value out of a line that no record can hold, says so in a header, and a marker where that is not enough", async () => {
    const prefix = await installation();
    const made = producer(prefix, { maxRecordBytes: 100_000 });
    const image = "i".repeat(200_000);
    const unread = {
      timestamp: "t",
      type: "response_item",
      payload: { type: "reasoning", summary: [], content: image },
    };
    const read = { timestamp: "t", type: "event_msg", payload: { type: "agent_message", message: image } };

    await made.append(A, [unread, read, "{}"]);

    const records = await contentOf(`${prefix}.rollout-events`);
    expect(records.map(({ value }) => (value?.length ?? 0) < 1_000)).toEqual([true, true, true]);
    const log = (await logOf(prefix)).get(A) ?? [];
    expect(log[0]?.line.toString()).toContain('\\"elided\\":true,\\"bytes\\":200000');
    expect(log[1]).toMatchObject({ position: 1, oversized: { bytes: JSON.stringify(read).length } });
    expect(placesIn(log)).toEqual([0, 1, 2]);
    expect(await elidedHeaders(prefix)).toEqual(["200000", undefined, undefined]);
  });
});

describe("an append that fails", () => {
  it("says where the lines would be; the same lines go there again, and the producer heals itself", async () => {
    // Of two partitions, in one request: that of thread B refuses its records.
    const prefix = await installation(2, { "max.message.bytes": "10000" });
    const made = producer(prefix, { lingerMs: 200 });
    await made.append(A, numbered(0, 1), { rolloutId: "r" });
    const tooLarge = JSON.stringify({ type: "agent_message", text: "x".repeat(20_000) });

    const failed = await Promise.allSettled([
      made.append(A, numbered(1, 2)),
      made.append(threadBeside(A), [tooLarge], { rolloutId: "s" }),
      made.append(A, numbered(3, 1)),
    ]);

    const errors = failed.map((one) => (one.status === "rejected" ? (one.reason as unknown) : null));
    for (const error of errors) expect(error).toBeInstanceOf(AppendError);
    expect(errors).toMatchObject([
      { threadId: A, rolloutId: "r", position: 1, message: expect.stringContaining("append the same lines again") },
      { rolloutId: "s", position: 0 },
      { threadId: A, rolloutId: "r", position: 3 },
    ]);
    await expect(made.append(A, numbered(7, 1))).rejects.toThrow(AppendRefusedError);
    expect(await made.append(A, numbered(1, 2))).toEqual({ rolloutId: "r", position: 1, count: 2 });
    expect(await made.append(A, numbered(3, 1))).toEqual({ rolloutId: "r", position: 3, count: 1 });
    expect(await made.append(A, numbered(4, 1))).toEqual({ rolloutId: "r", position: 4, count: 1 });

    // What the broker had all the same is there twice, at the same place.
    const log = (await logOf(prefix)).get(A) ?? [];
    const byPlace = Map.groupBy(log, ({ position }) => position);
    expect([...byPlace.keys()]).toEqual([0, 1, 2, 3, 4]);
    for (const [position, records] of byPlace)
      expect(new Set(linesIn(records))).toEqual(new Set(numbered(position, 1)));
  });

  it("fails for want of a topic, a schema, or a broker, and goes on when it is there", async () => {
    const prefix = unique("producer");
    const made = producer(prefix);
    await expect(made.append(A, ["{}"])).rejects.toThrow(`not in the schema registry: ${prefix}.rollout-events-value`);
    await registerSchemas(registry, prefix);
    await expect(made.append(A, ["{}"])).rejects.toThrow(`${prefix}.rollout-events: no such topic`);
    await testTopic("in", 1, {}, `${prefix}.rollout-events`);
    expect(await made.append(A, ["{}"])).toMatchObject({ position: 0 });
    expect((await logOf(prefix)).get(A)).toHaveLength(1);

    const nowhere = producer(prefix, { brokers: ["127.0.0.1:1"] });
    await expect(nowhere.append(A, ["{}"])).rejects.toThrow(AppendError);
  });

  it("fails when the broker does not answer for too long", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const prefix = await installation();
    const kafka = testClient({ socketFactory: proxy.socketFactory, requestTimeoutMs: 100, connectionTimeoutMs: 1_000 });
    const made = producerOver(kafka, prefix, { deliveryMs: 0 });
    await made.append(A, numbered(0, 1), { rolloutId: "r" });

    proxy.freeze();
    await expect(made.append(A, numbered(1, 1))).rejects.toThrow(AppendError);
    proxy.thaw();

    await vi.waitFor(async () => {
      expect(await made.append(A, numbered(1, 1))).toEqual({ rolloutId: "r", position: 1, count: 1 });
    }, SOON);
    expect(new Set(linesIn((await logOf(prefix)).get(A)))).toEqual(new Set(numbered(0, 2)));
  });
});

describe("flush and close", () => {
  it("wait for what was appended before", async () => {
    const prefix = await installation();
    const made = producer(prefix, { lingerMs: 50 });
    const settled: string[] = [];

    const append = made.append(A, ["{}"]).then(() => settled.push("append"));
    await made.flush();
    settled.push("flush");
    await append;
    const last = made.append(A, ["{}"]).then(() => settled.push("append"));
    await made.close();
    settled.push("close");
    await last;

    expect(settled).toEqual(["append", "flush", "append", "close"]);
    expect((await logOf(prefix)).get(A)).toHaveLength(2);
  });

  it("afterwards nothing is taken", async () => {
    const made = createRolloutProducer({ brokers: [BROKER], schemaRegistryUrl });
    await made.close();
    await expect(made.append(A, ["{}"])).rejects.toThrow(ProducerClosedError);
    await made.close();
  });

  it("tell of an append that failed", async () => {
    const made = createRolloutProducer({ brokers: [BROKER], schemaRegistryUrl, prefix: unique("producer") });
    const append = expect(made.append(A, ["{}"])).rejects.toThrow(AppendError);
    await expect(made.flush()).rejects.toThrow(AppendError);
    await append;
    await made.close();
  });
});

describe("a thread id", () => {
  it("is a UUID, in whatever form", async () => {
    const prefix = await installation();
    const made = producer(prefix);
    await made.append(A.toUpperCase(), ["{}"], { rolloutId: "r" });
    expect(await made.append(A, ["{}"])).toEqual({ rolloutId: "r", position: 1, count: 1 });
    await expect(made.append("thread", ["{}"])).rejects.toThrow("thread: a thread id must be a UUID");
  });
});
