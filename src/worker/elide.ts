import { createHash } from "node:crypto";
import { JsonText } from "../json/index.ts";
import type { Mutation } from "../projections/index.ts";

/** Strings below it are worth more than the room they take. */
const SHORTEST_ELIDED = 1_024;
/** Room for the rest of the record: ids, time stamps, enums. */
const ENVELOPE_BYTES = 4_096;

export interface Elided<M> {
  readonly mutation: M;
  /** Bytes of the strings left out. */
  readonly bytes: number;
}

/**
 * Leaves the longest strings out of a mutation that no record could hold; each leaves its size and hash (design §4).
 * A materialized item loses as few as will do. Of other payloads only messages can be so long.
 */
export function elide(mutation: Mutation, maxBytes: number): Elided<Mutation> {
  const room = maxBytes - ENVELOPE_BYTES;
  switch (mutation.type) {
    case "thread_item": {
      const { materializedThreadItem: item } = mutation.payload;
      if (item === null) return { mutation, bytes: 0 };
      const { text, bytes } = elideStrings(item.text, room);
      return {
        mutation: { ...mutation, payload: { ...mutation.payload, materializedThreadItem: new JsonText(text) } },
        bytes,
      };
    }
    case "turn_summary":
    case "lifecycle": {
      const kept = { bytes: 0 };
      return { mutation: { ...mutation, payload: shortened(mutation.payload, kept) } as Mutation, bytes: kept.bytes };
    }
  }
}

/** Replaces the longest string values of a JSON text until it fits into `room` bytes. */
export function elideStrings(text: string, room: number): { readonly text: string; readonly bytes: number } {
  const strings = stringValues(text).sort((a, b) => b.end - b.start - (a.end - a.start));
  let left = Buffer.byteLength(text);
  let bytes = 0;
  const chosen: Span[] = [];
  for (const span of strings) {
    if (left <= room || span.end - span.start < SHORTEST_ELIDED) break;
    const size = Buffer.byteLength(text.slice(span.start, span.end));
    left -= size;
    bytes += size;
    chosen.push(span);
  }
  let out = "";
  let from = 0;
  for (const { start, end } of chosen.sort((a, b) => a.start - b.start)) {
    out += text.slice(from, start) + marker(JSON.parse(text.slice(start, end)));
    from = end;
  }
  return { text: out + text.slice(from), bytes };
}

function marker(value: string): string {
  const bytes = Buffer.byteLength(value);
  return `{"elided":true,"bytes":${bytes},"sha256":"${createHash("sha256").update(value).digest("hex")}"}`;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The string values of a JSON text, quotes included; not the keys of its objects. */
function stringValues(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf('"'); at >= 0; ) {
    const end = endOfString(text, at);
    if (text[end] !== ":") spans.push({ start: at, end });
    at = text.indexOf('"', end);
  }
  return spans;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** Every long string of a payload gives way to its marker, as text. */
function shortened(value: unknown, kept: { bytes: number }): unknown {
  if (typeof value === "string") {
    if (value.length < SHORTEST_ELIDED) return value;
    kept.bytes += Buffer.byteLength(value);
    return marker(value);
  }
  if (value instanceof JsonText) {
    const { text, bytes } = elideStrings(value.text, 0);
    kept.bytes += bytes;
    return new JsonText(text);
  }
  if (Array.isArray(value)) return value.map((entry) => shortened(entry, kept));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry, kept)]));
}
