import { isUtf8 } from "node:buffer";
import { ABSENT, type Integer, JsonDocument, type Node, NULL, OBJECT, scan, scanErrorMessage } from "../json/index.ts";
import { readEvent } from "./event-reader.ts";
import type { RolloutEvent } from "./events.ts";
import { uint64, unknownValue } from "./fields.ts";
import { Payload } from "./payload.ts";
import { RejectedLineError, type RejectionReason } from "./rejection.ts";
import { isRfc3339 } from "./rfc3339.ts";
import type { HistoryMode } from "./session-meta.ts";

/** What a rollout line is, as far as the projections go. */
export type DecodedLine = EventLine | NeutralLine | RejectedLine | EmptyLine;

/** A line whose event can change a projection. */
export interface EventLine {
  readonly outcome: "event";
  readonly event: RolloutEvent;
  /** Whether Codex keeps the line when it loads a legacy file; then it takes a rollout index (ADR 0001). */
  readonly counted: boolean;
  readonly ordinal: Integer | null;
  /** The line's own time stamp, verbatim. */
  readonly timestamp: string;
}

/** A readable line without effect: of a kind that changes nothing, or unknown. */
export interface NeutralLine {
  readonly outcome: "neutral";
  readonly counted: boolean;
  /** Whether Codex 0.169.0 knows the kind. */
  readonly known: boolean;
  readonly ordinal: Integer | null;
}

/** A line that cannot be read. It has no effect and takes no rollout index. */
export interface RejectedLine {
  readonly outcome: "rejected";
  readonly reason: RejectionReason;
  /** Byte offset inside the line. */
  readonly offset: number;
  readonly message: string;
}

/** White space only. */
export interface EmptyLine {
  readonly outcome: "empty";
}

const EMPTY: EmptyLine = { outcome: "empty" };
/** The values of a line and those of its payload; what is deeper is read only where an event has an effect. */
const ENVELOPE_DEPTH = 2;

/**
 * Decodes rollout lines by rollout-format.md and paginated.md. One decoder decodes one line at a time; it holds buffers that
 * it uses again, and no state.
 */
export class LineDecoder {
  readonly #envelope = new JsonDocument();
  readonly #payload = new Payload(this.#envelope);

  /**
   * Decodes the line in `bytes[start, end)`, without its newline: `end` is where the newline stands, or the end of `bytes`.
   * The mode decides which kinds have an effect. Never throws, whatever the bytes.
   */
  decode(bytes: Buffer, start: number, end: number, mode: HistoryMode): DecodedLine {
    const doc = this.#envelope;
    if (!isUtf8(bytes.subarray(start, end)))
      return { outcome: "rejected", reason: "not-utf8", offset: 0, message: "the line is not UTF-8" };
    if (!scan(doc, bytes, start, end, ENVELOPE_DEPTH)) {
      if (isBlank(bytes, start, end)) return EMPTY;
      const message = `not JSON: ${scanErrorMessage(doc.errorCode)}`;
      return { outcome: "rejected", reason: "not-json", offset: doc.errorOffset - start, message };
    }
    try {
      return this.#decodeEnvelope(mode);
    } catch (error) {
      if (!(error instanceof RejectedLineError)) throw error;
      return { outcome: "rejected", reason: error.reason, offset: error.offset - start, message: error.message };
    }
  }

  #decodeEnvelope(mode: HistoryMode): DecodedLine {
    const doc = this.#envelope;
    const { timestamp, ordinal, type, payload } = envelopeOf(doc);
    const kind = doc.string(type);
    const { event, counted, known } = readEvent(kind, this.#payload.at(payload), mode);
    const number = ordinal === ABSENT || doc.kind(ordinal) === NULL ? null : uint64(doc, ordinal, "ordinal");
    if (event === null) return { outcome: "neutral", counted, known, ordinal: number };
    const time = doc.string(timestamp);
    if (mode === "paginated") requireTime(doc, timestamp, time, event);
    return { outcome: "event", event, counted, ordinal: number, timestamp: time };
  }
}

/** An item line without a start time is dated by its time stamp, which must then be one (paginated §1). */
function requireTime(doc: JsonDocument, node: Node, time: string, event: RolloutEvent): void {
  if (event.type !== "item_completed" || event.startedAtMs !== null || isRfc3339(time)) return;
  throw unknownValue(doc, node, "timestamp", time);
}

interface Envelope {
  readonly timestamp: Node;
  readonly ordinal: Node;
  readonly type: Node;
  readonly payload: Node;
}

function envelopeOf(doc: JsonDocument): Envelope {
  if (doc.kind(0) !== OBJECT)
    throw new RejectedLineError("not-an-object", doc.start(0), "the line is not a JSON object");
  const timestamp = doc.member(0, "timestamp");
  const type = doc.member(0, "type");
  const payload = doc.member(0, "payload");
  requireKind(doc, timestamp, "timestamp", doc.isString(timestamp), "a string");
  requireKind(doc, type, "type", doc.isString(type), "a string");
  requireKind(doc, payload, "payload", payload !== ABSENT && doc.kind(payload) === OBJECT, "an object");
  return { timestamp, ordinal: doc.member(0, "ordinal"), type, payload };
}

function requireKind(doc: JsonDocument, node: Node, name: string, isRight: boolean, wanted: string): void {
  if (isRight) return;
  if (node === ABSENT) throw new RejectedLineError("missing-field", doc.start(0), `"${name}" is missing`);
  throw new RejectedLineError("wrong-type", doc.start(node), `"${name}" must be ${wanted}`);
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
