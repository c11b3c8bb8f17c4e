import { TextCursor } from "./text-cursor.ts";

/**
 * The shell grammar of reduction §10: simple commands of plain words, joined by `&&`, `||`, `;`, `|` or line ends.
 * Redirections, expansions, groups, assignments, comments and the like make a script opaque.
 *
 * A word keeps its backslashes: only the quotes round its pieces are taken off.
 */

const BLANK = /[ \t\r\n\v\f]+|\\(?:\r?\n|[ \t\v\f])/y;
/** A line end before a backslash ends nothing. */
const BLANK_IN_LINE = /[ \t\r\v\f]+|\\(?:\r?\n|[ \t\v\f])|\n(?=\\)/y;
const JOINT = /(?:&&|\|\|?|;|\n)(?![&|;])/y;
const NAME = /[^ \t\r\n\v\f'"<>{}[\]()`$|&;\\#][^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]*(?=[ \t\r\n\v\f|&;\\]|$)/y;

const RAW = /'([^']*)'/y;
const QUOTE = /"/y;
const QUOTED = /[^"`$\\]+|\\[\s\S]/y;
const BARE_START = /[^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]+|\\[^ \t\r\n\v\f]/y;
const BARE = /[^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]+|\\[^\t\r\n\v\f]/y;
const BRACKET = /(?!\{\d*\.\.\d*\})[{}[\]]/y;

/** A backslash begins another word, unless it escapes a quote or a backslash. */
const WORD_END = /(?=\\[^\\'"])/y;

/** Comparison operators, and a base without its number. */
const NO_WORD = /(?:=[=~]|-?(?:0x)?\d+#)(?![^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]|\\[^\t\r\n\v\f])/y;

/** The commands of a script as words, in order; undefined when the script holds anything else, or nothing. */
export function simpleCommands(script: string): string[][] | undefined {
  if (script.includes("\0")) return undefined;
  const cursor = new TextCursor(script);
  const commands: string[][] = [];
  let joint: string | undefined;
  cursor.takeAll(BLANK);
  while (!cursor.atEnd) {
    const words = simpleCommand(cursor);
    if (words === undefined) return undefined;
    commands.push(words);
    joint = cursor.take(JOINT);
    if (!skip(cursor, BLANK) || (joint === undefined && !cursor.atEnd)) return undefined;
  }
  const complete = joint === undefined || joint === ";" || joint === "\n";
  return complete && commands.length > 0 ? commands : undefined;
}

function simpleCommand(cursor: TextCursor): string[] | undefined {
  const words: string[] = [];
  let word = cursor.take(NAME);
  while (word !== undefined) {
    words.push(word);
    if (!skip(cursor, BLANK_IN_LINE)) return undefined;
    if (cursor.atEnd || "&|;\n".includes(cursor.next)) return words;
    word = plainWord(cursor);
  }
  return undefined;
}

/** Moves past blanks; false when the script ends with an escaped one. */
function skip(cursor: TextCursor, blank: RegExp): boolean {
  const skipped = cursor.takeAll(blank);
  return !(cursor.atEnd && skipped.includes("\\"));
}

function plainWord(cursor: TextCursor): string | undefined {
  if (cursor.next === "#" || cursor.take(NO_WORD) !== undefined) return undefined;
  const pieces: string[] = [];
  let more = pieceOf(cursor);
  while (more !== undefined) {
    pieces.push(more);
    more = cursor.take(WORD_END) === undefined ? pieceOf(cursor) : undefined;
  }
  const word = pieces.join("");
  return pieces.length === 0 || (pieces.length > 1 && word === "") ? undefined : word;
}

function pieceOf(cursor: TextCursor): string | undefined {
  const start = cursor.take(BARE_START);
  if (start !== undefined) return start + cursor.takeAll(BARE);
  return cursor.takeFirst([RAW, BRACKET]) ?? cursor.takeBetween(QUOTE, QUOTED);
}
