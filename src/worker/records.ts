import type { Mutation, ObserverName } from "../projections/index.ts";

/** Place of a record in a partition: a whole number, exact up to 2^53. */
export type Offset = number;

/** A record of the input topic, as the broker holds it. */
export interface SourceRecord {
  readonly offset: Offset;
  /** Milliseconds since the epoch, set by the broker or the producer. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A raw rollout line in its envelope: the value of a record of `rollout-events` (schemas/rollout-event.avsc). */
export interface RolloutRecord {
  readonly threadId: string;
  readonly rolloutId: string;
  /** Index of the line in its rollout, from 0. */
  readonly position: number;
  /** When the producer took the line, in milliseconds since the epoch. Reaches no mutation. */
  readonly recordedAt: number;
  /** `type` of the line, as far as the producer could tell. */
  readonly kind: string;
  /** `payload.type` of an event message, else null. */
  readonly eventType: string | null;
  /** The line, verbatim, without its newline. Empty when `oversized` is set. */
  readonly line: Buffer;
  /** A line that no record can hold leaves this in its place. */
  readonly oversized: OversizedLine | null;
}

export interface OversizedLine {
  readonly bytes: number;
  readonly sha256: string;
}

/** Why a record, or the thread it belongs to, was refused. */
export type DeadLetterCode =
  | "not-avro"
  | "incompatible-schema"
  | "key-mismatch"
  | "malformed-line"
  | "oversized"
  | "late"
  | "conflict"
  | "quarantined";

/** A record that has no effect, kept byte for byte with the reason. */
export interface DeadLetter {
  readonly observer: ObserverName;
  readonly code: DeadLetterCode;
  /** For people: what was found, where. */
  readonly reason: string;
  readonly source: SourceRecord;
  /** Null where the envelope could not be read. */
  readonly threadId: string | null;
  readonly rolloutId: string | null;
  readonly position: number | null;
}

/** What goes out together with the offset it was made at. */
export type Output =
  | { readonly type: "mutation"; readonly mutation: Mutation; readonly sourceOffset: Offset; readonly value: Buffer }
  | { readonly type: "dead-letter"; readonly letter: DeadLetter; readonly value: Buffer }
  /** Tells the decisions topic that what a thread had waiting was emitted. */
  | { readonly type: "decision"; readonly decision: Decision };

/**
 * What holds for a thread that an observer stopped at: a record of `<prefix>.decisions`, newest per observer, partition and
 * offset. A worker writes `hold` when it stops; an operator overwrites it.
 */
export interface Decision {
  readonly observer: ObserverName;
  readonly partition: number;
  /** The record at which the thread stopped. */
  readonly offset: Offset;
  readonly threadId: string;
  /** Stay there; leave the record out and go on; or try it again (after an upgrade) and go on. */
  readonly action: "hold" | "skip" | "retry";
  /** Why it stopped, or why it was decided so; for people. */
  readonly reason: string;
  /** Whether the thread went on, and what had to wait was emitted. */
  readonly isDone: boolean;
}
