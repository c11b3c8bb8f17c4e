import type { OversizedLine, RolloutRecord } from "../worker/index.ts";
import { LineLabeller } from "./line-labels.ts";

/** The place of a line in the log. */
export type LinePlaceInLog = Pick<RolloutRecord, "threadId" | "rolloutId" | "position" | "recordedAt">;

export interface MadeRecord {
  readonly record: RolloutRecord;
  /** Bytes of the strings left out. */
  readonly elidedBytes: number;
}

/** Makes the record of a line, whatever its size. Holds buffers that it uses again, and no state. */
export class RecordMaker {
  readonly #labeller = new LineLabeller();

  constructor(_options: { readonly maxRecordBytes: number }) {}

  make(line: Buffer, place: LinePlaceInLog): MadeRecord {
    return { record: { ...place, ...this.#labeller.labelsOf(line), line, oversized: null }, elidedBytes: 0 };
  }

  marker({ bytes, sha256 }: OversizedLine, place: LinePlaceInLog): MadeRecord {
    const nothing = { kind: "", eventType: null, line: Buffer.alloc(0) };
    return { record: { ...place, ...nothing, oversized: { bytes, sha256 } }, elidedBytes: 0 };
  }
}
