import { Buffer } from "node:buffer";
import type { NeutralLine } from "./decoded-line.ts";
import { EFFECTIVE_EVENTS } from "./event-reader.ts";
import { COUNTED_EVENTS, COUNTED_LINE_KINDS, COUNTED_RESPONSE_ITEMS, EVENTS, KNOWN_LINE_KINDS } from "./line-kinds.ts";
import type { HistoryMode } from "./session-meta.ts";

const CLOSE = 0x7d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
/** Shorter lines are parsed, which costs little: so they are examined to the last byte. What is skimmed ends long before. */
const SHORTEST_SKIMMED_BYTES = 2048;
/** Longer than any time stamp or kind. */
const MAX_TOKEN_BYTES = 64;
/** So many digits are exact in a number. */
const MAX_ORDINAL_DIGITS = 15;

const TIMESTAMP = '{"timestamp":"';
const TIMESTAMP_BYTES = Buffer.from(TIMESTAMP);
const ORDINAL = ',"ordinal":';
const KIND = ',"type":"';
const PAYLOAD = '","payload":{';
const ROLE = '","role":"';
const USER = 'user"';
const BEFORE_ROLE = ['","status":"', '","id":"'];
const PAYLOAD_TYPE = '","payload":{"type":"';

/** A line without effect, for each mode in which it has none. */
export type SkimmedLine = Readonly<Record<HistoryMode, NeutralLine | undefined>>;

/**
 * Most lines have no effect, and most of those tell so in their first hundred bytes, in the order in which Codex writes them:
 * time stamp, ordinal, kind, payload type. They are not parsed any further (ADR 0021). Answers undefined for every other
 * line, for one that does not end as a whole line does, and for one in which another begins: it was torn.
 */
export function skimLine(bytes: Buffer, start: number, end: number): SkimmedLine | undefined {
  if (end - start < SHORTEST_SKIMMED_BYTES) return undefined;
  if (bytes[end - 1] !== CLOSE || bytes[end - 2] !== CLOSE || !holds(bytes, start, TIMESTAMP)) return undefined;
  const stampEnd = tokenEnd(bytes, start + TIMESTAMP.length);
  if (stampEnd < 0) return undefined;
  let at = stampEnd + 1;
  let ordinal: number | null = null;
  if (holds(bytes, at, ORDINAL)) {
    const digits = at + ORDINAL.length;
    at = afterDigits(bytes, digits);
    if (at === digits || at - digits > MAX_ORDINAL_DIGITS || (bytes[digits] === ZERO && at > digits + 1))
      return undefined;
    ordinal = Number(bytes.toString("latin1", digits, at));
  }
  if (!holds(bytes, at, KIND)) return undefined;
  const kind = at + KIND.length;
  const kindEnd = tokenEnd(bytes, kind);
  const isTyped = holds(bytes, kindEnd, PAYLOAD_TYPE);
  if (!isTyped && !holds(bytes, kindEnd, PAYLOAD)) return undefined;
  const tagEnd = isTyped ? tokenEnd(bytes, kindEnd + PAYLOAD_TYPE.length) : kindEnd;
  // The hash only finds the candidate.
  const known = WITHOUT_EFFECT.get(hashOf(bytes, kind, tagEnd + 1));
  if (known === undefined || !holds(bytes, kind, known.tag) || isTorn(bytes, start, end)) return undefined;
  // In a legacy thread a user message may be a hook prompt.
  const isUsers = known.tag === MESSAGE && !isOfOtherRole(bytes, tagEnd);
  if (ordinal === null && !isUsers) return known.lines;
  const { legacy, paginated } = known.lines;
  return { legacy: isUsers ? undefined : numbered(legacy, ordinal), paginated: numbered(paginated, ordinal) };
}

function numbered(line: NeutralLine | undefined, ordinal: number | null): NeutralLine | undefined {
  return line === undefined || ordinal === null ? line : { ...line, ordinal };
}

/** Whether another line begins inside this one, as where a writer died in the middle of a line and one went on behind it. */
function isTorn(bytes: Buffer, start: number, end: number): boolean {
  const next = bytes.indexOf(TIMESTAMP_BYTES, start + 1);
  return next >= 0 && next < end;
}

/** Whether a message says, right after its type, or its status and id, that it is not the user's. */
function isOfOtherRole(bytes: Buffer, typeEnd: number): boolean {
  let at = typeEnd;
  for (const member of BEFORE_ROLE) if (holds(bytes, at, member)) at = tokenEnd(bytes, at + member.length);
  if (!holds(bytes, at, ROLE)) return false;
  return !holds(bytes, at + ROLE.length, USER) && tokenEnd(bytes, at + ROLE.length) > 0;
}

/** Whether these bytes stand there; nothing stands at −1. */
function holds(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Where the quote stands that ends a short string without escapes; −1 for other strings. */
function tokenEnd(bytes: Buffer, from: number): number {
  for (let at = from; at < from + MAX_TOKEN_BYTES; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < SPACE) return -1;
  }
  return -1;
}

function afterDigits(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at += 1;
  return at;
}

const MESSAGE = `response_item${PAYLOAD_TYPE}message"`;

interface Skimmable {
  /** The bytes of the line from its kind to its payload's type, with the quote behind. */
  readonly tag: string;
  readonly lines: SkimmedLine;
}

/** Known lines without effect in one of the modes, by the hash of their tag. */
const WITHOUT_EFFECT: ReadonlyMap<number, Skimmable> = byHash(
  linesWithoutEffect("legacy"),
  linesWithoutEffect("paginated"),
);

function byHash(legacy: ReadonlyMap<string, boolean>, paginated: ReadonlyMap<string, boolean>): Map<number, Skimmable> {
  const table = new Map<number, Skimmable>();
  for (const text of new Set([...legacy.keys(), ...paginated.keys()])) {
    const tag = `${text}"`;
    const hash = hashOf(Buffer.from(tag), 0, tag.length);
    if (table.has(hash)) throw new Error(`two kinds of lines have one hash: ${tag} and ${table.get(hash)?.tag}`);
    table.set(hash, { tag, lines: { legacy: neutral(legacy.get(text)), paginated: neutral(paginated.get(text)) } });
  }
  return table;
}

function neutral(counted: boolean | undefined): NeutralLine | undefined {
  return counted === undefined ? undefined : { outcome: "neutral", counted, known: true, ordinal: null };
}

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}

/** Known lines without effect, by their tag, with whether they take a rollout index. */
function linesWithoutEffect(mode: HistoryMode): Map<string, boolean> {
  const lines = new Map<string, boolean>();
  for (const kind of KNOWN_LINE_KINDS) lines.set(kind, false);
  for (const kind of COUNTED_LINE_KINDS) lines.set(kind, true);
  for (const type of COUNTED_RESPONSE_ITEMS) lines.set(`response_item${PAYLOAD_TYPE}${type}`, true);
  for (const type of [...EVENTS, ...EFFECTIVE_EVENTS.legacy]) lines.set(`event_msg${PAYLOAD_TYPE}${type}`, false);
  for (const type of COUNTED_EVENTS) lines.set(`event_msg${PAYLOAD_TYPE}${type}`, true);
  for (const type of EFFECTIVE_EVENTS[mode]) lines.delete(`event_msg${PAYLOAD_TYPE}${type}`);
  lines.delete("session_meta");
  if (mode === "legacy") lines.delete("compacted");
  return lines;
}
