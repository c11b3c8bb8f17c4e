import { readFileSync } from "node:fs";
import type { Type } from "avsc";
import type { Mutation } from "../projections/index.ts";
import { parseSchema } from "./avro-types.ts";

/** The values that topics hold; each has its file in `schemas/`. */
export const SCHEMA_NAMES = [
  "rollout-event",
  "thread-item-mutation",
  "turn-summary-mutation",
  "lifecycle-mutation",
  "dead-letter",
] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** What the registry calls each schema. */
export type SchemaIds = Readonly<Record<SchemaName, number>>;

const TOPICS: Readonly<Record<SchemaName, string>> = {
  "rollout-event": "rollout-events",
  "thread-item-mutation": "thread-items",
  "turn-summary-mutation": "turn-summaries",
  "lifecycle-mutation": "lifecycle-events",
  "dead-letter": "dead-letters",
};

export const MUTATION_SCHEMAS: Readonly<Record<Mutation["type"], SchemaName>> = {
  thread_item: "thread-item-mutation",
  turn_summary: "turn-summary-mutation",
  lifecycle: "lifecycle-mutation",
};

/** A schema of this release. */
export interface OwnSchema {
  /** Its JSON without white space, as it is registered. */
  readonly text: string;
  readonly type: Type;
}

const FOLDER = new URL("../../schemas/", import.meta.url);

function load(name: SchemaName): OwnSchema {
  const text = JSON.stringify(JSON.parse(readFileSync(new URL(`${name}.avsc`, FOLDER), "utf8")));
  return { text, type: parseSchema(text) };
}

export const SCHEMAS: Readonly<Record<SchemaName, OwnSchema>> = {
  "rollout-event": load("rollout-event"),
  "thread-item-mutation": load("thread-item-mutation"),
  "turn-summary-mutation": load("turn-summary-mutation"),
  "lifecycle-mutation": load("lifecycle-mutation"),
  "dead-letter": load("dead-letter"),
};

/** The schema of this release that a foreign one of that full name is a version of. */
export function schemaNamed(fullName: string | undefined): SchemaName | undefined {
  return SCHEMA_NAMES.find((name) => SCHEMAS[name].type.name === fullName);
}

/** The subject of a topic's values (design §4: the topic's name and `-value`). */
export function subjectOf(name: SchemaName, prefix: string): string {
  return `${prefix}.${TOPICS[name]}-value`;
}
