import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import fc from "fast-check";
import type { Message } from "kafkajs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { crc32c } from "./crc32c.ts";
import { CompressionTypes } from "./kafkajs-exports.ts";
import { type ProduceRequest, produceBytes } from "./produce-request.ts";

interface KafkajsProduce {
  protocol(of: { version: number }): (asked: ProduceRequest) => { request: { encode(): Promise<{ buffer: Buffer }> } };
}
const kafkajsProduce: KafkajsProduce = createRequire(import.meta.url)("kafkajs/src/protocol/requests/produce/index.js");

const NOW = Date.parse("2026-06-05T10:00:00.000Z");

const bytes = fc.uint8Array({ maxLength: 300 }).map((values) => Buffer.from(values));
const field = fc.option(fc.oneof(fc.string({ unit: "binary" }), bytes));
const headers = fc.dictionary(
  fc.string({ minLength: 1 }),
  fc.oneof(fc.string(), bytes, fc.array(fc.string(), { minLength: 1, maxLength: 3 })),
  { maxKeys: 3 },
);
const message: fc.Arbitrary<Message> = fc.record(
  { key: field, value: field, headers },
  { requiredKeys: ["value"] },
) as fc.Arbitrary<Message>;
const partition = fc.record({
  partition: fc.nat({ max: 1_000 }),
  firstSequence: fc.nat(),
  messages: fc.array(message, { minLength: 1, maxLength: 150 }),
});
const request: fc.Arbitrary<ProduceRequest> = fc.record({
  transactionalId: fc.option(fc.string({ minLength: 1 })),
  producerId: fc.oneof(fc.constant(-1), fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String)),
  producerEpoch: fc.nat({ max: 32_767 }),
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(),
  compression: fc.constant(CompressionTypes.None),
  topicData: fc.array(fc.record({ topic: fc.string(), partitions: fc.array(partition, { maxLength: 3 }) }), {
    maxLength: 3,
  }),
});

describe("the body of a produce request", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("has the bytes that kafkajs gives it", async () => {
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        expect(produceBytes(asked, NOW, Buffer.alloc).equals(await writtenByKafkajs(asked))).toBe(true);
      }),
    );
  });

  it("has them for values of a megabyte, and for thousands of records", async () => {
    const large = { key: "thread", value: randomBytes(1_000_003) };
    const many = Array.from({ length: 9_000 }, (_, n) => ({ key: `thread-${n}`, value: randomBytes(n % 40) }));
    const asked: ProduceRequest = {
      transactionalId: null,
      producerId: "4611686018427387904",
      producerEpoch: 3,
      acks: -1,
      timeout: 30_000,
      compression: CompressionTypes.None,
      topicData: [
        { topic: "rollout-events", partitions: [{ partition: 7, firstSequence: 12, messages: [large, ...many] }] },
      ],
    };

    expect(produceBytes(asked, NOW, Buffer.alloc).equals(await writtenByKafkajs(asked))).toBe(true);
  });
});

describe("CRC-32C", () => {
  // RFC 3720, appendix B.4
  it.each([
    ["32 bytes of zeros", Buffer.alloc(32, 0), 0x8a9136aa],
    ["32 bytes of ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
    ["32 bytes going up", Buffer.from(Array.from({ length: 32 }, (_, n) => n)), 0x46dd794e],
    ["nothing", Buffer.alloc(0), 0],
    ["the nine digits", Buffer.from("123456789"), 0xe3069283],
  ])("of %s", (_, data, sum) => {
    expect(crc32c(data, 0, data.length)).toBe(sum);
    expect(crc32c(Buffer.concat([Buffer.from("abc"), data]), 3, 3 + data.length)).toBe(sum);
  });
});

async function writtenByKafkajs(asked: ProduceRequest): Promise<Buffer> {
  const { request } = kafkajsProduce.protocol({ version: 7 })(asked);
  return (await request.encode()).buffer;
}
