import type { SqlValue } from "../read-model-sql/index.ts";
import { storedText } from "./text.ts";

/** Numbers of the types in the protocol. */
const TEXT = 25;
const BIGINT = 20;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const BIGINT_BYTES = 8;
const NULL_LENGTH = -1;
/** Most bytes that UTF-8 takes for one unit of a string. */
const UNIT_BYTES = 3;
const HALF = 2 ** 32;

/** Where lists are put together, one after the other; it grows with the longest. */
let scratch: Buffer = Buffer.allocUnsafe(64 * 1024);
/** Beyond it a list that was unusually long is not kept in memory. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * A list of values as Postgres takes it in binary: a list written as text would be escaped here and parsed there, sign by
 * sign, and messages are full of signs to escape.
 */
export function arrayValue(type: "text" | "bigint", values: readonly SqlValue[]): Buffer {
  return type === "text" ? textArray(values) : bigintArray(values);
}

/** Each text is gone through once: its length is known when it is written. */
function textArray(values: readonly SqlValue[]): Buffer {
  let buffer = scratch;
  let at = writeHeader(buffer, TEXT, values.length);
  for (const value of values) {
    const text = value === null ? "" : storedText(String(value));
    const most = at + LENGTH_BYTES + UNIT_BYTES * text.length;
    if (most > buffer.length) buffer = grown(buffer, at, most);
    const bytes = value === null ? NULL_LENGTH : buffer.write(text, at + LENGTH_BYTES);
    at = buffer.writeInt32BE(bytes, at) + Math.max(0, bytes);
  }
  if (buffer.length <= KEPT_BYTES) scratch = buffer;
  return Buffer.from(buffer.subarray(0, at));
}

function grown(buffer: Buffer, used: number, needed: number): Buffer {
  const larger = Buffer.allocUnsafe(2 * needed);
  buffer.copy(larger, 0, 0, used);
  return larger;
}

function bigintArray(values: readonly SqlValue[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + (LENGTH_BYTES + BIGINT_BYTES) * values.length);
  let at = writeHeader(buffer, BIGINT, values.length);
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? NULL_LENGTH : BIGINT_BYTES, at);
    if (value !== null) at = writeBigint(buffer, value, at);
  }
  return buffer.subarray(0, at);
}

function writeBigint(buffer: Buffer, value: Exclude<SqlValue, null>, at: number): number {
  if (!Number.isSafeInteger(value)) return buffer.writeBigInt64BE(BigInt(value), at);
  const number = Number(value);
  const high = Math.floor(number / HALF);
  return buffer.writeUInt32BE(number - high * HALF, buffer.writeInt32BE(high, at));
}

/** One dimension, counted from 1. */
function writeHeader(buffer: Buffer, type: number, length: number): number {
  let at = buffer.writeInt32BE(1, 0);
  at = buffer.writeInt32BE(1, at); // there may be nulls
  at = buffer.writeInt32BE(type, at);
  at = buffer.writeInt32BE(length, at);
  return buffer.writeInt32BE(1, at);
}
