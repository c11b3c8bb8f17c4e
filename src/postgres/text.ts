/** Postgres holds any text but U+0000. A character that nobody uses stands in for it, and for itself with a sign after it. */
const ESCAPE = "\u{F0000}";
const NUL = "\0";

/** Text as it is stored: changed only where it holds U+0000 or the escape character. */
export function storedText(text: string): string {
  if (!text.includes(NUL) && !text.includes(ESCAPE)) return text;
  return text.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll(NUL, `${ESCAPE}0`);
}

/** The text that was stored. */
export function textOfStored(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replaceAll(`${ESCAPE}0`, NUL).replaceAll(`${ESCAPE}1`, ESCAPE);
}
