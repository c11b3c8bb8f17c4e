/** Characters that a terminal may act on, or that hide what a text says: controls, and formatting such as changes of direction. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_RUN = new RegExp(`${UNPRINTABLE.source}+`, "gu");
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Content, on one line and harmless to a terminal. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE_RUN, " ").trim();
}

/** A message, on one line and harmless to a terminal; what cannot be printed shows as an escape, since names may hold it. */
export function escaped(text: string): string {
  return text.replaceAll(
    UNPRINTABLE,
    (character) => ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The first characters of a text, with a mark where it was cut. */
export function shortened(text: string, length: number): string {
  // A character has at most two code units, so this is enough, however long the text.
  const characters = [...text.slice(0, 2 * (length + 1))];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** `1 line`, `2 lines` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Says something on standard error. */
export function complain(message: string): void {
  process.stderr.write(`thread-history: ${escaped(message)}\n`);
}
