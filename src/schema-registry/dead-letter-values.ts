import { hash } from "node:crypto";
import type { Integer } from "../json/index.ts";
import type { DeadLetter, DeadLetterCode, OversizedLine } from "../worker/index.ts";
import { exact } from "./numbers.ts";

/** Where dead letters come from. */
export interface SourcePartition {
  readonly topic: string;
  readonly partition: number;
}

/** A dead letter as its topic holds it. What a newer release added is `unknown`. */
export interface PublishedDeadLetter extends Omit<DeadLetter, "observer" | "code"> {
  readonly observer: DeadLetter["observer"] | "unknown";
  readonly code: DeadLetterCode | "unknown";
  readonly topic: string;
  readonly partition: number;
  /** Set when no record could hold the bytes; then they are null in `source`. */
  readonly omittedKey: OversizedLine | null;
  readonly omittedValue: OversizedLine | null;
}

interface AvroDeadLetter {
  readonly observer: string;
  readonly code: string;
  readonly reason: string;
  readonly sourceTopic: string;
  readonly sourcePartition: Integer;
  readonly sourceOffset: Integer;
  readonly sourceTimestamp: Integer;
  readonly threadId: string | null;
  readonly rolloutId: string | null;
  readonly position: Integer | null;
  readonly key: Buffer | null;
  readonly omittedKey: AvroOmitted | null;
  readonly value: Buffer | null;
  readonly omittedValue: AvroOmitted | null;
}

interface AvroOmitted {
  readonly bytes: Integer;
  readonly sha256: string;
}

export function deadLetterToAvro(letter: DeadLetter, { topic, partition }: SourcePartition): AvroDeadLetter {
  const { source } = letter;
  return {
    observer: symbolOf(letter.observer),
    code: symbolOf(letter.code),
    reason: letter.reason,
    sourceTopic: topic,
    sourcePartition: partition,
    sourceOffset: source.offset,
    sourceTimestamp: source.timestamp,
    threadId: letter.threadId,
    rolloutId: letter.rolloutId,
    position: letter.position,
    key: source.key,
    omittedKey: null,
    value: source.value,
    omittedValue: null,
  };
}

/** Texts of a letter are made for people; ids are short unless somebody plays tricks. */
const LONGEST_TEXT = 1_000;

/** The same letter, with hashes for the record's bytes and no text that could fill a record. */
export function withoutBytes(letter: AvroDeadLetter): AvroDeadLetter {
  return {
    ...letter,
    reason: letter.reason.slice(0, LONGEST_TEXT),
    threadId: shortOrNull(letter.threadId),
    rolloutId: shortOrNull(letter.rolloutId),
    key: null,
    omittedKey: omitted(letter.key),
    value: null,
    omittedValue: omitted(letter.value),
  };
}

function shortOrNull(id: string | null): string | null {
  return id === null || id.length > LONGEST_TEXT ? null : id;
}

function omitted(bytes: Buffer | null): AvroOmitted | null {
  return bytes && { bytes: bytes.length, sha256: hash("sha256", bytes, "hex") };
}

export function deadLetterFromAvro(value: AvroDeadLetter): PublishedDeadLetter {
  return {
    observer: nameOf(value.observer) as PublishedDeadLetter["observer"],
    code: nameOf(value.code) as PublishedDeadLetter["code"],
    reason: value.reason,
    topic: value.sourceTopic,
    partition: exact(value.sourcePartition, "sourcePartition"),
    source: {
      offset: exact(value.sourceOffset, "sourceOffset"),
      timestamp: exact(value.sourceTimestamp, "sourceTimestamp"),
      key: value.key,
      value: value.value,
    },
    threadId: value.threadId,
    rolloutId: value.rolloutId,
    position: value.position === null ? null : exact(value.position, "position"),
    omittedKey: omittedFromAvro(value.omittedKey),
    omittedValue: omittedFromAvro(value.omittedValue),
  };
}

function omittedFromAvro(value: AvroOmitted | null): OversizedLine | null {
  return value && { bytes: exact(value.bytes, "bytes"), sha256: value.sha256 };
}

/** Symbols of Avro hold no hyphens. */
function symbolOf(name: string): string {
  return name.replaceAll("-", "_");
}

function nameOf(symbol: string): string {
  return symbol.replaceAll("_", "-");
}
