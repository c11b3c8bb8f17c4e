import { createRequire } from "node:module";
import fc from "fast-check";
import type { Broker } from "kafkajs";
import { describe, expect, it } from "vitest";
import { fetchFrom } from "./fetch-answer.ts";
import { type Fetched, type FetchedPartition, fetchedFrom, unreadFrom } from "./fetched.ts";

const require = createRequire(import.meta.url);
const Encoder = require("kafkajs/src/protocol/encoder");
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0");
const Record = require("kafkajs/src/protocol/recordBatch/record/v0");
const responses = {
  11: require("kafkajs/src/protocol/requests/fetch/v11/response"),
  10: require("kafkajs/src/protocol/requests/fetch/v10/response"),
};

interface GivenBatch {
  readonly firstOffset: number;
  readonly firstTimestamp: number;
  readonly producerId: number;
  readonly kind: "plain" | "transactional" | "commit" | "abort";
  readonly records: readonly {
    readonly timestampDelta: number;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
  }[];
}

const ATTRIBUTES = 21;
const ABORT_KEY = Buffer.from([0, 0, 0, 0]);
const COMMIT_KEY = Buffer.from([0, 0, 0, 1]);

async function batchBytes({ firstOffset, firstTimestamp, producerId, kind, records }: GivenBatch): Promise<Buffer> {
  const isMarker = kind === "commit" || kind === "abort";
  const given = isMarker
    ? [{ timestampDelta: 0, key: kind === "abort" ? ABORT_KEY : COMMIT_KEY, value: Buffer.alloc(6), headers: {} }]
    : records;
  const encoder = await RecordBatch({
    firstOffset,
    firstTimestamp,
    producerId,
    maxTimestamp: firstTimestamp + 1_000_000,
    lastOffsetDelta: given.length,
    transactional: kind !== "plain",
    records: given.map((record, offsetDelta) => Record({ ...record, offsetDelta })),
  });
  const bytes: Buffer = encoder.buffer;
  if (isMarker) bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES) | 0x20, ATTRIBUTES);
  return bytes;
}

interface Given {
  readonly recordSet: Buffer;
  readonly aborted?: readonly { readonly producerId: number; readonly firstOffset: number }[];
  readonly errorCode?: number;
}

function answerBytes({ recordSet, aborted = [], errorCode = 0 }: Given, apiVersion: 10 | 11 = 11): Buffer {
  const partition = new Encoder()
    .writeInt32(3)
    .writeInt16(errorCode)
    .writeInt64(5_000)
    .writeInt64(4_999)
    .writeInt64(0)
    .writeArray(
      aborted.map(({ producerId, firstOffset }) => new Encoder().writeInt64(producerId).writeInt64(firstOffset)),
    );
  if (apiVersion === 11) partition.writeInt32(-1);
  partition.writeBytes(recordSet);
  const topic = new Encoder().writeString("topic-ü").writeArray([partition]);
  return new Encoder().writeInt32(17).writeInt16(0).writeInt32(0).writeArray([topic]).buffer;
}

/** A broker that answers every fetch with these bytes, as kafkajs does its own. */
function brokerAnswering(bytes: Buffer, apiVersion: 10 | 11 = 11): Broker {
  const response = responses[apiVersion];
  return {
    lookupRequest: () => () => ({ request: { apiVersion }, response }),
    async fetch(this: { lookupRequest(): () => { response: typeof response } }) {
      const { decode, parse } = this.lookupRequest()().response;
      return await parse(await decode(bytes));
    },
  } as unknown as Broker;
}

const noTopics = { topics: [] };

async function fetched(given: Given, from: number, withHeaders = false): Promise<Fetched> {
  const answer = await fetchFrom(brokerAnswering(answerBytes(given)), noTopics);
  const partition = answer.responses[0]?.partitions[0];
  if (partition === undefined || !("batches" in partition)) expect.fail("not read here");
  return unreadFrom(from, partition, withHeaders);
}

async function byKafkajs(given: Given, from: number, withHeaders: boolean): Promise<Fetched> {
  const { responses: topics } = await responses[11].decode(answerBytes(given));
  const partition: FetchedPartition = topics[0].partitions[0];
  return fetchedFrom(from, partition, false, withHeaders);
}

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)));
const record = fc.record({
  timestampDelta: fc.integer({ min: -5_000_000_000, max: 500_000_000_000 }),
  key: bytesOrNull,
  value: bytesOrNull,
  headers: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 2 }),
});
const batches = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 5 }),
      firstTimestamp: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
      producerId: fc.nat({ max: 2 }),
      kind: fc.constantFrom("plain", "transactional", "commit", "abort"),
      records: fc.array(record, { minLength: 1, maxLength: 20 }),
    }),
    { maxLength: 8 },
  )
  .map((given): GivenBatch[] => {
    let firstOffset = 2 ** 33;
    return given.map(({ gap, ...batch }) => {
      firstOffset += gap;
      const made = { ...batch, firstOffset };
      firstOffset += batch.records.length + 1;
      return made;
    });
  });

/** What is to be seen of a fetch, records read. */
const plain = ({ records, next, end }: Fetched) => ({
  records: records.map(({ offset, timestamp, key, value, headers }) => ({ offset, timestamp, key, value, headers })),
  next,
  end,
});

describe("an answer to a fetch", () => {
  it("holds what kafkajs reads in it", async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(fc.nat({ max: 2 }), { maxLength: 2 }),
        fc.nat({ max: 30 }),
        fc.boolean(),
        async (given, ids, skip, withHeaders) => {
          const recordSet = Buffer.concat(await Promise.all(given.map(batchBytes)));
          const aborted = ids.map((producerId) => ({ producerId, firstOffset: 2 ** 33 + skip }));
          const from = 2 ** 33 + skip;

          const [own, theirs] = [
            await fetched({ recordSet, aborted }, from, withHeaders),
            await byKafkajs({ recordSet, aborted }, from, withHeaders),
          ];

          expect(plain(own)).toEqual(plain(theirs));
        },
      ),
    );
  });

  it("has its headers as text, and of several of one name the last, where they are asked for", async () => {
    const headers = { file: "rollout.jsonl", twice: ["a", "b"] };
    const [record] = someBatch.records;
    const recordSet = await batchBytes({ ...someBatch, firstOffset: 0, records: [{ ...record, headers }] });

    const [asked] = (await fetched({ recordSet }, 0, true)).records;
    const [unasked] = (await fetched({ recordSet }, 0)).records;

    expect(asked?.headers).toEqual(new Map(Object.entries({ file: "rollout.jsonl", twice: "b" })));
    expect(unasked).not.toHaveProperty("headers");
  });

  it("ends before a batch that was cut off", async () => {
    const [whole, cut] = await Promise.all([0, 10].map((firstOffset) => batchBytes({ ...someBatch, firstOffset })));
    if (whole === undefined || cut === undefined) expect.fail();
    const recordSet = Buffer.concat([whole, cut.subarray(0, -1)]);

    expect(plain(await fetched({ recordSet }, 0))).toMatchObject({ records: [{ offset: 0 }], next: 2, end: 5_000 });
  });

  it("goes on after a batch that compaction emptied", async () => {
    const recordSet = await batchBytes({ ...someBatch, firstOffset: 7, records: [] });
    recordSet.writeInt32BE(4, 23); // last offset delta

    const own = await fetched({ recordSet }, 7);

    expect(own).toMatchObject({ records: [], isEmpty: true, next: 12 });
  });

  it("is left to kafkajs when a batch is compressed, or the broker is old", async () => {
    const recordSet = await batchBytes({ ...someBatch, firstOffset: 0 });
    const zipped = Buffer.from((await compressed()).buffer);
    const of = async (bytes: Buffer, version: 10 | 11) =>
      (await fetchFrom(brokerAnswering(bytes, version), noTopics)).responses[0]?.partitions[0];

    expect(await of(answerBytes({ recordSet: zipped }), 11)).toMatchObject({ messages: [{ offset: "0" }] });
    expect(await of(answerBytes({ recordSet }, 10), 10)).toMatchObject({ messages: [{ offset: "0" }] });
    expect(await of(answerBytes({ recordSet }), 11)).toMatchObject({ batches: [{ firstOffset: 0 }] });
  });

  it("fails as with kafkajs when a partition has an error", async () => {
    const broker = brokerAnswering(answerBytes({ recordSet: Buffer.alloc(0), errorCode: 1 }));

    await expect(fetchFrom(broker, noTopics)).rejects.toMatchObject({ type: "OFFSET_OUT_OF_RANGE", partition: 3 });
  });

  it("is refused when a record does not end where it should", async () => {
    const recordSet = await batchBytes({ ...someBatch, firstOffset: 0 });
    recordSet[61] = 2; // length of the first record: 1

    const own = await fetched({ recordSet }, 0);

    expect(() => own.records).toThrow(RangeError);
  });
});

const someBatch = {
  firstTimestamp: 1_800_000_000_000,
  producerId: 1,
  kind: "plain",
  records: [{ timestampDelta: 0, key: Buffer.from("key"), value: Buffer.from("value"), headers: {} }],
} as const;

function compressed(): Promise<{ readonly buffer: Uint8Array }> {
  const records = [Record({ offsetDelta: 0, timestampDelta: 0, key: "key", value: "value" })];
  return RecordBatch({ compression: 1, firstOffset: 0, lastOffsetDelta: 0, records });
}
