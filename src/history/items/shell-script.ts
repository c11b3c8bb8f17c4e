/**
 * The shell grammar of reduction §10: simple commands of plain words, joined by `&&`, `||`, `;`, `|` or line ends.
 * Redirections, expansions, groups, assignments, comments and the like make a script opaque.
 *
 * A word keeps its backslashes: only the quotes round its pieces are taken off.
 */

const BLANK = /(?:[ \t\r\n\v\f]|\\\r?\n|\\[ \t\v\f])*/y;
/** A line end before a backslash ends nothing. */
const BLANK_IN_LINE = /(?:[ \t\r\v\f]|\\\r?\n|\\[ \t\v\f]|\n(?=\\))*/y;
const JOINT = /(?:&&|\|\|?|;|\n)(?![&|;])/y;
const NAME = /[^ \t\r\n\v\f'"<>{}[\]()`$|&;\\#][^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]*(?=[ \t\r\n\v\f|&;\\]|$)/y;

const RAW = /'([^']*)'/y;
const QUOTED = /"([^"`$\\]*(?:\\[^][^"`$\\]*)*)"/y;
const BARE =
  /(?:[^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]|\\[^ \t\r\n\v\f])[^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]*(?:\\[^\t\r\n\v\f][^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]*)*/y;
const BRACKET = /(?!\{\d*\.\.\d*\})[{}[\]]/y;
const PIECES = [RAW, QUOTED, BARE, BRACKET];
/** A backslash begins another word, unless it escapes a quote or a backslash. */
const WORD_END = /(?=\\[^\\'"])/y;

/** Comparison operators, and a base without its number. */
const NO_WORD = /(?:=[=~]|-?(?:0x)?\d+#)(?![^ \t\r\n\v\f'"<>{}[\]()`$|&;\\]|\\[^\t\r\n\v\f])/y;

/** Reads a script from its start to its end. */
class ScriptReader {
  readonly #script: string;
  #at = 0;

  constructor(script: string) {
    this.#script = script;
  }

  get atEnd(): boolean {
    return this.#at === this.#script.length;
  }

  get next(): string {
    return this.#script.charAt(this.#at);
  }

  /** Moves past blanks; false when the script ends with an escaped one. */
  skip(blank: RegExp): boolean {
    const skipped = this.take(blank) ?? "";
    return !(this.atEnd && skipped.includes("\\"));
  }

  /** What the pattern matches here (its first group, if it has one), moving past it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#script);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  takeFirst(patterns: readonly RegExp[]): string | undefined {
    for (const pattern of patterns) {
      const taken = this.take(pattern);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }
}

/** The commands of a script as words, in order; undefined when the script holds anything else, or nothing. */
export function simpleCommands(script: string): string[][] | undefined {
  if (script.includes("\0")) return undefined;
  const reader = new ScriptReader(script);
  const commands: string[][] = [];
  reader.skip(BLANK);
  let joint: string | undefined;
  while (!reader.atEnd) {
    const words = simpleCommand(reader);
    if (words === undefined) return undefined;
    commands.push(words);
    joint = reader.take(JOINT);
    if (!reader.skip(BLANK) || (joint === undefined && !reader.atEnd)) return undefined;
  }
  const complete = joint === undefined || joint === ";" || joint === "\n";
  return complete && commands.length > 0 ? commands : undefined;
}

function simpleCommand(reader: ScriptReader): string[] | undefined {
  const words: string[] = [];
  let word = reader.take(NAME);
  while (word !== undefined) {
    words.push(word);
    if (!reader.skip(BLANK_IN_LINE)) return undefined;
    if (reader.atEnd || "&|;\n".includes(reader.next)) return words;
    word = plainWord(reader);
  }
  return undefined;
}

function plainWord(reader: ScriptReader): string | undefined {
  if (reader.next === "#" || reader.take(NO_WORD) !== undefined) return undefined;
  const pieces: string[] = [];
  let piece = reader.takeFirst(PIECES);
  while (piece !== undefined) {
    pieces.push(piece);
    piece = reader.take(WORD_END) === undefined ? reader.takeFirst(PIECES) : undefined;
  }
  const word = pieces.join("");
  return pieces.length === 0 || (pieces.length > 1 && word === "") ? undefined : word;
}
