import { JsonDocument, MAX_DEPTH, scan } from "../json/index.ts";
import type { NeutralLine } from "./decoded-line.ts";
import { mostlyHasEffect, readEvent } from "./event-reader.ts";
import { envelopeOf, ordinalAt, WHOLE_UP_TO_BYTES } from "./line.ts";
import { Payload } from "./payload.ts";
import { RejectedLineError } from "./rejection.ts";
import { skimLine } from "./skim.ts";

/**
 * Does of the decoding what needs no knowledge of the thread, so that it can be done ahead: a line without effect in either
 * history mode is decoded to its end, of any other line that is JSON the values are found.
 */
export class LineScanner {
  readonly #line = new JsonDocument();
  readonly #payload = new Payload(this.#line);

  /**
   * Scans the line in `bytes[start, end)`, which are known UTF-8. Answers the line when it is neutral in both modes; the
   * document that `decodeScanned` goes on with; or undefined for a line that is left to `LineDecoder.decode`.
   */
  scan(bytes: Buffer, start: number, end: number): NeutralLine | JsonDocument | undefined {
    const skimmed = skimLine(bytes, start, end);
    if (skimmed !== undefined && isSame(skimmed.legacy, skimmed.paginated)) return skimmed.legacy;
    const doc = this.#line;
    if (end - start > WHOLE_UP_TO_BYTES || !scan(doc, bytes, start, end, MAX_DEPTH)) return undefined;
    try {
      const neutral = this.#neutral();
      // What one mode skims it does not examine further: that mode is to decide.
      return neutral !== undefined && isSame(neutral, skimmed?.paginated ?? neutral) ? neutral : doc;
    } catch (error) {
      if (error instanceof RejectedLineError) return doc;
      throw error;
    }
  }

  #neutral(): NeutralLine | undefined {
    const doc = this.#line;
    const { ordinal, type, payload } = envelopeOf(doc);
    const kind = doc.string(type);
    const whole = this.#payload.at(payload, true);
    if (mostlyHasEffect(kind, whole)) return undefined;
    const { event, counted, known } = readEvent(kind, whole, "legacy");
    return event === null ? { outcome: "neutral", counted, known, ordinal: ordinalAt(doc, ordinal) } : undefined;
  }
}

function isSame(one: NeutralLine | undefined, other: NeutralLine | undefined): boolean {
  return one?.counted === other?.counted && one?.known === other?.known && one?.ordinal === other?.ordinal;
}
