import { LINE_HEADERS, type RecordHeaders } from "../../kafka/index.ts";
import type { RolloutRecord } from "../../worker/index.ts";
import { type FoundLine, LineTable, Trait } from "./line-table.ts";
import type { Stretch, ThreadRecord } from "./thread-records.ts";

/** One rollout of a thread, as the log has it. */
export class FoundRollout {
  readonly rolloutId: string;
  readonly lines = new LineTable();
  /** When its first record came to the log, in milliseconds since the epoch. */
  begun = Number.POSITIVE_INFINITY;
  /** When a producer took the first and the last of its lines. */
  firstRecordedAt = Number.POSITIVE_INFINITY;
  lastRecordedAt = Number.NEGATIVE_INFINITY;
  /** What the header of its first line names. */
  fileHeader: string | undefined;
  /** The line at position 0. */
  firstLine: Buffer | undefined;
  /** The first position of which a later record has another content; and how many such records there are. */
  firstConflict: number | undefined;
  conflicts = 0;
  readonly #stretches = new Map<number, { first: number; last: number }>();

  constructor(rolloutId: string) {
    this.rolloutId = rolloutId;
  }

  /** Where its lines are in the log, partitions in the order in which they were read. */
  get stretches(): Stretch[] {
    return [...this.#stretches].map(([partition, { first, last }]) => ({ partition, first, last }));
  }

  get hasGaps(): boolean {
    return this.lines.missing().next().done !== true;
  }

  /** Whether every line up to the last one is there. */
  get isWhole(): boolean {
    return !this.hasGaps && this.lines.rangesOf(Trait.marker).next().done === true;
  }

  take({ record, headers, partition, offset, timestamp }: Extract<ThreadRecord, { type: "line" }>): void {
    const { position, recordedAt, line, oversized } = record;
    const taken = this.lines.take(foundLine(record, headers));
    if (taken === "conflict") this.#conflict(position);
    if (taken !== "new") return;
    this.#reaches(partition, offset);
    this.begun = Math.min(this.begun, timestamp);
    this.firstRecordedAt = Math.min(this.firstRecordedAt, recordedAt);
    this.lastRecordedAt = Math.max(this.lastRecordedAt, recordedAt);
    if (position !== 0) return;
    this.fileHeader = headers.get(LINE_HEADERS.file);
    if (oversized === null) this.firstLine = Buffer.from(line); // it is a view of all that was fetched
  }

  #conflict(position: number): void {
    this.conflicts += 1;
    this.firstConflict ??= position;
  }

  #reaches(partition: number, offset: number): void {
    const known = this.#stretches.get(partition);
    if (known === undefined) this.#stretches.set(partition, { first: offset, last: offset });
    else known.last = offset;
  }
}

function foundLine({ position, line, oversized }: RolloutRecord, headers: RecordHeaders): FoundLine {
  const isMarker = oversized !== null;
  const content = isMarker ? Buffer.from(oversized.sha256) : line;
  const isElided = headers.has(LINE_HEADERS.elidedBytes);
  return { position, content, isMarker, isElided, isRedacted: headers.has(LINE_HEADERS.redactedValues) };
}
