import type { KnownSchemas } from "./known-schemas.ts";
import { SCHEMAS, type SchemaName } from "./schemas.ts";
import { HEADER_BYTES, schemaIdOf } from "./wire.ts";

export interface Undecodable {
  readonly outcome: "undecodable";
  readonly code: "not-avro" | "incompatible-schema";
  /** What was found, where. */
  readonly reason: string;
}

/** The schema was not fetched yet: `fetchSchema`, then decode again. */
export interface UnknownSchema {
  readonly outcome: "unknown-schema";
  readonly schemaId: number;
}

/** A value that Avro can read, but this release has no words for: a symbol or an integer from outside its range. */
export class UnreadableValueError extends Error {
  override readonly name = "UnreadableValueError";
}

/**
 * Reads a value and makes of it what `make` does. Never throws, whatever the bytes.
 *
 * @param wanted schemas of which the value may be
 */
export function decodeValue<T extends object>(
  value: Buffer,
  schemas: KnownSchemas,
  wanted: readonly SchemaName[],
  make: (value: unknown, name: SchemaName) => T,
): T | Undecodable | UnknownSchema {
  const schemaId = schemaIdOf(value);
  if (schemaId === undefined) return notAvro(`no schema id: ${opening(value)}`);
  const known = schemas.find(schemaId);
  if (known === undefined) return { outcome: "unknown-schema", schemaId };
  if (known.outcome === "unusable") return incompatible(`schema ${schemaId}: ${known.reason}`);
  if (!wanted.includes(known.name))
    return incompatible(`schema ${schemaId}: the value is a ${known.name}, wanted is a ${wanted.join(" or ")}`);
  try {
    const { type } = SCHEMAS[known.name];
    const read = type.decode(value, HEADER_BYTES, known.resolver ?? undefined);
    if (read.offset < 0) return notAvro(`schema ${schemaId}: cut short, ${opening(value)}`);
    const rest = value.length - read.offset;
    if (rest > 0) return notAvro(`schema ${schemaId}: ${rest} bytes follow the value`);
    return make(read.value, known.name);
  } catch (error) {
    if (error instanceof UnreadableValueError) return incompatible(`schema ${schemaId}: ${error.message}`);
    return notAvro(`schema ${schemaId}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function notAvro(reason: string): Undecodable {
  return { outcome: "undecodable", code: "not-avro", reason };
}

function incompatible(reason: string): Undecodable {
  return { outcome: "undecodable", code: "incompatible-schema", reason };
}

function opening(value: Buffer): string {
  return value.length === 0 ? "the value is empty" : `the ${value.length} bytes begin ${value.toString("hex", 0, 8)}`;
}
