/** What a program wrote, as text that cannot do anything. */

const ESC = "\\u001b";
const SEQUENCES = new RegExp(
  [
    `(?:${ESC}\\]|\\u009d)[^\\u0007\\u001b\\u009c]{0,4096}(?:\\u0007|${ESC}\\\\|\\u009c)?`, // titles and links
    `(?:${ESC}[PX^_]|[\\u0090\\u0098\\u009e\\u009f])[^\\u001b\\u009c]{0,65536}(?:${ESC}\\\\|\\u009c)?`, // strings to the terminal
    `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]?`, // colours, places, modes
    `${ESC}[ -/]*[0-~]?`, // the rest
  ].join("|"),
  "g",
);

/** Without escapes to the terminal; of a line that was written over, as by a progress bar, the last state. */
export function terminalText(text: string): string {
  return text
    .replace(SEQUENCES, "")
    .replace(/\r+\n/g, "\n")
    .replace(/^[^\n]*\r(?=[^\n])/gm, "")
    .replace(/\r/g, "\n")
    .replace(BACKSPACED, "")
    .replace(CONTROLS, (character) => String.fromCodePoint(0x2400 + (character.codePointAt(0) ?? 0)))
    .replace(DIRECTIONS, shownCode);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what it is about
const BACKSPACED = /[^\n]\u0008/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f]/g;

/** They turn the order of what follows, so that code reads as what it is not. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Code, a path or a command with what would be hidden in it. */
export function codeText(text: string): string {
  return text
    .replace(DIRECTIONS, shownCode)
    .replace(CONTROLS, (character) => (character === "\r" ? "" : shownCode(character)));
}

function shownCode(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** The command that a shell was given, where that is all that the shell was for. */
export function shellCommand(command: string): string {
  const quoted = /^(?:\/(?:usr\/)?bin\/)?(?:bash|zsh|sh) -l?c (?<rest>.*)$/s.exec(command)?.groups?.rest;
  if (quoted === undefined) return command;
  const single = /^'(?<inner>(?:[^']|'\\''|'"'"')*)'$/.exec(quoted)?.groups?.inner;
  if (single !== undefined) return single.replaceAll("'\\''", "'").replaceAll(`'"'"'`, "'");
  const double = /^"(?<inner>(?:[^"\\]|\\.)*)"$/.exec(quoted)?.groups?.inner;
  if (double !== undefined) return double.replace(/\\(?<escaped>["\\$`])/g, "$<escaped>");
  return /^[^\s'"]+$/.test(quoted) ? quoted : command;
}
