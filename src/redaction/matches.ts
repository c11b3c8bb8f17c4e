import { type Edit, merged } from "./edit.ts";
import { editsBeforeUnescaping, hasEscapes, unescaped } from "./escapes.ts";
import type { Rule } from "./rule.ts";

/** A rule with a pattern, and its place among the rules. */
export interface Matcher {
  readonly rule: Rule;
  readonly at: number;
}

/** What the patterns match in a text, and in the text without its escapes, so often as there are any. */
export function matchesIn(text: string, matchers: readonly Matcher[], levels: number): Edit[] {
  if (matchers.length === 0) return [];
  const own = matchers.flatMap((matcher) => matchesOf(matcher, text));
  if (levels === 0 || !hasEscapes(text)) return merged(own);
  const inner = matchesIn(unescaped(text), matchers, levels - 1);
  return merged([...own, ...editsBeforeUnescaping(text, inner)]);
}

function matchesOf({ rule, at }: Matcher, text: string): Edit[] {
  const edits: Edit[] = [];
  if (rule.pattern === undefined) return edits;
  for (const match of text.matchAll(rule.pattern)) {
    const [start, end] = match.indices?.groups?.secret ?? [match.index, match.index + match[0].length];
    // A pattern may look ahead and take nothing.
    if (start === end) continue;
    edits.push(replacing(rule, at, wholeCharacterStart(text, start), wholeCharacterEnd(text, end)));
  }
  return edits;
}

/** The edit by which a rule replaces a stretch. */
export function replacing(rule: Rule, at: number, start: number, end: number): Edit {
  return { start, end, text: rule.replacement, rule: at, isFirst: true, changesKind: false };
}

/** A pattern without the flag `u` may match half a character, and half a one cannot be written. */
function wholeCharacterStart(text: string, index: number): number {
  return isInPair(text, index) ? index - 1 : index;
}

function wholeCharacterEnd(text: string, index: number): number {
  return isInPair(text, index) ? index + 1 : index;
}

function isInPair(text: string, index: number): boolean {
  const low = text.charCodeAt(index) & 0xfc00;
  const high = text.charCodeAt(index - 1) & 0xfc00;
  return low === 0xdc00 && high === 0xd800;
}
