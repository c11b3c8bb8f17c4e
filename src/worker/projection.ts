import { crc32 } from "node:zlib";
import type { Mutation } from "../projections/index.ts";
import { LineDecoder } from "../rollout/index.ts";
import { elide } from "./elide.ts";
import type { WorkerOptions } from "./options.ts";
import type { PartitionName } from "./partition-name.ts";
import type { PendingTransaction } from "./pending-transaction.ts";
import type { RecordCodec } from "./record-codec.ts";
import type { DeadLetter, DeadLetterCode, Decision, RolloutRecord, SourceRecord } from "./records.ts";
import type { Thread } from "./thread.ts";
import type { RecordResult, WorkerListener } from "./worker-event.ts";

/** A record of a thread on its way through the observer. */
export interface Taken {
  readonly source: SourceRecord;
  readonly record: RolloutRecord;
  readonly thread: Thread;
  /** Whether it changes state only: its mutations went out before. */
  readonly isSilent: boolean;
  /** What was decided about this record of the thread. */
  readonly decision: Decision | undefined;
  /** Whether the process ended each time that it took this record. */
  readonly isSuspect: boolean;
}

/** Serves all partitions of a process: it holds buffers, and no state from one line to the next. */
const decoder = new LineDecoder();

/** Takes one record after another into the state of its thread, without waiting for anything. */
export class Projection {
  readonly #name: PartitionName;
  readonly #codec: RecordCodec;
  readonly #options: WorkerOptions;
  readonly #listener: WorkerListener;
  readonly #pending: PendingTransaction;
  /** Rough size of the state changed since it was last asked for, in bytes. */
  #changedBytes = 0;

  constructor(
    name: PartitionName,
    codec: RecordCodec,
    options: WorkerOptions,
    listener: WorkerListener,
    pending: PendingTransaction,
  ) {
    this.#name = name;
    this.#codec = codec;
    this.#options = options;
    this.#listener = listener;
    this.#pending = pending;
  }

  takeChangedBytes(): number {
    const bytes = this.#changedBytes;
    this.#changedBytes = 0;
    return bytes;
  }

  /** Applies the record, or refuses it (ADR 0020), or stops its thread there. */
  take(taken: Taken): RecordResult {
    const { source, record, thread } = taken;
    if (source.offset < thread.offset) return "silent";
    if (thread.quarantine !== null) return "waiting";
    const line = { rolloutId: record.rolloutId, position: record.position, lineHash: crc32(record.line) };
    const admission = thread.positions.admit(line);
    if (admission !== "apply") return this.#refuse(taken, admission);
    const ruling = rulingOf(taken);
    if (ruling === "hold" && taken.decision !== undefined) return this.#hold(taken, taken.decision);
    if (ruling === "hold") return this.#stop(taken, "the process ended each time that it took this record");
    try {
      const result = ruling === "skip" ? "passed" : this.#apply(taken);
      thread.advance(line, source.offset);
      this.#release(taken);
      return result;
    } catch (error) {
      return this.#stop(taken, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }

  /** What cannot even be told to belong to a thread goes to dead letters. */
  refuse(source: SourceRecord, code: DeadLetterCode, reason: string, record: RolloutRecord | null): void {
    const letter: DeadLetter = {
      observer: this.#name.observer,
      code,
      reason,
      source,
      threadId: record?.threadId ?? null,
      rolloutId: record?.rolloutId ?? null,
      position: record?.position ?? null,
    };
    this.#pending.add({ type: "dead-letter", letter, value: this.#codec.encodeDeadLetter(letter) });
    this.#listener({ type: "dead-letter", code, offset: source.offset, reason });
  }

  #refuse(
    { source, record, thread, isSilent }: Taken,
    admission: "duplicate" | "late" | "conflict" | "superseded",
  ): RecordResult {
    thread.reflect(source.offset);
    if (isSilent) return "silent";
    if (admission === "late") {
      this.refuse(source, "late", `position ${record.position} was passed over before`, record);
    } else if (admission === "conflict") {
      this.refuse(source, "conflict", `another line was applied at position ${record.position}`, record);
    }
    return admission;
  }

  #apply(taken: Taken): RecordResult {
    const { source, record, thread, isSilent } = taken;
    const { threadId, rolloutId, position, oversized, line } = record;
    if (oversized !== null) {
      this.#refuseLine(taken, "oversized", `the line has ${oversized.bytes} bytes, which no record can hold`);
      return "oversized";
    }
    const decoded = decoder.decode(line, 0, line.length, thread.mode.in(rolloutId));
    if (decoded.outcome === "empty") return "passed";
    if (decoded.outcome === "rejected") {
      this.#refuseLine(taken, "malformed-line", `${decoded.reason} at byte ${decoded.offset}: ${decoded.message}`);
      return "malformed";
    }
    const isEvent = decoded.outcome === "event";
    const { mutations, fields } = thread.observe({
      threadId,
      rolloutId,
      position,
      ordinal: decoded.ordinal,
      counted: decoded.counted,
      event: isEvent ? decoded.event : null,
      timestamp: isEvent ? decoded.timestamp : "",
      generation: 0,
    });
    if (isEvent) thread.mode.saw(decoded.event);
    if (isEvent && fields.length > 0) this.#changedBytes += line.length;
    if (isSilent) return "silent";
    for (const mutation of mutations) this.#emit(mutation, source);
    return isEvent ? "applied" : "passed";
  }

  /** A line that cannot be read is reported by one observer, the one that reads all of it (design §4). */
  #refuseLine({ source, record, isSilent }: Taken, code: DeadLetterCode, reason: string): void {
    if (!isSilent && this.#name.observer === "thread-item") this.refuse(source, code, reason, record);
  }

  #emit(mutation: Mutation, source: SourceRecord): void {
    const { maxRecordBytes } = this.#options;
    const value = this.#codec.encodeMutation(mutation, source.offset, 0);
    if (value.length <= maxRecordBytes) {
      this.#pending.add({ type: "mutation", mutation, sourceOffset: source.offset, value });
      return;
    }
    const elided = elide(mutation, maxRecordBytes);
    const less = this.#codec.encodeMutation(elided.mutation, source.offset, elided.bytes);
    if (less.length > maxRecordBytes)
      throw new RangeError(`a mutation of ${value.length} bytes does not fit into a record of ${maxRecordBytes}`);
    this.#pending.add({ type: "mutation", mutation: elided.mutation, sourceOffset: source.offset, value: less });
    this.#listener({ type: "elided", offset: source.offset, bytes: elided.bytes });
  }

  /** A decision that is met on the way, emitting, is done with: nothing had to wait. */
  #release({ decision, isSilent }: Taken): void {
    if (isSilent || decision === undefined || decision.isDone) return;
    this.#pending.add({ type: "decision", decision: { ...decision, isDone: true } });
  }

  /**
   * The thread stops here, and stays stopped whatever is rebuilt: a note of it goes out in the same transaction. Found in a
   * silent pass, it is announced with the next one; a repeat is told by its offset.
   */
  #stop(taken: Taken, reason: string): RecordResult {
    const { source, record } = taken;
    const { threadId } = record;
    this.refuse(source, "quarantined", reason, record);
    const { offset } = source;
    const hold: Decision = { ...this.#name, offset, threadId, action: "hold", reason, isDone: false };
    this.#pending.add({ type: "decision", decision: hold });
    return this.#hold(taken, hold);
  }

  #hold({ source: { offset }, thread }: Taken, { reason }: Decision): RecordResult {
    thread.stopAt({ offset, reason });
    this.#listener({ type: "quarantined", threadId: thread.id, offset, reason });
    return "waiting";
  }
}

/** A decision that is still to be carried out leaves the thread stopped in a silent pass: what waits must be emitted then. */
function rulingOf({ decision, isSilent, isSuspect }: Taken): "apply" | "skip" | "hold" {
  if (decision === undefined) return isSuspect ? "hold" : "apply";
  if (decision.action === "hold" || (isSilent && !decision.isDone)) return "hold";
  return decision.action === "skip" ? "skip" : "apply";
}
