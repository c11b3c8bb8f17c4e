import { type Edit, merged } from "./edit.ts";
import { editsBeforeUnescaping, hasEscapes, MAX_LEVELS, unescaped } from "./escapes.ts";
import { type Matcher, matchesIn, replacing } from "./matches.ts";
import { keyPattern } from "./path.ts";

const NOTHING_THERE = /(?:null|true|false|"")(?![\w"])/y;

/**
 * What rules replace in a line that is no JSON, say half a one. Where a path leads cannot be known: what follows the last name
 * of the path is replaced, and everything where a path has no name.
 */
export class UnreadableEdits {
  readonly #patterns: readonly Matcher[];
  readonly #keys: readonly { readonly matcher: Matcher; readonly key: RegExp | undefined }[];

  constructor(patterns: readonly Matcher[], withPaths: readonly Matcher[]) {
    this.#patterns = patterns;
    this.#keys = withPaths.flatMap((matcher) =>
      (matcher.rule.paths ?? []).map((path) => ({ matcher, key: keyPattern(path) })),
    );
  }

  /** In order, places in the text. */
  of(text: string): Edit[] {
    return merged([...matchesIn(text, this.#patterns, MAX_LEVELS), ...this.#byKeys(text, MAX_LEVELS)]);
  }

  #byKeys(text: string, levels: number): Edit[] {
    const own = this.#keys.flatMap(({ matcher: { rule, at }, key }) =>
      valuesAt(text, key).map(({ start, end }) => replacing(rule, at, start, end)),
    );
    if (levels === 0 || !hasEscapes(text)) return merged(own);
    return merged([...own, ...editsBeforeUnescaping(text, this.#byKeys(unescaped(text), levels - 1))]);
  }
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function valuesAt(text: string, key: RegExp | undefined): Stretch[] {
  if (key === undefined) return [{ start: 0, end: text.length }];
  const values: Stretch[] = [];
  for (const match of text.matchAll(new RegExp(key, `${key.flags}g`))) {
    const start = match.index + match[0].length;
    // A value may hold the same name again.
    if (start < (values.at(-1)?.end ?? 0)) continue;
    const end = valueEnd(text, start);
    if (end > start) values.push({ start, end });
  }
  return values;
}

/** Where a value ends as far as can be told: of an object or a list that may be anywhere. */
function valueEnd(text: string, start: number): number {
  NOTHING_THERE.lastIndex = start;
  if (NOTHING_THERE.test(text)) return start;
  const first = text[start];
  if (first === "{" || first === "[") return text.length;
  if (first !== '"') return start + (/^[^\s,}\]]*/.exec(text.slice(start, start + 64))?.[0].length ?? 0);
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, text.length);
}
