import { LINE_HEADERS } from "../kafka/index.ts";
import type { RecordMaker } from "../producer/index.ts";
import type { Redacted, Redactor } from "../redaction/index.ts";
import { LineDecoder } from "../rollout/index.ts";
import type { RolloutRecord } from "../worker/index.ts";
import type { RawLine } from "./raw-lines.ts";

/** A record for the log, and what its headers say (docs/producing.md). */
export interface ShipRecord {
  readonly record: RolloutRecord;
  readonly headers: Readonly<Record<string, string>> | null;
  /** What the record lacks of a line that it cannot hold. */
  readonly lack: LineLack | null;
}

export interface LineLack {
  readonly bytes: number;
  /** Left out of its longest values; null when nothing of it is there but its size and hash. */
  readonly elidedBytes: number | null;
}

export interface LinePlace {
  readonly threadId: string;
  readonly rolloutId: string;
  readonly position: number;
  readonly recordedAt: number;
  /** The name of the rollout's file. */
  readonly fileName: string;
}

/** Makes the record of each line: without secrets, and no larger than a record may be. */
export class LineRecords {
  readonly #maker: RecordMaker;
  readonly #redactor: Redactor | null;
  readonly #redacted = new Map<string, number>();

  constructor(maker: RecordMaker, redactor: Redactor | null) {
    this.#maker = maker;
    this.#redactor = redactor;
  }

  recordOf(raw: RawLine, { fileName, ...place }: LinePlace): ShipRecord {
    const file = place.position === 0 ? { [LINE_HEADERS.file]: fileName } : null;
    if (raw.type === "oversized")
      return {
        record: this.#maker.marker(raw, place).record,
        headers: file,
        lack: { bytes: raw.bytes, elidedBytes: null },
      };
    const { line, values } = this.#redact(raw.line);
    const { record, elidedBytes } = this.#maker.make(line, place);
    if (record.oversized !== null) return { record, headers: file, lack: { bytes: line.length, elidedBytes: null } };
    if (values === 0 && elidedBytes === 0) return { record, headers: file, lack: null };
    const redacted = values > 0 ? { [LINE_HEADERS.redactedValues]: String(values) } : {};
    const elided = elidedBytes > 0 ? { [LINE_HEADERS.elidedBytes]: String(elidedBytes) } : {};
    const lack = elidedBytes > 0 ? { bytes: line.length, elidedBytes } : null;
    return { record, headers: { ...file, ...redacted, ...elided }, lack };
  }

  /** How many values each rule has replaced so far. */
  get redacted(): ReadonlyMap<string, number> {
    return this.#redacted;
  }

  #redact(line: Buffer): Pick<Redacted, "line" | "values"> {
    if (this.#redactor === null) return { line, values: 0 };
    const redacted = this.#redactor.redact(line);
    for (const [rule, values] of redacted.byRule) this.#redacted.set(rule, (this.#redacted.get(rule) ?? 0) + values);
    return redacted;
  }
}

const decoder = new LineDecoder();
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A last line without newline counts when it is whole; the beginning of an object is still being written. */
export function isTorn(rest: RawLine): boolean {
  if (rest.type === "oversized") return rest.lastByte !== CLOSE_BRACE;
  const decoded = decoder.decode(rest.line, 0, rest.line.length, "paginated");
  const isCut = decoded.outcome === "rejected" && (decoded.reason === "not-json" || decoded.reason === "not-utf8");
  return isCut && rest.line[0] === OPEN_BRACE;
}
