import {
  ABSENT,
  ARRAY,
  FALSE,
  type Integer,
  type JsonDocument,
  type JsonText,
  jsonTextOf,
  type Node,
  NULL,
  NUMBER,
  OBJECT,
  TRUE,
} from "../json/index.ts";
import { RejectedLineError } from "./rejection.ts";

/** Reads one value of a line, or throws a RejectedLineError that names the field. */
export type Read<T> = (doc: JsonDocument, node: Node, name: string) => T;

/** The members of one object of a line, read by the field rules of rollout-format.md §3. */
export class Fields {
  readonly doc: JsonDocument;
  readonly node: Node;
  readonly name: string;

  constructor(doc: JsonDocument, node: Node, name: string) {
    if (doc.kind(node) !== OBJECT) throw wrongType(doc, node, name, "an object");
    this.doc = doc;
    this.node = node;
    this.name = name;
  }

  has(key: string): boolean {
    return this.doc.member(this.node, key) !== ABSENT;
  }

  isString(key: string): boolean {
    const value = this.doc.member(this.node, key);
    return value !== ABSENT && this.doc.isString(value);
  }

  /** `!`: must be there and not null. */
  required<T>(key: string, read: Read<T>): T {
    const value = this.doc.member(this.node, key);
    if (value === ABSENT) throw this.#missing(key);
    return read(this.doc, value, key);
  }

  /** `?`: absent and null both read as null. */
  optional<T>(key: string, read: Read<T>): T | null {
    const value = this.doc.member(this.node, key);
    return value === ABSENT || this.doc.kind(value) === NULL ? null : read(this.doc, value, key);
  }

  /** `=d`: absent reads as the default, null is refused. */
  defaulted<T>(key: string, read: Read<T>, fallback: T): T {
    const value = this.doc.member(this.node, key);
    return value === ABSENT ? fallback : read(this.doc, value, key);
  }

  /** Refuses every key but those named. */
  only(...keys: readonly string[]): void {
    for (let at = this.node + 1; at < this.doc.next(this.node); at = this.doc.next(at + 1)) {
      const key = this.doc.string(at);
      if (!keys.includes(key)) throw unknownValue(this.doc, at, this.name, key);
    }
  }

  /** It lacks what an object of this kind needs. */
  unlike(kind: string): RejectedLineError {
    return new RejectedLineError("missing-field", this.doc.start(this.node), `${this.name}: it is no "${kind}"`);
  }

  #missing(key: string): RejectedLineError {
    return new RejectedLineError("missing-field", this.doc.start(this.node), `${this.name}: "${key}" is missing`);
  }
}

export function wrongType(doc: JsonDocument, node: Node, name: string, wanted: string): RejectedLineError {
  return new RejectedLineError("wrong-type", doc.start(node), `"${name}" must be ${wanted}`);
}

export function unknownValue(doc: JsonDocument, node: Node, name: string, found: string): RejectedLineError {
  const shown = found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return new RejectedLineError("unknown-value", doc.start(node), `"${name}" has the unknown value "${shown}"`);
}

export const string: Read<string> = (doc, node, name) => {
  if (!doc.isString(node)) throw wrongType(doc, node, name, "a string");
  return doc.string(node);
};

export const nonEmptyString: Read<string> = (doc, node, name) => {
  const text = string(doc, node, name);
  if (text === "") throw unknownValue(doc, node, name, text);
  return text;
};

/** A string that no observer reads: its kind is checked, its text is not built. */
export const unreadString: Read<undefined> = (doc, node, name) => {
  if (!doc.isString(node)) throw wrongType(doc, node, name, "a string");
  return undefined;
};

export const boolean: Read<boolean> = (doc, node, name) => {
  const kind = doc.kind(node);
  if (kind !== TRUE && kind !== FALSE) throw wrongType(doc, node, name, "true or false");
  return kind === TRUE;
};

/** Any JSON value, null included, as text. */
export const opaque: Read<JsonText> = (doc, node) => jsonTextOf(doc, node);

/** A list of any JSON values, as text. */
export const opaqueList: Read<JsonText> = (doc, node, name) => {
  if (doc.kind(node) !== ARRAY) throw wrongType(doc, node, name, "a list");
  return jsonTextOf(doc, node);
};

/** Any JSON value that no observer reads. */
export const unread: Read<undefined> = () => undefined;

function integerBetween(min: bigint, max: bigint, wanted: string): Read<Integer> {
  const low = Number(min);
  const high = Number(max);
  return (doc, node, name) => {
    const isNumber = doc.kind(node) === NUMBER;
    const small = isNumber ? doc.smallInteger(node) : undefined;
    if (small !== undefined && small >= low && small <= high) return small;
    const text = isNumber ? doc.text(node) : "";
    if (!/^-?\d+$/.test(text)) throw wrongType(doc, node, name, wanted);
    const exact = BigInt(text);
    if (exact < min || exact > max) throw wrongType(doc, node, name, wanted);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  };
}

export const int64 = integerBetween(-(2n ** 63n), 2n ** 63n - 1n, "a 64-bit integer");
export const uint64 = integerBetween(0n, 2n ** 64n - 1n, "an unsigned 64-bit integer");

function smallInteger(min: number, max: number, wanted: string): Read<number> {
  const read = integerBetween(BigInt(min), BigInt(max), wanted);
  return (doc, node, name) => Number(read(doc, node, name));
}

export const int32 = smallInteger(-(2 ** 31), 2 ** 31 - 1, "a 32-bit integer");
export const uint32 = smallInteger(0, 2 ** 32 - 1, "an unsigned 32-bit integer");
export const uint16 = smallInteger(0, 2 ** 16 - 1, "an unsigned 16-bit integer");

/** A number that no observer reads: it must fit a double. */
export const unreadNumber: Read<undefined> = (doc, node, name) => {
  const text = doc.kind(node) === NUMBER ? doc.text(node) : "";
  if (!isPrintedNumber(text)) throw wrongType(doc, node, name, "a number in its shortest form");
  return undefined;
};

/** Codex's reader takes a number with a fraction or an exponent for a double only when the double prints as it is written. */
function isPrintedNumber(text: string): boolean {
  if (/^-?\d+$/.test(text)) return true;
  const value = Number(text);
  const decimal = String(value);
  if (text === decimal || text === `${decimal}.0`) return true;
  const isLong = Math.abs(value) >= 1e16 || Math.abs(value) < 1e-5;
  return isLong && text === value.toExponential().replace("+", "");
}

export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (doc, node, name) => {
    if (doc.kind(node) !== ARRAY) throw wrongType(doc, node, name, "a list");
    const values: T[] = [];
    for (let at = node + 1; at < doc.next(node); at = doc.next(at)) values.push(read(doc, at, name));
    return values;
  };
}

export const strings: Read<readonly string[]> = list(string);
export const unreadStrings: Read<unknown> = list(unreadString);
export const unreadList: Read<unknown> = list(unread);

export function object<T>(read: (fields: Fields) => T): Read<T> {
  return (doc, node, name) => read(new Fields(doc, node, name));
}

/** Entries of an object used as a map. A repeated key keeps its first place and takes its last value. */
export function entries<T>(read: Read<T>): Read<ReadonlyMap<string, T>> {
  return (doc, node, name) => {
    const values = new Map<string, T>();
    for (const [key, value] of membersOf(doc, node, name)) values.set(key, read(doc, value, name));
    return values;
  };
}

/** The one member of an object that stands for a tagged value; undefined when it has none or several. */
export function soleMember(
  doc: JsonDocument,
  node: Node,
  name: string,
): readonly [key: string, value: Node] | undefined {
  const members = [...membersOf(doc, node, name)];
  return members.length === 1 ? members[0] : undefined;
}

/** The only key of an object, when its value is null or an empty object; undefined for every other value. */
export function bareKey(doc: JsonDocument, node: Node): string | undefined {
  if (doc.kind(node) !== OBJECT) return undefined;
  const [key, value] = soleMember(doc, node, "") ?? [];
  if (value === undefined) return undefined;
  const isBare = doc.kind(value) === NULL || (doc.kind(value) === OBJECT && doc.next(value) === value + 1);
  return isBare ? key : undefined;
}

function membersOf(doc: JsonDocument, node: Node, name: string): Map<string, Node> {
  if (doc.kind(node) !== OBJECT) throw wrongType(doc, node, name, "an object");
  const members = new Map<string, Node>();
  for (let at = node + 1; at < doc.next(node); at = doc.next(at + 1)) members.set(doc.string(at), at + 1);
  return members;
}

/** Null where a list entry or map value may be null. */
export function nullable<T>(read: Read<T>): Read<T | null> {
  return (doc, node, name) => (doc.kind(node) === NULL ? null : read(doc, node, name));
}

/** A text from a closed set, mapped to another spelling. Codex also takes an object with the text as its only key, and no value. */
export function oneOf<T>(spellings: Readonly<Record<string, T>>): Read<T> {
  const known = new Map(Object.entries(spellings));
  return (doc, node, name) => {
    const text = bareKey(doc, node) ?? string(doc, node, name);
    const value = known.get(text);
    if (value === undefined) throw unknownValue(doc, node, name, text);
    return value;
  };
}

/** A closed set of texts that keep their spelling. */
export function literal<const T extends string>(...texts: readonly T[]): Read<T> {
  return oneOf(Object.fromEntries(texts.map((text) => [text, text])) as Record<string, T>);
}

/** The name of a kind. Codex also takes a number: that of the kind among `kinds`, from 0. */
export function kindOf(kinds: readonly string[]): Read<string> {
  return (doc, node, name) => {
    if (doc.kind(node) !== NUMBER) return string(doc, node, name);
    const index = uint64(doc, node, name);
    return kinds[Number(index)] ?? String(index);
  };
}

/**
 * An object tagged by its `type`: one reader for each tag. `kinds` are all that Codex knows, in its order: unless told, those
 * that have a reader.
 */
export function tagged<T>(
  tag: string,
  readers: Readonly<Record<string, (fields: Fields) => T>>,
  otherwise?: (fields: Fields) => T,
  kinds: readonly string[] = Object.keys(readers),
): Read<T> {
  const known = new Map(Object.entries(readers));
  const kind = kindOf(kinds);
  return (doc, node, name) => {
    const fields = new Fields(doc, node, name);
    const text = fields.required(tag, kind);
    const read = known.get(text) ?? otherwise;
    if (read === undefined) throw unknownValue(doc, node, tag, text);
    return read(fields);
  };
}
