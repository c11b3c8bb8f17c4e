import { isUtf8 } from "node:buffer";
import { ABSENT, JsonDocument, OBJECT, scan } from "../json/index.ts";

/** What the envelope of a record says of its line, so that most observers need not parse it. */
export interface LineLabels {
  /** `type` of the line; empty when it cannot be read. */
  readonly kind: string;
  /** `payload.type` of an event message; null for others, and when it cannot be read. */
  readonly eventType: string | null;
}

const UNREADABLE: LineLabels = { kind: "", eventType: null };
/** The members of the line and of its payload; what is deeper is passed over. */
const ENVELOPE_DEPTH = 2;

/** Reads the labels of lines. It holds buffers that it uses again, and no state. */
export class LineLabeller {
  readonly #doc = new JsonDocument();

  /** Never throws, whatever the bytes. */
  labelsOf(line: Buffer): LineLabels {
    const doc = this.#doc;
    if (!isUtf8(line) || !scan(doc, line, 0, line.length, ENVELOPE_DEPTH) || doc.kind(0) !== OBJECT) return UNREADABLE;
    const kind = this.#text(0, "type");
    if (kind === undefined) return UNREADABLE;
    const payload = kind === "event_msg" ? doc.member(0, "payload") : ABSENT;
    const isObject = payload !== ABSENT && doc.kind(payload) === OBJECT;
    return { kind, eventType: isObject ? (this.#text(payload, "type") ?? null) : null };
  }

  #text(object: number, key: string): string | undefined {
    const doc = this.#doc;
    const value = doc.member(object, key);
    return value === ABSENT || !doc.isString(value) ? undefined : doc.string(value);
  }
}
