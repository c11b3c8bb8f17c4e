import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  AvroDecoder,
  AvroRecordCodec,
  checkSchemas,
  encodeRolloutEvent,
  idsOf,
  registerSchemas,
  SCHEMA_NAMES,
  type SchemaName,
  SchemaRegistry,
  subjectOf,
} from "../../src/schema-registry/index.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";
import { ask, freshPrefix, registryUrl } from "./support.ts";

/** A registry that speaks Confluent's API, in earnest. */
const registry = new SchemaRegistry({ url: registryUrl() });

interface SchemaFile {
  readonly fields: readonly { readonly name: string; readonly type: unknown; readonly default?: unknown }[];
}

/** A schema in another version. */
function version(name: SchemaName, change: (fields: SchemaFile["fields"]) => SchemaFile["fields"]): string {
  const file = join(import.meta.dirname, "../../schemas", `${name}.avsc`);
  const schema = JSON.parse(readFileSync(file, "utf8")) as SchemaFile;
  return JSON.stringify({ ...schema, fields: change(schema.fields) });
}

const withHost = version("rollout-event", (fields) => [
  ...fields,
  { name: "host", type: ["null", "string"], default: null },
]);
const withRequired = version("rollout-event", (fields) => [...fields, { name: "host", type: "string" }]);

const RECORD: RolloutRecord = {
  threadId: "t",
  rolloutId: "r",
  position: 0,
  recordedAt: 1_760_000_000_000,
  kind: "compacted",
  eventType: null,
  line: Buffer.from("{}"),
  oversized: null,
};

describe("the schemas of this release", () => {
  it("are missing at first, then registered once and for all, each subject FULL_TRANSITIVE", async () => {
    const prefix = freshPrefix();
    const subjects = SCHEMA_NAMES.map((name) => ({ name, subject: subjectOf(name, prefix) }));
    expect(await checkSchemas(registry, prefix)).toEqual(subjects.map((one) => ({ ...one, state: "missing" })));

    const registered = await registerSchemas(registry, prefix);
    const expected = subjects.map((one) => ({ ...one, state: "registered", id: expect.any(Number), version: 1 }));
    expect(registered).toEqual(expected);
    expect(await checkSchemas(registry, prefix)).toEqual(registered);
    expect(await registerSchemas(registry, prefix)).toEqual(registered);
    for (const { subject } of subjects)
      expect(await ask(`/config/${subject}`)).toEqual({ compatibilityLevel: "FULL_TRANSITIVE" });
  });

  it("may be registered by several processes at once", async () => {
    const prefix = freshPrefix();
    const processes = Array.from({ length: 4 }, () => new SchemaRegistry({ url: registryUrl() }));
    const all = await Promise.all(processes.map((one) => registerSchemas(one, prefix)));
    expect(new Set(all.map((statuses) => JSON.stringify(idsOf(statuses)))).size).toBe(1);
  });

  it("are named by their topics", () => {
    expect(SCHEMA_NAMES.map((name) => subjectOf(name, "p"))).toEqual([
      "p.rollout-events-value",
      "p.thread-items-value",
      "p.turn-summaries-value",
      "p.lifecycle-events-value",
      "p.dead-letters-value",
    ]);
  });

  it("write values that a process reads which never met them", async () => {
    const ids = idsOf(await registerSchemas(registry, freshPrefix()));
    const reader = new AvroDecoder(registry);
    const codec = new AvroRecordCodec({
      decoder: reader,
      ids,
      source: { topic: "s", partition: 0 },
      maxRecordBytes: 1_000_000,
    });
    const value = encodeRolloutEvent(RECORD, ids["rollout-event"]);
    expect(codec.decode(value)).toEqual({ outcome: "unknown-schema", schemaId: ids["rollout-event"] });
    await codec.fetchSchema(ids["rollout-event"]);
    expect(codec.decode(value)).toEqual({ outcome: "record", record: RECORD });
  });
});

describe("what the registry accepts", () => {
  it("is a newer version with a default, which this release goes on reading and checking", async () => {
    const prefix = freshPrefix();
    const subject = subjectOf("rollout-event", prefix);
    const [before] = await registerSchemas(registry, prefix);
    const newer = await registry.register(subject, withHost);
    if (newer.outcome === "refused") throw new Error(newer.reason);
    expect((await registry.versions(subject)).map(({ version }) => version)).toEqual([1, 2]);
    expect((await checkSchemas(registry, prefix))[0]).toEqual(before);
    const decoder = new AvroDecoder(registry);
    await decoder.fetchSchema(newer.id);
    const value = Buffer.concat([encodeRolloutEvent(RECORD, newer.id), Buffer.from([2, 2, 0x68])]);
    expect(decoder.decodeRolloutEvent(value)).toEqual({ outcome: "record", record: RECORD });
  });

  it("is not a version that older readers cannot read; it says so, and so do we without asking", async () => {
    const prefix = freshPrefix();
    await registerSchemas(registry, prefix);
    const refused = await registry.register(subjectOf("rollout-event", prefix), withRequired);
    expect(refused).toEqual({ outcome: "refused", reason: expect.stringMatching(/incompatible.*host/i) });
  });

  it("is not ours, where a foreign schema has the subject", async () => {
    const prefix = freshPrefix();
    await registry.register(subjectOf("dead-letter", prefix), '{"type":"record","name":"Other","fields":[]}');
    const statuses = await registerSchemas(registry, prefix);
    expect(statuses.map(({ state }) => state)).toEqual([
      "registered",
      "registered",
      "registered",
      "registered",
      "refused",
    ]);
    expect((await checkSchemas(registry, prefix))[4]).toEqual({
      name: "dead-letter",
      subject: subjectOf("dead-letter", prefix),
      state: "refused",
      reasons: [
        "version 1: Other: Other cannot be read as io.threadhistory.DeadLetter",
        "version 1: io.threadhistory.DeadLetter: io.threadhistory.DeadLetter cannot be read as Other",
      ],
    });
    expect(() => idsOf(statuses)).toThrow(
      `not in the schema registry: ${subjectOf("dead-letter", prefix)}; run \`thread-history schemas register\``,
    );
  });

  it("is nothing, where the subject has another compatibility; the reason says what to set", async () => {
    const subject = `${freshPrefix()}-value`;
    await registry.register(subject, withHost);
    await ask(`/config/${subject}`, "PUT", { compatibility: "BACKWARD" });
    expect(await registry.register(subject, withHost)).toEqual({
      outcome: "refused",
      reason: `Compatibility does not match the configuration (FULL_TRANSITIVE != BACKWARD); set it with PUT ${registryUrl()}/config/${subject} {"compatibility":"FULL_TRANSITIVE"}`,
    });
  });

  it("agrees with our own judgement of each change", async () => {
    const a = { name: "a", type: "string" };
    const enumOf = (...symbols: readonly string[]) => ({ type: "enum", name: "E", symbols, default: "u" });
    const changes: readonly (readonly [SchemaFile["fields"], SchemaFile["fields"], accepted: boolean])[] = [
      [[a], [a, { name: "b", type: "long", default: 0 }], true],
      [[a], [a, { name: "b", type: ["null", "string"], default: null }], true],
      [[a], [a, { name: "b", type: "long" }], false],
      [[a, { name: "b", type: "long" }], [a], false],
      [[a, { name: "b", type: "long", default: 0 }], [a], true],
      [[{ name: "a", type: "int" }], [{ name: "a", type: "long" }], false],
      [[a], [{ name: "a", type: ["null", "string"], default: null }], false],
      [[{ name: "a", type: enumOf("x", "u") }], [{ name: "a", type: enumOf("x", "y", "u") }], true],
    ];
    for (const [old, next, accepted] of changes) {
      const subject = `${freshPrefix()}-value`;
      const text = (fields: SchemaFile["fields"]) => JSON.stringify({ type: "record", name: "R", fields });
      await registry.register(subject, text(old));
      const { outcome } = await registry.register(subject, text(next));
      expect(outcome, JSON.stringify(next)).toBe(accepted ? "registered" : "refused");
    }
  });
});

describe("a schema id", () => {
  it("that the registry does not have makes its values unreadable, for good", async () => {
    const decoder = new AvroDecoder(registry);
    await decoder.fetchSchema(2_000_000_000);
    const value = encodeRolloutEvent(RECORD, 2_000_000_000);
    expect(decoder.decodeRolloutEvent(value)).toEqual({
      outcome: "undecodable",
      code: "incompatible-schema",
      reason: `schema 2000000000: the registry at ${registryUrl()} has no schema of this id`,
    });
  });
});
