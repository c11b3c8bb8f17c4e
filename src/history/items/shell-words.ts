import { TextCursor } from "./text-cursor.ts";

const GAP = /[ \t\n]+|#[^\n]*/y;
const UNQUOTED = /[^ \t\n'"\\]+/y;
const RAW = /'([^']*)'/y;
const QUOTE = /"/y;
const QUOTED = /[^"\\]+|\\[\s\S]/y;
const ESCAPED = /\\([\s\S])/y;

/**
 * The words of a text, read by a shell that knows quotes, backslashes and comments only (reduction §10); undefined when a
 * quote has no end.
 */
export function shellSplit(text: string): string[] | undefined {
  const cursor = new TextCursor(text);
  const words: string[] = [];
  for (cursor.takeAll(GAP); !cursor.atEnd; cursor.takeAll(GAP)) {
    const pieces: string[] = [];
    while (!cursor.atEnd && !" \t\n".includes(cursor.next)) {
      const piece = cursor.takeFirst([UNQUOTED, RAW]) ?? quoted(cursor) ?? cursor.take(ESCAPED)?.replace("\n", "");
      if (piece === undefined) return undefined;
      pieces.push(piece);
    }
    words.push(pieces.join(""));
  }
  return words;
}

function quoted(cursor: TextCursor): string | undefined {
  return cursor.takeBetween(QUOTE, QUOTED)?.replaceAll(/\\(?:([$`"\\])|\n)/g, "$1");
}
