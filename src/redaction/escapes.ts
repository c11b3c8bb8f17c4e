import { type Edit, moved } from "./edit.ts";

/**
 * Escapes as JSON strings have them, and a backslash at the end, which a cut leaves. Others stay as they are: so a text that
 * holds no JSON, or half of one, can be read without its escapes, too.
 */
const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]|$)/g;

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" },
  // At the end.
  "": "",
};
const UNIT = /^[0-9a-fA-F]{4}$/;

/** So often escapes are taken off: strings in JSON in strings, and further. */
export const MAX_LEVELS = 8;

export function hasEscapes(text: string): boolean {
  return text.includes("\\");
}

/** The text that an escaped text stands for; of a valid JSON string exactly its value. */
export function unescaped(text: string): string {
  let plain = "";
  let at = 0;
  for (let next = text.indexOf("\\"); next >= 0; next = text.indexOf("\\", at)) {
    const letter = text.charAt(next + 1);
    const code = letter === "u" ? UNIT.exec(text.slice(next + 2, next + 6)) : null;
    const stands = code === null ? SIMPLE[letter] : String.fromCharCode(Number.parseInt(code[0], 16));
    // What is no escape stays with its backslash.
    plain += text.slice(at, next) + (stands ?? `\\${letter}`);
    at = next + (code === null ? 2 : 6);
  }
  return plain + text.slice(at);
}

/** A text as a JSON string holds it, without the quotes. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Edits of `unescaped(text)` as edits of the text. */
export function editsBeforeUnescaping(text: string, edits: readonly Edit[]): Edit[] {
  if (edits.length === 0) return [];
  const escapes = text.matchAll(ESCAPE);
  let next = escapes.next();
  let removed = 0;
  return moved(
    edits,
    (index) => {
      while (!next.done && next.value.index - removed < index) {
        removed += Math.max(next.value[0].length - 1, 1);
        next = escapes.next();
      }
      return index + removed;
    },
    escaped,
  );
}
