const ASSERTIONS = ["(?=", "(?!", "(?<=", "(?<!"];
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;
/** Longer assertions are left out. */
const MAX_KEPT_LENGTH = 64;
/** What stands for an assertion: it holds everywhere. */
const NOTHING = "(?:)";

/** "Not beside one of these characters", and nothing more. */
const NOT_BESIDE = /^\(\?<?!(?<beside>\[(?:[^[\]\\]|\\.)+\]|\\?[\w.:/-])\)(?![*+?{])/;

/**
 * A pattern that matches somewhere in a line whenever `pattern` matches in one of its strings: the same without its assertions,
 * since only they see what is beside a match. Assertions that a quote does not fail may stay, which keeps a pattern fast: beside
 * a string are quotes. Undefined when there is none: with references to groups, or when nothing is left.
 */
export function relaxed(pattern: RegExp): RegExp | undefined {
  const source = withoutAssertions(pattern.source, pattern.flags.includes("v"));
  if (source === undefined) return undefined;
  const loose = new RegExp(source, pattern.flags.replace(/[dgy]/g, ""));
  return loose.test("") ? undefined : loose;
}

function withoutAssertions(source: string, classesNest: boolean): string | undefined {
  let kept = "";
  for (let at = 0; at < source.length; ) {
    const two = source.slice(at, at + 2);
    if (/^\\[1-9k]/.test(two)) return undefined;
    if (/^\\[bB]$/.test(two)) {
      kept += NOTHING;
      at += 2;
    } else if (two.startsWith("^") || two.startsWith("$")) {
      kept += NOTHING;
      at += 1;
    } else if (isHeldByQuotes(source, at)) {
      const end = groupEnd(source, at, classesNest);
      kept += source.slice(at, end);
      at = end;
    } else if (ASSERTIONS.some((opening) => source.startsWith(opening, at))) {
      kept += NOTHING;
      at = groupEnd(source, at, classesNest);
      // Where Unicode is not asked for, a lookahead may be repeated.
      at += QUANTIFIER.exec(source.slice(at))?.[0].length ?? 0;
    } else {
      const end = tokenEnd(source, at, classesNest);
      kept += source.slice(at, end);
      at = end;
    }
  }
  return kept;
}

function isHeldByQuotes(source: string, at: number): boolean {
  const beside = NOT_BESIDE.exec(source.slice(at, at + MAX_KEPT_LENGTH))?.groups?.beside;
  return beside !== undefined && !new RegExp(beside).test('"');
}

/** Where the group ends that opens here. */
function groupEnd(source: string, from: number, classesNest: boolean): number {
  let depth = 0;
  let at = from;
  do {
    if (source[at] === "(") depth += 1;
    if (source[at] === ")") depth -= 1;
    at = tokenEnd(source, at, classesNest);
  } while (depth > 0 && at < source.length);
  return at;
}

/** Where an escape, a class or another character ends. */
function tokenEnd(source: string, at: number, classesNest: boolean): number {
  if (source[at] === "\\") return at + 2;
  return source[at] === "[" ? classEnd(source, at, classesNest) : at + 1;
}

function classEnd(source: string, from: number, classesNest: boolean): number {
  let depth = 1;
  let at = from + 1;
  while (depth > 0 && at < source.length) {
    if (source[at] === "]") depth -= 1;
    if (source[at] === "[" && classesNest) depth += 1;
    at += source[at] === "\\" ? 2 : 1;
  }
  return at;
}
