import { describe, expect, it } from "vitest";
import { type DecodedRecord, type RecordCodec, RegistryUnavailableError } from "./record-codec.ts";
import { readRecords } from "./record-reader.ts";
import type { RolloutRecord, SourceRecord } from "./records.ts";
import type { WorkerEvent } from "./worker-event.ts";

const SCHEMA = 7;
const RECORD: RolloutRecord = {
  threadId: "thread",
  rolloutId: "thread",
  position: 0,
  recordedAt: 0,
  kind: "event_msg",
  eventType: "warning",
  line: Buffer.from("{}"),
  oversized: null,
};

const source = (rest: Partial<SourceRecord> = {}): SourceRecord => ({
  offset: 3,
  timestamp: 1,
  key: Buffer.from("thread"),
  value: Buffer.from("value"),
  ...rest,
});

/** A registry that fails these ways, in turn, before it answers; and what the reader does meanwhile. */
function surroundings({
  decoded = { outcome: "record", record: RECORD } as DecodedRecord,
  isKnown = true,
  failures = [] as Error[],
} = {}) {
  const events: WorkerEvent[] = [];
  const waits: number[] = [];
  const ending = new AbortController();
  let known = isKnown;
  const codec: Pick<RecordCodec, "decode" | "fetchSchema"> = {
    decode: () => (known ? decoded : { outcome: "unknown-schema", schemaId: SCHEMA }),
    fetchSchema: (id) => {
      expect(id).toBe(SCHEMA);
      const failure = failures.shift();
      known = failure === undefined;
      return failure === undefined ? Promise.resolve() : Promise.reject(failure);
    },
  };
  const ports = {
    codec: codec as RecordCodec,
    clock: { now: () => 0, sleep: (ms: number) => Promise.resolve(void waits.push(ms)) },
    listener: (event: WorkerEvent) => void events.push(event),
  };
  return {
    ports,
    events,
    waits,
    ending,
    read: (...sources: SourceRecord[]) => readRecords(sources, ports, ending.signal),
  };
}

describe("reading the envelopes of records", () => {
  it("a record under its thread's id is one to be taken", async () => {
    const one = source();
    expect(await surroundings().read(one, one)).toEqual([
      { source: one, record: RECORD, refusal: null },
      { source: one, record: RECORD, refusal: null },
    ]);
  });

  it("design §4: one under another key is refused, with the key that was found", async () => {
    const reasonOf = async (key: Buffer | null): Promise<unknown> => {
      const [read] = await surroundings().read(source({ key }));
      expect(read).toMatchObject({ record: RECORD, refusal: { code: "key-mismatch" } });
      return read?.refusal?.reason;
    };
    const because = "not the id of its thread, thread: the order of the thread is not kept";
    expect(await reasonOf(null)).toBe(`the record has no key, ${because}`);
    expect(await reasonOf(Buffer.from("threat"))).toBe(`the record has key "threat", ${because}`);
    expect(await reasonOf(Buffer.from("thread2"))).toBe(`the record has key "thread2", ${because}`);
    expect(await reasonOf(Buffer.from("x".repeat(101)))).toBe(`the record has key "${"x".repeat(100)}", ${because}`);
  });

  it("design §4: its bytes must be those of the id: others may read alike once they are text", async () => {
    const record = { ...RECORD, threadId: "thread\uFFFD" };
    const world = surroundings({ decoded: { outcome: "record", record } });
    const [same, other] = [Buffer.from("thread\uFFFD"), Buffer.from([...Buffer.from("thread"), 0xff])];
    const read = await world.read(source({ key: same }), source({ key: other }));
    expect(read.map(({ refusal }) => refusal?.code)).toEqual([undefined, "key-mismatch"]);
  });

  it("one without a value is no envelope", async () => {
    expect(await surroundings().read(source({ value: null }))).toEqual([
      {
        source: source({ value: null }),
        record: null,
        refusal: { code: "not-avro", reason: "the record has no value" },
      },
    ]);
  });

  it("bytes that are no envelope are refused for what the codec says", async () => {
    const decoded: DecodedRecord = {
      outcome: "undecodable",
      code: "incompatible-schema",
      reason: "schema 9 has no line",
    };
    const [read] = await surroundings({ decoded }).read(source());
    expect(read).toMatchObject({
      record: null,
      refusal: { code: "incompatible-schema", reason: "schema 9 has no line" },
    });
  });
});

describe("a schema that was not met before", () => {
  it("is fetched, and the record read then", async () => {
    const { read, events, waits } = surroundings({ isKnown: false });
    expect(await read(source())).toMatchObject([{ refusal: null }]);
    expect({ events, waits }).toEqual({ events: [], waits: [] });
  });

  it("is waited for while the registry does not answer, visibly, longer each time", async () => {
    const failures = Array.from({ length: 8 }, () => new RegistryUnavailableError("no answer"));
    const { read, events, waits } = surroundings({ isKnown: false, failures });
    expect(await read(source())).toMatchObject([{ refusal: null }]);
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(events).toEqual(
      waits.map(() => ({ type: "phase", phase: "waiting-for-registry", detail: "schema 7: no answer" })),
    );
  });

  it("is given up when the worker ends: what was read so far is answered", async () => {
    const failures = Array.from({ length: 3 }, () => new RegistryUnavailableError("no answer"));
    const { ports, ending } = surroundings({ isKnown: false, failures });
    const clock = { ...ports.clock, sleep: () => Promise.resolve(ending.abort()) };
    expect(await readRecords([source({ value: null }), source()], { ...ports, clock }, ending.signal)).toHaveLength(1);
    expect(failures).toHaveLength(2);
  });

  it("a failure that waiting does not mend is thrown on", async () => {
    const { read, waits } = surroundings({ isKnown: false, failures: [new TypeError("a defect")] });
    await expect(read(source())).rejects.toThrow("a defect");
    expect(waits).toEqual([]);
  });
});
