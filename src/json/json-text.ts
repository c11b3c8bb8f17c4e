import { ARRAY, ESCAPED_STRING, type JsonDocument, type Node, NUMBER, OBJECT, STRING } from "./document.ts";

/**
 * A JSON value carried as text, because JavaScript's own values would reorder integer-like keys, lose `1.0` and round
 * integers above 2^53 (ADR 0007). Two equal values as Codex prints them have equal texts.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A 64-bit integer: a number while that is exact, else a bigint. */
export type Integer = number | bigint;

/** The value at a node, as Codex 0.169.0 prints it: no white space, shortest escapes, numbers by their own text. */
export function jsonTextOf(doc: JsonDocument, node: Node): JsonText {
  return new JsonText(canonical(doc, node));
}

function canonical(doc: JsonDocument, node: Node): string {
  switch (doc.kind(node)) {
    case STRING:
      return doc.bytes.toString("utf8", doc.start(node) - 1, doc.end(node) + 1);
    case ESCAPED_STRING:
      return JSON.stringify(doc.string(node));
    case NUMBER:
      return canonicalNumber(doc.text(node));
    case OBJECT:
      return canonicalObject(doc, node);
    case ARRAY: {
      const parts: string[] = [];
      for (let at = node + 1; at < doc.next(node); at = doc.next(at)) parts.push(canonical(doc, at));
      return `[${parts.join(",")}]`;
    }
    default:
      return doc.text(node);
  }
}

/** A repeated key keeps its first place and takes its last value. */
function canonicalObject(doc: JsonDocument, node: Node): string {
  const members = new Map<string, Node>();
  for (let at = node + 1; at < doc.next(node); at = doc.next(at + 1)) members.set(doc.string(at), at + 1);
  const parts: string[] = [];
  for (const [key, value] of members) parts.push(`${JSON.stringify(key)}:${canonical(doc, value)}`);
  return `{${parts.join(",")}}`;
}

/** Numbers keep their text, but for `-0` and the exponent, which gets a small `e` and a sign (paginated §1). */
function canonicalNumber(text: string): string {
  if (text === "-0") return "0";
  const exponent = text.search(/[eE]/);
  if (exponent < 0) return text;
  const sign = text[exponent + 1];
  const digits = text.slice(sign === "+" || sign === "-" ? exponent + 2 : exponent + 1);
  return `${text.slice(0, exponent)}e${sign === "-" ? "-" : "+"}${digits}`;
}

/**
 * The JSON text of plain data: as `JSON.stringify` prints it, except that bigints print their digits and `JsonText` prints
 * itself. Members that are undefined are left out.
 */
export function stringify(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value !== "object") return String(value);
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${value.map(stringify).join(",")}]`;
  let text = "{";
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    text += `${text.length === 1 ? "" : ","}"${key}":${stringify(member)}`;
  }
  return `${text}}`;
}

/** What `stringify` prints, faster, for data that holds no `JsonText`. */
export function stringifyValues(value: object): string {
  return withoutBigints(value) ?? stringify(value);
}

/** Plain data as text that `parsePlain` reads back exactly, bigints included. Absent members stay absent. */
export function stringifyPlain(value: unknown): string {
  return (
    withoutBigints(value) ??
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "bigint" ? { [INTEGER]: String(member) } : member,
    )
  );
}

/** Reads what `stringifyPlain` wrote. */
export function parsePlain(text: string): unknown {
  // A reviver is called for every value: several times as slow.
  if (!text.includes(INTEGER)) return JSON.parse(text);
  return JSON.parse(text, (_key, member: unknown) =>
    typeof member === "object" && member !== null && INTEGER in member ? BigInt(String(member[INTEGER])) : member,
  );
}

/** The key of an object that stands for a bigint. */
const INTEGER = "$integer";

/** As `JSON.stringify` prints it; undefined when it holds a bigint: rare enough that an exception is cheaper than looking for one. */
function withoutBigints(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
