import type { Random } from "../random.ts";

/** JSON text that goes into a line as it is. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a line is made of; `undefined` members are left out. */
export type Value = null | boolean | number | string | Raw | readonly Value[] | Fields;
export type Fields = { readonly [key: string]: Value | undefined };

export type Style = { shuffleKeys: boolean; escapes: "few" | "many"; blanks: boolean };

export const PLAIN: Style = { shuffleKeys: false, escapes: "few", blanks: false };

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Raw);
}

/** Writes a value as JSON, in one of the many ways that mean the same. */
export function write(value: Value, style: Style, random: Random): string {
  if (value instanceof Raw) return value.text;
  if (typeof value === "string") return writeString(value, style, random);
  const blank = (): string => (style.blanks && random.chance(0.3) ? random.pick([" ", "\t", "  "]) : "");
  if (Array.isArray(value)) {
    return `[${blank()}${value.map((element: Value) => write(element, style, random) + blank()).join(`,${blank()}`)}]`;
  }
  if (!isFields(value)) return JSON.stringify(value);
  const entries = Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [{ key, member }]));
  const ordered = style.shuffleKeys ? random.shuffled(entries) : entries;
  const members = ordered.map(({ key, member }) => {
    const name = writeString(key, style, random);
    return `${blank()}${name}${blank()}:${blank()}${write(member, style, random)}${blank()}`;
  });
  return `{${members.join(",")}}`;
}

function writeString(text: string, style: Style, random: Random): string {
  const plain = JSON.stringify(text);
  if (style.escapes === "few") return plain;
  return plain.replace(/\\.|[^\\"]/g, (unit) => {
    if (unit === "/") return random.chance(0.5) ? "\\/" : unit;
    if (unit.length === 1 && random.chance(unit > "~" ? 0.7 : 0.1)) return unicodeEscape(unit, random);
    return unit;
  });
}

function unicodeEscape(unit: string, random: Random): string {
  const hex = unit.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${random.chance(0.5) ? hex : hex.toUpperCase()}`;
}
