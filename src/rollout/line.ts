import { isUtf8 } from "node:buffer";
import {
  ABSENT,
  type Integer,
  JsonDocument,
  MAX_DEPTH,
  type Node,
  NULL,
  OBJECT,
  scan,
  scanErrorMessage,
} from "../json/index.ts";
import type { DecodedLine, EmptyLine, RejectedLine } from "./decoded-line.ts";
import { readEvent } from "./event-reader.ts";
import type { RolloutEvent } from "./events.ts";
import { uint64, unknownValue } from "./fields.ts";
import { Payload } from "./payload.ts";
import { RejectedLineError } from "./rejection.ts";
import { isRfc3339 } from "./rfc3339.ts";
import type { HistoryMode } from "./session-meta.ts";
import { skimLine } from "./skim.ts";

const EMPTY: EmptyLine = { outcome: "empty" };
/** Of a longer line only the values of the line and of its payload are recorded at first: most long lines have no effect. */
export const WHOLE_UP_TO_BYTES = 1 << 16;
const ENVELOPE_DEPTH = 2;

/**
 * Decodes rollout lines by rollout-format.md and paginated.md. One decoder decodes one line at a time; it holds buffers that
 * it uses again, and no state.
 */
export class LineDecoder {
  readonly #line = new JsonDocument();
  readonly #payload = new Payload(this.#line);
  readonly #skims: boolean;

  /** A decoder that does not skim parses every line: for checking that skimming changes nothing. */
  constructor({ skims = true }: { readonly skims?: boolean } = {}) {
    this.#skims = skims;
  }

  /**
   * Decodes the line in `bytes[start, end)`, without its newline: `end` is where the newline stands, or the end of `bytes`.
   * The mode decides which kinds have an effect. Never throws, whatever the bytes.
   */
  decode(bytes: Buffer, start: number, end: number, mode: HistoryMode, isKnownUtf8 = false): DecodedLine {
    if (!isKnownUtf8 && !isUtf8(bytes.subarray(start, end)))
      return { outcome: "rejected", reason: "not-utf8", offset: 0, message: "the line is not UTF-8" };
    const skimmed = this.#skims ? skimLine(bytes, start, end)?.[mode] : undefined;
    return skimmed ?? this.#parse(bytes, start, end, mode);
  }

  #parse(bytes: Buffer, start: number, end: number, mode: HistoryMode): DecodedLine {
    const doc = this.#line;
    const isWhole = end - start <= WHOLE_UP_TO_BYTES;
    if (!scan(doc, bytes, start, end, isWhole ? MAX_DEPTH : ENVELOPE_DEPTH)) {
      if (isBlank(bytes, start, end)) return EMPTY;
      const message = `not JSON: ${scanErrorMessage(doc.errorCode)}`;
      return { outcome: "rejected", reason: "not-json", offset: doc.errorOffset - start, message };
    }
    return this.#readOrReject(isWhole, start, mode);
  }

  /** Decodes a line for which a `LineScanner` answered a document: its values stand in `nodes` from `base` on. */
  decodeScanned({ bytes, start, end, nodes, base }: ScannedLine, mode: HistoryMode): DecodedLine {
    const skimmed = this.#skims ? skimLine(bytes, start, end)?.[mode] : undefined;
    if (skimmed !== undefined) return skimmed;
    this.#line.adopt(bytes, nodes, base);
    return this.#readOrReject(true, start, mode);
  }

  #readOrReject(isWhole: boolean, start: number, mode: HistoryMode): DecodedLine {
    try {
      return this.#read(isWhole, mode);
    } catch (error) {
      if (!(error instanceof RejectedLineError)) throw error;
      return rejection(error, start);
    }
  }

  #read(isWhole: boolean, mode: HistoryMode): DecodedLine {
    const doc = this.#line;
    const { timestamp, ordinal, type, payload } = envelopeOf(doc);
    const kind = doc.string(type);
    const { event, counted, known } = readEvent(kind, this.#payload.at(payload, isWhole), mode);
    const number = ordinalAt(doc, ordinal);
    if (event === null) return { outcome: "neutral", counted, known, ordinal: number };
    const time = doc.string(timestamp);
    if (mode === "paginated" && !isDated(event, time)) {
      const error = unknownValue(doc, timestamp, "timestamp", time);
      return { ...rejection(error, doc.start(0)), ...(number !== null && { ordinal: number }) };
    }
    return { outcome: "event", event, counted, ordinal: number, timestamp: time };
  }
}

export function ordinalAt(doc: JsonDocument, node: Node): Integer | null {
  return node === ABSENT || doc.kind(node) === NULL ? null : uint64(doc, node, "ordinal");
}

/** An item line without a start time is dated by its time stamp, which must then be one (paginated §1). */
function isDated(event: RolloutEvent, time: string): boolean {
  return event.type !== "item_completed" || event.startedAtMs !== null || isRfc3339(time);
}

function rejection({ reason, offset, message }: RejectedLineError, start: number): RejectedLine {
  return { outcome: "rejected", reason, offset: offset - start, message };
}

/** A line whose values are known already. */
export interface ScannedLine {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly nodes: Int32Array;
  readonly base: number;
}

interface Envelope {
  readonly timestamp: Node;
  readonly ordinal: Node;
  readonly type: Node;
  readonly payload: Node;
}

/** The values of a line around its payload; throws when one is missing or of another kind. */
export function envelopeOf(doc: JsonDocument): Envelope {
  if (doc.kind(0) !== OBJECT)
    throw new RejectedLineError("not-an-object", doc.start(0), "the line is not a JSON object");
  const timestamp = doc.member(0, "timestamp");
  const type = doc.member(0, "type");
  const payload = doc.member(0, "payload");
  requireKind(doc, timestamp, "timestamp", doc.isString(timestamp), "a string");
  requireKind(doc, type, "type", doc.isString(type), "a string");
  requireKind(doc, payload, "payload", doc.kind(payload) === OBJECT, "an object");
  return { timestamp, ordinal: doc.member(0, "ordinal"), type, payload };
}

function requireKind(doc: JsonDocument, node: Node, name: string, isRight: boolean, wanted: string): void {
  // Of an absent value a document that holds many lines tells what the line before ends with.
  if (node === ABSENT) throw new RejectedLineError("missing-field", doc.start(0), `"${name}" is missing`);
  if (!isRight) throw new RejectedLineError("wrong-type", doc.start(node), `"${name}" must be ${wanted}`);
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
