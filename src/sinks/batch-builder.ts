import { crc32 } from "node:zlib";
import { type DeadLetterRow, RowBatch } from "../read-model/index.ts";
import type { Offset, SourceRecord } from "../worker/index.ts";
import type { SinkContent } from "./records.ts";
import type { LastRecord, Place, SinkBatch } from "./store.ts";

/** Gathers records of several topics' partitions until they are written. */
export class BatchBuilder {
  readonly #rows = new RowBatch();
  readonly #deadLetters: DeadLetterRow[] = [];
  readonly #places = new Map<string, { next: Offset; last: SourceRecord | null }>();
  records = 0;
  bytes = 0;
  /** When the last record was written to the log. */
  recordTime: number | null = null;

  /** @throws Error when the record says what no row can be made of */
  add(topic: string, record: SourceRecord, content: SinkContent): void {
    switch (content.outcome) {
      case "mutation":
        this.#rows.add(content.mutation, content.sourceOffset);
        break;
      case "reset":
        this.#rows.reset(content.threadId, content.generation);
        break;
      case "dead-letter":
        this.#deadLetters.push(content.letter);
        break;
    }
    this.passed(topic, record);
    this.records += 1;
    this.bytes += record.value?.length ?? 0;
    this.recordTime = record.timestamp;
  }

  /** The record is done with. */
  passed(topic: string, record: SourceRecord): void {
    this.#places.set(topic, { next: record.offset + 1, last: record });
  }

  /** The topic goes on there: past what does not count, too. */
  moved(topic: string, next: Offset): void {
    this.#places.set(topic, { next, last: this.#places.get(topic)?.last ?? null });
  }

  /** Whether nothing was read. */
  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** @param before the last records of the topics so far */
  batch(before: ReadonlyMap<string, LastRecord | null>): SinkBatch {
    const places = [...this.#places].map(([topic, { next, last }]): [string, Place] => [
      topic,
      { next, last: last === null ? (before.get(topic) ?? null) : { offset: last.offset, mark: markOf(last) } },
    ]);
    return { rows: this.#rows, deadLetters: this.#deadLetters, places: new Map(places) };
  }
}

/** Tells a record's content from others. */
export function markOf({ value }: SourceRecord): string {
  return value === null ? "none" : `${value.length}:${crc32(value).toString(16)}`;
}

export function rowsIn({ rows: { items, turns, events, rollouts, threads }, deadLetters }: SinkBatch): number {
  return items.size + turns.size + events.size + rollouts.size + threads.size + deadLetters.length;
}
