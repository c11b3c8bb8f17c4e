import type { Message } from "kafkajs";
import { crc32c } from "./crc32c.ts";

/** The messages for one partition, and the place of the first in the producer's sequence. */
export interface BatchToWrite {
  readonly messages: readonly Message[];
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly isTransactional: boolean;
  /** Of all messages, in milliseconds. */
  readonly timestamp: number;
}

const FORMAT = 2;
const IN_TRANSACTION = 0x10;
/** From the first offset to the count of records. */
const HEADER = 61;
const CRC = 17;
/** What the checksum covers begins behind it. */
const SUMMED = 21;
const BEFORE_LENGTH_COUNTS = 12;
/** A record's attributes, and its timestamp's delta: both are zero. */
const ZEROS = 2;

/** One record: its key, value and headers as bytes or text, and how many bytes it has behind its length. */
interface SizedRecord {
  readonly message: Message;
  readonly headers: readonly (readonly [name: string, value: string | Buffer])[];
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly bytes: number;
}

/** A batch whose size is known (Kafka's format 2, uncompressed). */
export class SizedBatch {
  readonly bytes: number;
  readonly #batch: BatchToWrite;
  readonly #records: readonly SizedRecord[];

  constructor(batch: BatchToWrite) {
    this.#batch = batch;
    this.#records = batch.messages.map(sized);
    this.bytes = this.#records.reduce((sum, { bytes }) => sum + varintBytes(bytes) + bytes, HEADER);
  }

  /** Answers where the batch ends. */
  write(into: Buffer, start: number): number {
    const { producerId, producerEpoch, firstSequence, isTransactional, timestamp } = this.#batch;
    const time = BigInt(timestamp);
    into.writeBigInt64BE(0n, start);
    into.writeInt32BE(this.bytes - BEFORE_LENGTH_COUNTS, start + 8);
    into.writeInt32BE(0, start + 12); // the leader's epoch: brokers set it
    into.writeInt8(FORMAT, start + 16);
    into.writeInt16BE(isTransactional ? IN_TRANSACTION : 0, start + SUMMED);
    into.writeInt32BE(this.#records.length - 1, start + 23);
    into.writeBigInt64BE(time, start + 27);
    into.writeBigInt64BE(time, start + 35);
    into.writeBigInt64BE(producerId, start + 43);
    into.writeInt16BE(producerEpoch, start + 51);
    into.writeInt32BE(firstSequence, start + 53);
    into.writeInt32BE(this.#records.length, start + 57);
    let at = start + HEADER;
    for (const [offsetDelta, record] of this.#records.entries()) at = writeRecord(into, at, record, offsetDelta);
    into.writeUInt32BE(crc32c(into, start + SUMMED, at), start + CRC);
    return at;
  }
}

function sized(message: Message, offsetDelta: number): SizedRecord {
  const keyBytes = bytesOf(message.key);
  const valueBytes = bytesOf(message.value);
  const headers = headersOf(message);
  let bytes =
    ZEROS + varintBytes(offsetDelta) + fieldBytes(keyBytes) + fieldBytes(valueBytes) + varintBytes(headers.length);
  for (const [name, value] of headers)
    bytes += fieldBytes(Buffer.byteLength(name)) + fieldBytes(Buffer.byteLength(value));
  return { message, headers, keyBytes, valueBytes, bytes };
}

/** −1 where there is none. */
function bytesOf(field: Buffer | string | null | undefined): number {
  return field === null || field === undefined ? -1 : Buffer.byteLength(field);
}

const NO_HEADERS: SizedRecord["headers"] = [];

function headersOf({ headers }: Message): SizedRecord["headers"] {
  if (headers === undefined) return NO_HEADERS;
  return Object.entries(headers).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value ?? ""];
    return values.map((one) => [name, one] as const);
  });
}

function writeRecord(into: Buffer, start: number, record: SizedRecord, offsetDelta: number): number {
  const { message, headers, keyBytes, valueBytes, bytes } = record;
  let at = writeVarint(into, start, bytes);
  into[at++] = 0;
  into[at++] = 0;
  at = writeVarint(into, at, offsetDelta);
  at = writeField(into, at, message.key, keyBytes);
  at = writeField(into, at, message.value, valueBytes);
  at = writeVarint(into, at, headers.length);
  for (const [name, value] of headers) {
    at = writeField(into, at, name, Buffer.byteLength(name));
    at = writeField(into, at, value, Buffer.byteLength(value));
  }
  return at;
}

function writeField(into: Buffer, start: number, field: Buffer | string | null | undefined, bytes: number): number {
  const at = writeVarint(into, start, bytes);
  if (field === null || field === undefined) return at;
  if (typeof field === "string") into.write(field, at);
  else field.copy(into, at);
  return at + bytes;
}

/** A zigzag integer of 32 bits. */
function writeVarint(into: Buffer, start: number, value: number): number {
  let at = start;
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest >= 0x80; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80;
  into[at++] = rest;
  return at;
}

function fieldBytes(bytes: number): number {
  return varintBytes(bytes) + Math.max(0, bytes);
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = ((value << 1) ^ (value >> 31)) >>> 0; rest >= 0x80; rest >>>= 7) bytes += 1;
  return bytes;
}
