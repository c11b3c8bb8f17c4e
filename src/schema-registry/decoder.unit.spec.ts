import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Mutation } from "../projections/index.ts";
import {
  AvroDecoder,
  AvroRecordCodec,
  encodeRolloutEvent,
  parseSchema,
  type SchemaIds,
  type SchemaName,
} from "./index.ts";

const IDS: SchemaIds = {
  "rollout-event": 1,
  "thread-item-mutation": 2,
  "turn-summary-mutation": 3,
  "lifecycle-mutation": 4,
  "dead-letter": 5,
};

const BASE = {
  mutationId: "t/r/0/o/0",
  generation: 0,
  threadId: "t",
  rolloutId: "r",
  sourcePosition: 0,
  occurredAt: "2026-01-01T00:00:00Z",
  observerVersion: 1,
  schema_version: 1,
} as const;
const ITEM = { turnId: "a", itemKey: "i", itemOrdinal: 1, mutationKind: "upsert", isOpen: false } as const;
const AVRO_BASE = { ...BASE, sourceOffset: 5, elidedBytes: 0 };
const SUMMARY = {
  status: "completed",
  startedAt: null,
  completedAt: null,
  durationMs: null,
  error: null,
  rootTurnId: null,
  turnOrdinal: 1,
};
const LIFECYCLE = {
  turnId: "a",
  threadStarted: null,
  turnStarted: null,
  turnCompleted: null,
  turnCancelled: null,
  turnFailed: null,
  threadRolledBack: null,
};

function schemaText(name: SchemaName): string {
  return readFileSync(new URL(`../../schemas/${name}.avsc`, import.meta.url), "utf8");
}

const never = { fetch: () => Promise.reject(new Error("all schemas are known")) };

/** An Avro value as another writer might have made it, with the schema as it may be in a newer release. */
async function decoded(name: SchemaName, value: object, text = schemaText(name)) {
  const type = parseSchema(text);
  const decoder = new AvroDecoder({ fetch: () => Promise.resolve({ outcome: "schema", type }) });
  await decoder.fetchSchema(9);
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), type.toBuffer(value)]);
  return name === "dead-letter" ? decoder.decodeDeadLetter(bytes) : decoder.decodeMutation(bytes);
}

describe("a schema that is met for the first time", () => {
  it("is fetched, once, before the value is decoded", async () => {
    const asked: number[] = [];
    const type = parseSchema(schemaText("dead-letter"));
    const fetch = (id: number) => {
      asked.push(id);
      return Promise.resolve({ outcome: "schema", type } as const);
    };
    const decoder = new AvroDecoder({ fetch });
    const cutShort = Buffer.from([0, 0, 0, 0, 9]);
    const decode = () => decoder.decodeDeadLetter(cutShort);

    const [first, again] = [await decoder.fetching(decode), await decoder.fetching(decode)];

    expect([first.outcome, again.outcome, asked]).toEqual(["undecodable", "undecodable", [9]]);
  });
});

const refused = (reason: string) => ({
  outcome: "undecodable",
  code: "incompatible-schema",
  reason: `schema 9: ${reason}`,
});

describe("a mutation that this release has no words for is refused, not bent", () => {
  const item = (more: object) => ({
    ...AVRO_BASE,
    payload: { ...ITEM, materializedThreadItem: "{}", itemType: null, ...more },
  });
  const summary = (mutation: object | null, mutationKind = "upsert") => ({
    ...AVRO_BASE,
    payload: { turnId: "a", mutationKind, mutation: mutation && { ...SUMMARY, ...mutation } },
  });
  const event = (more: object) => ({ ...AVRO_BASE, payload: { ...LIFECYCLE, ...more } });
  const started = {
    rolloutId: "r",
    cwd: "/",
    source: null,
    originator: "o",
    cliVersion: "1",
    modelProvider: null,
    historyMode: "legacy",
    forkedFromId: null,
    historyBase: null,
    parentThreadId: null,
    agentNickname: null,
    agentRole: null,
    git: null,
  };
  const newer = "read it with a newer one";
  it.each([
    [
      "thread-item-mutation",
      item({ mutationKind: "unknown" }),
      `mutationKind has a value that this release does not know: ${newer}`,
    ],
    [
      "thread-item-mutation",
      item({ itemOrdinal: 2n ** 60n }),
      "itemOrdinal is 1152921504606846976, beyond what is exact here (2^53)",
    ],
    ["thread-item-mutation", { ...item({}), schema_version: 2 }, "schema_version is 2: read it with a newer release"],
    ["turn-summary-mutation", summary(null), "mutationKind is upsert, without a summary"],
    ["turn-summary-mutation", summary({}, "tombstone"), "mutationKind is tombstone, with a summary"],
    ["turn-summary-mutation", summary({ error: { message: "m", codexErrorInfo: "{" } }), "codexErrorInfo is no JSON"],
    [
      "turn-summary-mutation",
      summary({ error: { message: "m", codexErrorInfo: "7" } }),
      "codexErrorInfo is neither a string nor an object",
    ],
    [
      "lifecycle-mutation",
      event({ eventType: "unknown" }),
      `eventType has a value that this release does not know: ${newer}`,
    ],
    ["lifecycle-mutation", event({ eventType: "turn_started" }), "turnStarted is missing"],
    ["lifecycle-mutation", event({ eventType: "turn_started", turnId: null }), "turnId is missing"],
    [
      "lifecycle-mutation",
      event({ eventType: "thread_started", threadStarted: { ...started, historyMode: "unknown" } }),
      `historyMode has a value that this release does not know: ${newer}`,
    ],
    [
      "lifecycle-mutation",
      event({
        eventType: "thread_started",
        threadStarted: { ...started, historyBase: { threadId: "b", endOrdinalExclusive: "-1" } },
      }),
      'endOrdinalExclusive is "-1", not decimal digits',
    ],
  ] as const)("%s: %#", async (name, value, reason) => expect(await decoded(name, value)).toEqual(refused(reason)));

  it("but a reset says so, of whichever row it was sent", async () => {
    const reset = { outcome: "reset", threadId: AVRO_BASE.threadId, generation: AVRO_BASE.generation };
    expect(await decoded("thread-item-mutation", item({ mutationKind: "reset" }))).toEqual(reset);
    expect(await decoded("turn-summary-mutation", summary(null, "reset"))).toEqual(reset);
  });

  it("a symbol that a newer release added", async () => {
    const text = schemaText("turn-summary-mutation").replace('"failed",', '"failed", "paused",');
    expect(await decoded("turn-summary-mutation", summary({ status: "paused" }), text)).toEqual(
      refused(`status has a value that this release does not know: ${newer}`),
    );
    expect(await decoded("turn-summary-mutation", summary({ status: "failed" }), text)).toMatchObject({
      outcome: "mutation",
      mutation: { payload: { mutation: { status: "failed" } } },
    });
  });

  it("but a dead letter with a newer code is shown", async () => {
    const text = schemaText("dead-letter").replace('"quarantined",', '"quarantined", "stolen",');
    const letter = { observer: "lifecycle", code: "stolen", reason: "gone", sourceTopic: "s", sourcePartition: 1 };
    const value = { ...letter, sourceOffset: 1, sourceTimestamp: 1 };
    expect(await decoded("dead-letter", value, text)).toMatchObject({
      outcome: "dead-letter",
      letter: { observer: "lifecycle", code: "unknown", reason: "gone", source: { offset: 1, key: null, value: null } },
    });
  });
});

describe("a value of another topic is refused", () => {
  const decoder = new AvroDecoder(never, IDS);
  const codec = new AvroRecordCodec({ decoder, ids: IDS, source: { topic: "s", partition: 0 }, maxRecordBytes: 9_999 });
  const mutation: Mutation = { ...BASE, type: "turn_summary", payload: { turnId: "a", mutation: null } };
  const line = {
    threadId: "t",
    rolloutId: "r",
    position: 0,
    recordedAt: 0,
    kind: "",
    eventType: null,
    oversized: null,
  };
  const event = encodeRolloutEvent({ ...line, line: Buffer.from("{}") }, 1);

  it.each([
    [
      "a line where mutations are",
      decoder.decodeMutation(event),
      "schema 1: the value is a rollout-event, wanted is a thread-item-mutation or turn-summary-mutation or lifecycle-mutation",
    ],
    [
      "a line where dead letters are",
      decoder.decodeDeadLetter(event),
      "schema 1: the value is a rollout-event, wanted is a dead-letter",
    ],
    [
      "a mutation where lines are",
      codec.decode(codec.encodeMutation(mutation, 1, 0)),
      "schema 3: the value is a turn-summary-mutation, wanted is a rollout-event",
    ],
  ])("%s", (_what, answer, reason) =>
    expect(answer).toEqual({ outcome: "undecodable", code: "incompatible-schema", reason }),
  );
});
