import type { Type } from "avsc";

/** A value begins with a zero byte and the id of its schema, as Confluent's registry has it. */
const MAGIC = 0;
export const HEADER_BYTES = 5;

/** Values are written one behind the other into slabs of this size, so that most need no memory of their own, and no copy. */
const SLAB_BYTES = 64 * 1024;
/** A longer value gets its own memory rather than leave a slab half empty. */
const LONG_BYTES = 16 * 1024;
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let used = 0;

/**
 * A value as bytes, behind the id of its schema.
 *
 * @throws TypeError that names the field when the value is not of the type: a defect of the caller
 */
export function encodeValue(type: Type, schemaId: number, value: unknown): Buffer {
  const end = write(type, value, slab, used + HEADER_BYTES);
  if (end > 0) return taken(schemaId, end);
  // There was no room; avsc has counted how much was missing.
  const length = slab.length - end - used;
  if (length > LONG_BYTES) {
    const own = Buffer.allocUnsafeSlow(length);
    write(type, value, own, HEADER_BYTES);
    return withHeader(own, schemaId);
  }
  slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  used = 0;
  return taken(schemaId, write(type, value, slab, HEADER_BYTES));
}

function taken(schemaId: number, end: number): Buffer {
  const bytes = slab.subarray(used, end);
  used = end;
  return withHeader(bytes, schemaId);
}

/** Where the value ends; below 0 what is missing, where it does not fit. */
function write(type: Type, value: unknown, into: Buffer, start: number): number {
  try {
    return type.encode(value, into, start);
  } catch (error) {
    const fields: string[] = [];
    type.isValid(value, { errorHook: (path) => fields.push(path.join(".")) });
    throw new TypeError(`this is no ${type.name}: look at ${fields.join(", ")}`, { cause: error });
  }
}

function withHeader(bytes: Buffer, schemaId: number): Buffer {
  bytes[0] = MAGIC;
  bytes.writeUInt32BE(schemaId, 1);
  return bytes;
}

/** The id of a value's schema; undefined when it does not begin with one. */
export function schemaIdOf(value: Buffer): number | undefined {
  return value.length >= HEADER_BYTES && value[0] === MAGIC ? value.readUInt32BE(1) : undefined;
}
