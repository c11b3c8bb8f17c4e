import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DeadLetter, RegistryUnavailableError, type RolloutRecord } from "../worker/index.ts";
import { AvroDecoder } from "./decoder.ts";
import {
  AvroRecordCodec,
  encodeRolloutEvent,
  type FetchedSchema,
  parseSchema,
  type SchemaIds,
  type SchemaSource,
} from "./index.ts";

const IDS: SchemaIds = {
  "rollout-event": 1,
  "thread-item-mutation": 2,
  "turn-summary-mutation": 3,
  "lifecycle-mutation": 4,
  "dead-letter": 5,
};

const RECORD: RolloutRecord = {
  threadId: "t",
  rolloutId: "r",
  position: 7,
  recordedAt: 1_760_000_000_000,
  kind: "event_msg",
  eventType: "task_started",
  line: Buffer.from('{"type":"event_msg"}'),
  oversized: null,
};

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}

/** The schema of rollout events in another version. */
function eventSchema(change: (fields: Field[]) => Field[]): FetchedSchema {
  const file = new URL("../../schemas/rollout-event.avsc", import.meta.url);
  const schema = JSON.parse(readFileSync(file, "utf8")) as { fields: Field[] };
  return { outcome: "schema", type: parseSchema(JSON.stringify({ ...schema, fields: change(schema.fields) })) };
}

/** A registry in memory, which says what it was asked. */
function sourceOf(schemas: Readonly<Record<number, FetchedSchema>>): SchemaSource & { readonly asked: number[] } {
  const asked: number[] = [];
  const fetch = (id: number): Promise<FetchedSchema> => {
    asked.push(id);
    return Promise.resolve(schemas[id] ?? { outcome: "unusable", reason: "there is none" });
  };
  return { asked, fetch };
}

function codecWith(source: SchemaSource = sourceOf({}), maxRecordBytes = 1_000_000): AvroRecordCodec {
  const decoder = new AvroDecoder(source, IDS);
  return new AvroRecordCodec({
    decoder,
    ids: IDS,
    source: { topic: "h.rollout-events", partition: 3 },
    maxRecordBytes,
  });
}

const undecodable = (code: string, reason: string) => ({ outcome: "undecodable", code, reason });

describe("the value of a rollout event", () => {
  it("is a zero byte, the id of the schema in four, and the Avro fields in their order", () => {
    const value = encodeRolloutEvent({ ...RECORD, line: Buffer.from("{}") }, 258);
    const fields = [
      "02 74",
      "02 72",
      "0e",
      "80 80 e6 82 b9 66",
      "12 6576656e745f6d7367",
      "02 18 7461736b5f73746172746564",
    ];
    expect(value.toString("hex")).toBe(["00 00000102", ...fields, "04 7b7d", "00"].join("").replaceAll(" ", ""));
  });

  it("reads as what was written", () => {
    const oversized = { bytes: 43_000_000, sha256: "ab".repeat(32) };
    for (const record of [RECORD, { ...RECORD, eventType: null, line: Buffer.alloc(0), oversized }])
      expect(codecWith().decode(encodeRolloutEvent(record, 1))).toEqual({ outcome: "record", record });
  });

  it("whatever its length", () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.string({ unit: "grapheme" }), (length, threadId) => {
        const record = { ...RECORD, threadId, line: Buffer.alloc(length, "x") };
        expect(codecWith().decode(encodeRolloutEvent(record, 1))).toEqual({ outcome: "record", record });
      }),
      {
        numRuns: 50,
        examples: [
          [64 * 1024, "t"],
          [64 * 1024 - 64, "t"],
        ],
      },
    );
  });

  it("holds the line that is read from it: no copy is made", () => {
    const value = encodeRolloutEvent(RECORD, 1);
    const decoded = codecWith().decode(value);
    if (decoded.outcome !== "record") throw new Error("not a record");
    expect(decoded.record.line.buffer).toBe(value.buffer);
  });

  it("does not change when others are written, whatever their lengths", () => {
    const lengths = Array.from({ length: 2_000 }, (_, at) => (at * 7_919) % 40_000);
    const records = lengths.map((length, position) => ({
      ...RECORD,
      position,
      line: Buffer.alloc(length, `${position}`),
    }));
    const values = records.map((record) => encodeRolloutEvent(record, 1));
    const codec = codecWith();
    for (const [at, value] of values.entries()) {
      const decoded = codec.decode(value);
      if (decoded.outcome !== "record") throw new Error(decoded.outcome);
      expect(decoded.record.position).toBe(at);
      expect(decoded.record.line.equals(records[at]?.line ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it("cannot be written of what is no record: the error names the field", () => {
    const broken = { ...RECORD, kind: 7 } as unknown as RolloutRecord;
    expect(() => encodeRolloutEvent(broken, 1)).toThrow("this is no io.threadhistory.RolloutEvent: look at kind");
  });
});

describe("a value that cannot be read says why", () => {
  const value = encodeRolloutEvent(RECORD, 1);
  const letter = Buffer.concat([Buffer.from([0, 0, 0, 0, 5]), value.subarray(5)]);
  it.each([
    ["nothing at all", Buffer.alloc(0), "not-avro", "no schema id: the value is empty"],
    ["JSON", Buffer.from('{"a":1}'), "not-avro", "no schema id: the 7 bytes begin 7b2261223a317d"],
    ["four bytes", Buffer.from([0, 0, 0, 0]), "not-avro", "no schema id: the 4 bytes begin 00000000"],
    ["a header alone", value.subarray(0, 5), "not-avro", "schema 1: cut short, the 5 bytes begin 0000000001"],
    [
      "its end missing",
      value.subarray(0, -1),
      "not-avro",
      /^schema 1: cut short, the 61 bytes begin 0000000001027402$/,
    ],
    ["more than its end", Buffer.concat([value, Buffer.from("xy")]), "not-avro", "schema 1: 2 bytes follow the value"],
    [
      "a branch that is none",
      Buffer.concat([value.subarray(0, -1), Buffer.from([8])]),
      "not-avro",
      /invalid union index: 4$/,
    ],
    [
      "another of our schemas",
      letter,
      "incompatible-schema",
      "schema 5: the value is a dead-letter, wanted is a rollout-event",
    ],
    [
      "a position below 0",
      encodeRolloutEvent({ ...RECORD, position: -1 }, 1),
      "incompatible-schema",
      "schema 1: position is -1, not a whole number from 0 to 2^53",
    ],
    [
      "a position beyond 2^53",
      encodeRolloutEvent({ ...RECORD, position: (2n ** 60n) as unknown as number }, 1),
      "incompatible-schema",
      "schema 1: position is 1152921504606846976, not a whole number from 0 to 2^53",
    ],
  ])("%s", (_what, bytes, code, reason) => {
    expect(codecWith().decode(bytes)).toEqual(
      undecodable(code, reason instanceof RegExp ? expect.stringMatching(reason) : reason),
    );
  });

  it("cut anywhere, it is cut short", () => {
    for (let length = 5; length < value.length; length++)
      expect(codecWith().decode(value.subarray(0, length))).toMatchObject({ code: "not-avro" });
  });

  it("no bytes make it throw", () => {
    const codec = codecWith();
    const bytes = fc.uint8Array({ maxLength: 400, size: "max" }).map((array) => Buffer.from(array));
    const bodies = bytes.map((body) => Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body]));
    const damaged = fc.tuple(fc.nat(value.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(value);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(bytes, bodies, damaged), (input) => {
        expect(["record", "undecodable", "unknown-schema"]).toContain(codec.decode(input).outcome);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a value of another schema", () => {
  const written = (schema: FetchedSchema, id: number, more: object = {}): Buffer => {
    if (schema.outcome === "unusable") throw new Error(schema.reason);
    const header = Buffer.alloc(5);
    header.writeUInt32BE(id, 1);
    return Buffer.concat([header, schema.type.toBuffer({ ...RECORD, ...more })]);
  };
  const newer = eventSchema((fields) => [{ name: "host", type: ["null", "string"], default: null }, ...fields]);
  const foreign = eventSchema((fields) => fields.filter(({ name }) => name !== "threadId"));

  it("is asked for once, then read as ours", async () => {
    const source = sourceOf({ 9: newer });
    const codec = codecWith(source);
    const value = written(newer, 9, { host: "h" });
    expect(codec.decode(value)).toEqual({ outcome: "unknown-schema", schemaId: 9 });
    await Promise.all([codec.fetchSchema(9), codec.fetchSchema(9)]);
    await codec.fetchSchema(9);
    expect(source.asked).toEqual([9]);
    expect(codec.decode(value)).toEqual({ outcome: "record", record: RECORD });
  });

  it("is refused when ours cannot read it", async () => {
    const codec = codecWith(sourceOf({ 9: foreign }));
    await codec.fetchSchema(9);
    const why =
      "io.threadhistory.RolloutEvent.threadId: the writer has no such field, and the reader no default for it";
    expect(codec.decode(written(foreign, 9))).toEqual(undecodable("incompatible-schema", `schema 9: ${why}`));
  });

  it("is refused when it is of another project", async () => {
    const codec = codecWith(sourceOf({ 9: { outcome: "schema", type: parseSchema('"string"') } }));
    await codec.fetchSchema(9);
    expect(codec.decode(written(newer, 9))).toMatchObject({
      reason: "schema 9: it is string, which is no schema of this project",
    });
  });

  it("is refused when the registry has none of that id", async () => {
    const codec = codecWith();
    await codec.fetchSchema(9);
    expect(codec.decode(written(newer, 9))).toEqual(undecodable("incompatible-schema", "schema 9: there is none"));
  });

  it("that is not the one it names is not read as something else", async () => {
    const codec = codecWith(sourceOf({ 9: newer }));
    await codec.fetchSchema(9);
    expect(
      codec.decode(Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), encodeRolloutEvent(RECORD, 1).subarray(5)])),
    ).toMatchObject({
      code: "not-avro",
    });
  });

  it("stays unknown while the registry does not answer; known ones go on", async () => {
    const down = new RegistryUnavailableError("down");
    const answers = [Promise.reject(down), Promise.resolve(newer)];
    const codec = codecWith({ fetch: () => answers.shift() ?? Promise.reject(down) });
    await expect(codec.fetchSchema(9)).rejects.toBe(down);
    expect(codec.decode(written(newer, 9))).toEqual({ outcome: "unknown-schema", schemaId: 9 });
    expect(codec.decode(encodeRolloutEvent(RECORD, 1))).toMatchObject({ outcome: "record" });
    await codec.fetchSchema(9);
    expect(codec.decode(written(newer, 9))).toMatchObject({ outcome: "record" });
  });
});

describe("a dead letter", () => {
  const LETTER: DeadLetter = {
    observer: "thread-item",
    code: "key-mismatch",
    reason: "the key is another",
    source: { offset: 12, timestamp: 1_760_000_000_000, key: Buffer.from("k"), value: Buffer.from([0, 1, 255]) },
    threadId: "t",
    rolloutId: null,
    position: 4,
  };
  const published = (letter: DeadLetter, maxRecordBytes?: number) => {
    const value = codecWith(undefined, maxRecordBytes).encodeDeadLetter(letter);
    return { bytes: value.length, read: new AvroDecoder(sourceOf({}), IDS).decodeDeadLetter(value) };
  };

  it("keeps the record byte for byte, and where it was", () => {
    const letter = { ...LETTER, topic: "h.rollout-events", partition: 3, omittedKey: null, omittedValue: null };
    expect(published(LETTER).read).toEqual({ outcome: "dead-letter", letter });
  });

  it("may be of a record without key and value", () => {
    const source = { ...LETTER.source, key: null, value: null };
    expect(published({ ...LETTER, source }).read).toMatchObject({
      letter: { source, omittedKey: null, omittedValue: null },
    });
  });

  it.each([
    "not-avro",
    "incompatible-schema",
    "key-mismatch",
    "malformed-line",
    "oversized",
    "late",
    "conflict",
    "quarantined",
  ] as const)("has the code %s", (code) =>
    expect(published({ ...LETTER, code }).read).toMatchObject({ letter: { code } }),
  );

  it.each(["thread-item", "turn-summary", "lifecycle"] as const)("is of the observer %s", (observer) =>
    expect(published({ ...LETTER, observer }).read).toMatchObject({ letter: { observer } }),
  );

  it("above the limit keeps hashes in place of bytes, and fits whatever the record holds", () => {
    const long = "x".repeat(20_000);
    const source = { ...LETTER.source, key: Buffer.from("key"), value: Buffer.from("abc".repeat(10_000)) };
    const { bytes, read } = published({ ...LETTER, reason: long, threadId: long, source }, 10_000);
    expect(bytes).toBeLessThan(10_000);
    expect(read).toMatchObject({
      letter: {
        threadId: null,
        source: { offset: 12, key: null, value: null },
        omittedKey: { bytes: 3, sha256: "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683" },
        omittedValue: { bytes: 30_000 },
      },
    });
  });
});
