import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonText } from "../../src/json/index.ts";
import { type LifecyclePayload, type Mutation, mutationJson, type TurnSummary } from "../../src/projections/index.ts";
import { AvroDecoder, AvroRecordCodec, type SchemaIds } from "../../src/schema-registry/index.ts";
import { linesOfThread, PROPERTY_RUNS, threads } from "../support/generators.ts";
import { mutationsOf, observedLines } from "../support/threads.ts";

const IDS: SchemaIds = {
  "rollout-event": 1,
  "thread-item-mutation": 2,
  "turn-summary-mutation": 3,
  "lifecycle-mutation": 4,
  "dead-letter": 5,
};
const decoder = new AvroDecoder({ fetch: () => Promise.reject(new Error("all schemas are known")) }, IDS);
const codec = new AvroRecordCodec({
  decoder,
  ids: IDS,
  source: { topic: "h.rollout-events", partition: 0 },
  maxRecordBytes: 1_000_000,
});

/** Publishes a mutation and reads it back. */
function survives(mutation: Mutation, sourceOffset = 5, elidedBytes = 0): void {
  const decoded = decoder.decodeMutation(codec.encodeMutation(mutation, sourceOffset, elidedBytes));
  if (decoded.outcome !== "mutation") throw new Error(JSON.stringify(decoded));
  expect(mutationJson(decoded.mutation)).toBe(mutationJson(mutation));
  expect(decoded.mutation).toEqual(mutation);
  expect(decoded).toMatchObject({ sourceOffset, elidedBytes });
}

const CORPUS = join(import.meta.dirname, "../corpus");

const text = fc.string({ unit: "grapheme" });
const int64 = fc
  .oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
  .map((value) => (typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value));
const uint64 = fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const json = fc.json().map((value) => new JsonText(value));
const info = maybe(
  fc.oneof(text, fc.record({ response_stream_disconnected: fc.record({ http_status_code: maybe(fc.nat(65_535)) }) })),
);
const ended = { completedAt: maybe(int64), durationMs: maybe(int64) };
const error = fc.record({
  message: text,
  codexErrorInfo: info,
  additionalDetails: fc.constant(null),
  misalignment: fc.constant(null),
});

const threadItem = fc
  .record({ turnId: text, itemKey: text, itemOrdinal: fc.maxSafeNat(), isOpen: fc.boolean(), item: maybe(json) })
  .map(({ item, isOpen, ...ids }) => ({
    ...ids,
    mutationKind: item === null ? ("tombstone" as const) : ("upsert" as const),
    isOpen,
    materializedThreadItem: item,
  }));
const summary: fc.Arbitrary<TurnSummary> = fc.record({
  status: fc.constantFrom("inProgress", "completed", "interrupted", "failed"),
  startedAt: maybe(int64),
  ...ended,
  error: maybe(error),
  rootTurnId: maybe(text),
  turnOrdinal: fc.maxSafeNat(),
});
const started = fc.record({
  rolloutId: text,
  cwd: text,
  source: maybe(json),
  originator: text,
  cliVersion: text,
  modelProvider: maybe(text),
  historyMode: fc.constantFrom("legacy" as const, "paginated" as const),
  forkedFromId: maybe(text),
  historyBase: maybe(fc.record({ threadId: text, endOrdinalExclusive: uint64 })),
  parentThreadId: maybe(text),
  agentNickname: maybe(text),
  agentRole: maybe(text),
  git: maybe(fc.record({ commitHash: maybe(text), branch: maybe(text), repositoryUrl: maybe(text) })),
});

function turnEvent<T extends LifecyclePayload["eventType"], P>(eventType: T, payload: fc.Arbitrary<P>) {
  return fc.record({ eventType: fc.constant(eventType), turnId: text, payload });
}

function threadEvent<T extends LifecyclePayload["eventType"], P>(eventType: T, payload: fc.Arbitrary<P>) {
  return fc.record({ eventType: fc.constant(eventType), turnId: fc.constant(null), payload });
}

const lifecycle: fc.Arbitrary<LifecyclePayload> = fc.oneof(
  threadEvent("thread.started", started),
  turnEvent("turn.started", fc.record({ startedAt: maybe(int64) })),
  turnEvent("turn.completed", fc.record(ended)),
  turnEvent("turn.cancelled", fc.record({ reason: text, ...ended })),
  turnEvent("turn.failed", fc.record({ message: text, codexErrorInfo: info })),
  threadEvent("thread.rolled_back", fc.record({ numTurns: fc.maxSafeNat() })),
);

const base = {
  mutationId: text,
  generation: fc.maxSafeNat(),
  threadId: text,
  rolloutId: text,
  sourcePosition: fc.maxSafeNat(),
  occurredAt: text,
  observerVersion: fc.nat(),
};
const version = fc.constant(1 as const);
const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ ...base, type: fc.constant("thread_item" as const), schema_version: version, payload: threadItem }),
  fc.record({
    ...base,
    type: fc.constant("turn_summary" as const),
    schema_version: version,
    payload: fc.record({ turnId: text, mutation: maybe(summary) }),
  }),
  fc.record({ ...base, type: fc.constant("lifecycle" as const), schema_version: version, payload: lifecycle }),
);

describe("a mutation that was published is read as it was, byte for byte", () => {
  it("whatever it holds", () => {
    fc.assert(fc.property(mutations, fc.maxSafeNat(), fc.maxSafeNat(), survives), { numRuns: 10 * PROPERTY_RUNS });
  });

  it("of random threads", () => {
    fc.assert(
      fc.property(threads, (thread) => {
        for (const mutation of mutationsOf(linesOfThread(thread))) survives(mutation);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it.each(readdirSync(CORPUS).sort())("of the rollout %s", (name) => {
    const lines = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").split("\n");
    const published = mutationsOf(observedLines("t", [{ rolloutId: "r", lines }]));
    expect(published.length).toBeGreaterThan(0);
    for (const mutation of published) survives(mutation);
  });
});

describe("beside an item stands its type", () => {
  it.each(readdirSync(CORPUS).sort())("of the rollout %s", (name) => {
    const lines = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").split("\n");
    for (const mutation of mutationsOf(observedLines("t", [{ rolloutId: "r", lines }]))) {
      const item = mutation.type === "thread_item" ? mutation.payload.materializedThreadItem : null;
      if (item === null) continue;
      const { type } = JSON.parse(item.text) as { readonly type: string };
      // As Avro writes an optional string: the second branch, twice the length, the text.
      const written = Buffer.concat([Buffer.from([2, 2 * type.length]), Buffer.from(type), Buffer.from([2])]);
      expect(codec.encodeMutation(mutation, 5, 0).includes(written)).toBe(true);
    }
  });
});
