/**
 * The text of a command from its words (reduction §9, "Shell join").
 *
 * The rule speaks of bytes of UTF-8. Bytes of 0x80 and up all behave alike and so does every UTF-16 code unit from 0x80,
 * so going through the string itself gives the same text.
 */

type Style = "bare" | "single" | "double";

const STYLES: readonly Style[] = ["bare", "single", "double"];

const FITS: Readonly<Record<Style, RegExp>> = {
  bare: /[A-Za-z0-9+\-./:@\]_]/,
  single: /[^'\\^]/,
  double: /[^`$!^]/,
};

const WITH_NUL = "<command included NUL byte>";

export function shellJoin(words: readonly string[]): string {
  return words.some((word) => word.includes("\0")) ? WITH_NUL : words.map(quoted).join(" ");
}

function quoted(word: string): string {
  if (word === "") return "''";
  let text = "";
  for (let start = 0; start < word.length; ) {
    const [end, style] = chunk(word, start);
    text += written(word.slice(start, end), style);
    start = end;
  }
  return text;
}

/** The longest piece from `start` that one style can hold, and the first style that can. */
function chunk(word: string, start: number): [end: number, style: Style] {
  // A caret fits no style, except as the first byte of a single-quoted chunk.
  const caret = word.startsWith("^", start);
  let styles = caret ? STYLES.filter((style) => style === "single") : STYLES;
  let end = caret ? start + 1 : start;
  while (end < word.length) {
    const unit = word.charAt(end);
    const left = styles.filter((style) => FITS[style].test(unit));
    if (left.length === 0) break;
    styles = left;
    end += 1;
  }
  return [end, styles[0] ?? "single"];
}

function written(piece: string, style: Style): string {
  if (style === "bare") return piece;
  return style === "single" ? `'${piece}'` : `"${piece.replaceAll(/["\\]/g, "\\$&")}"`;
}

const GAP = /(?:[ \t\n]+|#[^\n]*)*/y;
const UNQUOTED = /[^ \t\n'"\\]+/y;
const SINGLE = /'([^']*)'/y;
const DOUBLE = /"([^"\\]*(?:\\[^][^"\\]*)*)"/y;
const ESCAPED = /\\([^])/y;

/** The words of a text, read as a shell reads it that knows of quotes and comments only; undefined when a quote has no end. */
export function shellSplit(text: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match?.[1] ?? match?.[0];
  };
  const piece = (): string | undefined =>
    take(UNQUOTED) ??
    take(SINGLE) ??
    take(DOUBLE)?.replaceAll(/\\(?:([$`"\\])|\n)/g, "$1") ??
    take(ESCAPED)?.replace("\n", "");
  for (take(GAP); at < text.length; take(GAP)) {
    let word = "";
    while (at < text.length && !" \t\n".includes(text.charAt(at))) {
      const next = piece();
      if (next === undefined) return undefined;
      word += next;
    }
    words.push(word);
  }
  return words;
}
