import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Partitioners } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKafka } from "../../src/kafka/index.ts";
import {
  encodeRolloutEvent,
  type PublishedDeadLetter,
  parseSchema,
  SchemaRegistry,
} from "../../src/schema-registry/index.ts";
import { SCHEMAS } from "../../src/schema-registry/schemas.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";
import { OTHER_THREAD, rollout, rolloutLine, rolloutName, THREAD } from "../support/cli.ts";
import { Deployment, type Ended, servicesEnv } from "./support/deployment.ts";
import { type Published, publishedDeadLetters, publishedMutations } from "./support/verifier.ts";
import { expectedOf } from "./support/workload.ts";

/** producer.maxRecordBytes. */
const LIMIT = 8 * 1024 * 1024;
/** worker.maxRecordBytes: less, so that the mutation of the longest line does not fit. */
const WORKER_LIMIT = LIMIT - 2_000;

function answer(message: string): string {
  return rolloutLine("event_msg", { type: "agent_message", message });
}

/** A line of so many bytes. */
function answerOf(bytes: number): string {
  return answer("x".repeat(bytes - answer("").length));
}

const [session = "", started = "", asked = "", answered = "", completed = ""] = rollout();
const HUGE = answerOf(43_000_000);
const TOO_LONG = answerOf(LIMIT + 1);
/** With its envelope it is as long as a record may be; its mutation is longer. */
const LONGEST = answerOf(LIMIT - 700);
/** A thread begins in a file, and ends in records that are sent one by one, after those that are of no use. */
const FILE = [session, started, asked, HUGE, TOO_LONG, "{", LONGEST];
const AFTERWARDS = [answered, answer("of a newer producer"), completed];

interface WriterSchema {
  readonly fields: readonly object[];
}

const OWN = JSON.parse(SCHEMAS["rollout-event"].text) as WriterSchema;
const NEWER = { ...OWN, fields: [...OWN.fields, { name: "added", type: "string", default: "" }] };
const FOREIGN = { ...OWN, fields: [{ name: "threadId", type: "string" }] };

function recordOf(threadId: string, line: string, position: number): RolloutRecord {
  const labels = { recordedAt: 0, kind: "", eventType: null, oversized: null };
  return { threadId, rolloutId: threadId, position, line: Buffer.from(line), ...labels };
}

/** A value as a producer with another schema writes it. */
function written(schema: object, id: number, value: object): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, parseSchema(JSON.stringify(schema)).toBuffer(value)]);
}

interface Ids {
  readonly own: number;
  readonly newer: number;
  readonly foreign: number;
}

interface Unusable {
  readonly what: string;
  readonly key?: string | null;
  readonly value: (ids: Ids) => Buffer | null;
  readonly code: string;
}

const UNUSABLE: readonly Unusable[] = [
  { what: "JSON without magic byte", value: () => Buffer.from(`{"threadId":"${THREAD}"}`), code: "not-avro" },
  { what: "no value", value: () => null, code: "not-avro" },
  { what: "half a header", value: () => Buffer.from([0, 0, 0]), code: "not-avro" },
  {
    what: "a value that is cut short",
    value: ({ own }) => encodeRolloutEvent(recordOf(THREAD, answered, 7), own).subarray(0, -20),
    code: "not-avro",
  },
  {
    what: "a schema that ours cannot read",
    value: ({ foreign }) => written(FOREIGN, foreign, { threadId: THREAD }),
    code: "incompatible-schema",
  },
  {
    what: "a schema that the registry does not have",
    value: () => written(FOREIGN, 2_000_000_000, { threadId: THREAD }),
    code: "incompatible-schema",
  },
  {
    what: "the key of another thread",
    key: THREAD,
    value: ({ own }) => encodeRolloutEvent(recordOf(OTHER_THREAD, session, 0), own),
    code: "key-mismatch",
  },
  {
    what: "no key",
    key: null,
    value: ({ own }) => encodeRolloutEvent(recordOf(OTHER_THREAD, session, 0), own),
    code: "key-mismatch",
  },
  { what: "8 MiB that are no Avro", value: () => Buffer.alloc(LIMIT, 1), code: "not-avro" },
];

describe("what producers send", () => {
  const deployment = new Deployment({
    ...servicesEnv(),
    THREAD_HISTORY_TOPICS_PARTITIONS: "1",
    THREAD_HISTORY_WORKER_MAX_RECORD_BYTES: String(WORKER_LIMIT),
  });
  const { env, prefix } = deployment;
  let ship: Ended;
  let mutations: Published[];
  let letters: PublishedDeadLetter[];

  const register = async (subject: string, schema: object): Promise<number> => {
    const registry = new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" });
    const registered = await registry.register(subject, JSON.stringify(schema));
    if (registered.outcome !== "registered") throw new Error(registered.reason);
    return registered.id;
  };

  const send = async (messages: { readonly key: string | null; readonly value: Buffer | null }[]): Promise<void> => {
    const client = createKafka({ brokers: (env.KAFKA_BROKERS ?? "").split(","), clientId: "test" }, () => undefined);
    const producer = client.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    for (const message of messages) await producer.send({ topic: `${prefix}.rollout-events`, messages: [message] });
    await producer.disconnect();
  };

  beforeAll(async () => {
    await deployment.setUp();
    const file = join(deployment.folder, rolloutName());
    writeFileSync(file, FILE.map((line) => `${line}\n`).join(""));
    ship = await deployment.attempt("ship", "--once", file);

    const ids: Ids = {
      own: await register(`${prefix}.rollout-events-value`, OWN),
      newer: await register(`${prefix}.rollout-events-value`, NEWER),
      foreign: await register(`${prefix}.foreign-value`, FOREIGN),
    };
    await send(UNUSABLE.map(({ key = THREAD, value }) => ({ key, value: value(ids) })));
    const [ours, newer, last] = AFTERWARDS.map((line, at) => recordOf(THREAD, line, FILE.length + at));
    if (ours === undefined || newer === undefined || last === undefined) throw new Error("three lines end the thread");
    const values = [
      encodeRolloutEvent(ours, ids.own),
      written(NEWER, ids.newer, { ...newer, added: "what we do not know" }),
      encodeRolloutEvent(last, ids.own),
    ];
    await send(values.map((value) => ({ key: THREAD, value })));

    await deployment.run("worker", "--once", "--observer", "thread-item");
    [mutations, letters] = await Promise.all([
      publishedMutations(`${prefix}.thread-items`, env),
      publishedDeadLetters(`${prefix}.dead-letters`, env),
    ]);
  });
  afterAll(() => deployment.stop());

  const letterAt = (offset: number) => letters.find(({ source }) => source.offset === offset);

  it("a line that no record can hold is shipped as a marker, which is said", () => {
    expect(ship.code).toBe(0);
    expect(ship.stderr).toContain("line 4 has 43000000 bytes, more than producer.maxRecordBytes (8388608): a marker");
    expect(ship.stderr).toContain("line 5 has 8388609 bytes, more than producer.maxRecordBytes (8388608): a marker");
  });

  it.each([
    { what: "of 43 MB", offset: 3, bytes: 43_000_000 },
    { what: "one byte too long", offset: 4, bytes: LIMIT + 1 },
  ])("a line $what is a dead letter: its marker", ({ offset, bytes }) => {
    const reason = `the line has ${bytes} bytes, which no record can hold`;
    expect(letterAt(offset)).toMatchObject({ code: "oversized", reason, threadId: THREAD, position: offset });
  });

  it("a malformed line is a dead letter, and nothing else of the thread is", () => {
    expect(letterAt(5)).toMatchObject({ code: "malformed-line", threadId: THREAD, position: 5 });
  });

  it.each(UNUSABLE.map((one, at) => ({ ...one, offset: FILE.length + at })))(
    "$what is a dead letter: $code",
    ({ offset, code }) => {
      expect(letterAt(offset)?.code).toBe(code);
    },
  );

  it("a dead letter holds the record's bytes, or, where they do not fit, their number and hash", () => {
    const [small, big] = [letterAt(FILE.length), letterAt(FILE.length + UNUSABLE.length - 1)];
    expect(small?.source.value?.toString()).toBe(`{"threadId":"${THREAD}"}`);
    const sha256 = createHash("sha256").update(Buffer.alloc(LIMIT, 1)).digest("hex");
    expect(big).toMatchObject({ source: { value: null }, omittedValue: { bytes: LIMIT, sha256 } });
  });

  it("there are no other dead letters", () => {
    expect(letters.map(({ source }) => source.offset)).toEqual([
      ...[3, 4, 5],
      ...UNUSABLE.map((_, at) => FILE.length + at),
    ]);
  });

  it("the thread goes on as if it were without them, through the longest line and a newer producer's record", () => {
    const kept = [...FILE.map((line) => ([HUGE, TOO_LONG].includes(line) ? "" : line)), ...AFTERWARDS];
    const thread = { threadId: THREAD, rollouts: [{ rolloutId: THREAD, lines: kept }] };
    const expected = expectedOf([thread]).get("thread-item")?.get(THREAD) ?? [];
    const isWhole = mutations.map(({ elidedBytes }) => elidedBytes === 0);
    expect(isWhole).toEqual(expected.map((json) => json.length < WORKER_LIMIT));
    expect(mutations.filter((_, at) => isWhole[at]).map(({ json }) => json)).toEqual(
      expected.filter((_, at) => isWhole[at]),
    );
  });
});
