/**
 * The text of a command from its words (reduction §9, "Shell join").
 *
 * The rule speaks of bytes of UTF-8. Bytes of 0x80 and up all behave alike, and so does every UTF-16 code unit from 0x80:
 * going through the string gives the same text.
 */

const WITH_NUL = "<command included NUL byte>";

export function shellJoin(words: readonly string[]): string {
  return words.some((word) => word.includes("\0")) ? WITH_NUL : words.map(quoted).join(" ");
}

/** How far each style of quoting holds. A caret is held only as the first byte of single quotes. */
const BARE = /[A-Za-z0-9+\-./:@\]_]*/y;
const IN_SINGLE = /\^?[^'\\^]*/y;
const IN_DOUBLE = /[^`$!^]*/y;

/** Cut into the longest pieces that one style can hold, each in the plainest style that holds it. */
function quoted(word: string): string {
  if (word === "") return "''";
  let text = "";
  let start = 0;
  while (start < word.length) {
    const single = endOf(IN_SINGLE, word, start);
    const end = Math.max(single, endOf(IN_DOUBLE, word, start));
    const piece = word.slice(start, end);
    if (endOf(BARE, word, start) === end) text += piece;
    else text += end === single ? `'${piece}'` : `"${piece.replaceAll(/["\\]/g, "\\$&")}"`;
    start = end;
  }
  return text;
}

function endOf(run: RegExp, text: string, start: number): number {
  run.lastIndex = start;
  run.test(text);
  return run.lastIndex;
}
