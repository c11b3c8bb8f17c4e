import { JsonDocument, scan } from "../json/index.ts";
import { hasEscapes, MAX_LEVELS, unescaped } from "./escapes.ts";
import { keyTrace } from "./path.ts";
import { relaxed } from "./relaxed.ts";
import type { Rule } from "./rule.ts";

/**
 * Tells of most lines, without parsing them, that no rule changes them. What a rule matches in a string stands in the line's
 * text, or in this text with its escapes taken off as often as the string is in strings; so a pattern that does not even match
 * there without its assertions matches nowhere.
 */
export class Precheck {
  readonly #tests: readonly RegExp[];
  readonly #isUseless: boolean;
  readonly #document = new JsonDocument();

  constructor(rules: readonly Rule[]) {
    const tests = rules.map(testOf);
    this.#tests = tests.filter((test) => test !== undefined);
    this.#isUseless = this.#tests.length < tests.length;
  }

  /** `text` is the line's. */
  mayChange(line: Buffer, text: string): boolean {
    if (this.#isUseless) return true;
    // Of JSON nobody looks at strings with their escapes, and without theirs the others are the same.
    const isJson = hasEscapes(text) && scan(this.#document, line, 0, line.length, 0);
    // The strings of the line are a level below it.
    return isJson ? this.#matches(unescaped(text), MAX_LEVELS) : this.#matches(text, MAX_LEVELS + 1);
  }

  #matches(text: string, levels: number): boolean {
    for (const test of this.#tests) if (test.test(text)) return true;
    return levels > 0 && hasEscapes(text) && this.#matches(unescaped(text), levels - 1);
  }
}

/** What must match where the rule changes something; undefined when nothing can be told. */
function testOf({ pattern, paths }: Rule): RegExp | undefined {
  return paths === undefined ? pattern && relaxed(pattern) : keyTrace(paths);
}
