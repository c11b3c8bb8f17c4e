import { hash } from "node:crypto";
import type { OversizedLine, RolloutRecord } from "../worker/index.ts";
import { elideLine } from "./line-elider.ts";
import { LineLabeller, type LineLabels } from "./line-labels.ts";

/** The place of a line in the log. */
export type LinePlaceInLog = Pick<RolloutRecord, "threadId" | "rolloutId" | "position" | "recordedAt">;

export interface MadeRecord {
  readonly record: RolloutRecord;
  /** Bytes of the strings left out. */
  readonly elidedBytes: number;
}

/** Room for what is around a line in its record: numbers and lengths, headers, and what Kafka adds to a record and its batch. */
const AROUND_BYTES = 512;
/** Room for the labels of an elided line: a longer one is elided itself. */
const LABELS_BYTES = 2_048;
const EMPTY_LINE = Buffer.alloc(0);

/** Makes the record of a line, whatever its size. Holds buffers that it uses again, and no state. */
export class RecordMaker {
  readonly #labeller = new LineLabeller();
  readonly #maxRecordBytes: number;

  constructor({ maxRecordBytes }: { readonly maxRecordBytes: number }) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** The record of a line; elided where no record could hold it, a marker where that is not enough. */
  make(line: Buffer, place: LinePlaceInLog): MadeRecord {
    const room = this.#maxRecordBytes - AROUND_BYTES - bytesOfIds(place);
    const whole = this.#fitting(line, place, room);
    if (whole !== undefined) return { record: whole, elidedBytes: 0 };
    const elided = elideLine(line, room - LABELS_BYTES);
    const record = elided === undefined ? undefined : this.#fitting(elided.line, place, room);
    if (elided !== undefined && record !== undefined) return { record, elidedBytes: elided.elidedBytes };
    return this.marker({ bytes: line.length, sha256: hash("sha256", line, "hex") }, place);
  }

  /** A marker for a line too long to be looked at (its size and SHA-256 were taken as it passed). */
  marker({ bytes, sha256 }: OversizedLine, place: LinePlaceInLog): MadeRecord {
    const nothing = { kind: "", eventType: null, line: EMPTY_LINE };
    return { record: { ...place, ...nothing, oversized: { bytes, sha256 } }, elidedBytes: 0 };
  }

  #fitting(line: Buffer, place: LinePlaceInLog, room: number): RolloutRecord | undefined {
    if (line.length > room) return undefined;
    const labels = this.#labeller.labelsOf(line);
    if (line.length + bytesOfLabels(labels) > room) return undefined;
    return { ...place, ...labels, line, oversized: null };
  }
}

/** The thread id is also the record's key. */
function bytesOfIds({ threadId, rolloutId }: LinePlaceInLog): number {
  return 2 * Buffer.byteLength(threadId) + Buffer.byteLength(rolloutId);
}

function bytesOfLabels({ kind, eventType }: LineLabels): number {
  return Buffer.byteLength(kind) + (eventType === null ? 0 : Buffer.byteLength(eventType));
}
