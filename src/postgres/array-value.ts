import type { SqlValue } from "../read-model-sql/index.ts";
import { storedText } from "./text.ts";

/** Numbers of the types in the protocol. */
const TEXT = 25;
const BIGINT = 20;

const HEADER_BYTES = 20;
const NULL_LENGTH = -1;

/**
 * A list of values as Postgres takes it in binary: a list written as text would be escaped here and parsed there, sign by
 * sign, and messages are full of signs to escape.
 */
export function arrayValue(type: "text" | "bigint", values: readonly SqlValue[]): Buffer {
  return type === "text" ? textArray(values) : bigintArray(values);
}

function textArray(values: readonly SqlValue[]): Buffer {
  const texts = values.map((value) => (value === null ? null : storedText(String(value))));
  const lengths = texts.map((text) => (text === null ? NULL_LENGTH : Buffer.byteLength(text)));
  const bytes = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(bytes);
  let at = writeHeader(buffer, TEXT, values.length);
  for (const [n, text] of texts.entries()) {
    at = buffer.writeInt32BE(lengths[n] ?? NULL_LENGTH, at);
    if (text !== null) at += buffer.write(text, at);
  }
  return buffer;
}

function bigintArray(values: readonly SqlValue[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + 12 * values.length);
  let at = writeHeader(buffer, BIGINT, values.length);
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? NULL_LENGTH : 8, at);
    if (value !== null) at = buffer.writeBigInt64BE(BigInt(value), at);
  }
  return buffer.subarray(0, at);
}

/** One dimension, counted from 1. */
function writeHeader(buffer: Buffer, type: number, length: number): number {
  let at = buffer.writeInt32BE(1, 0);
  at = buffer.writeInt32BE(1, at); // there may be nulls
  at = buffer.writeInt32BE(type, at);
  at = buffer.writeInt32BE(length, at);
  return buffer.writeInt32BE(1, at);
}
