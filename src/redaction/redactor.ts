import { isUtf8 } from "node:buffer";
import { LineDecoder } from "../rollout/index.ts";
import { applied, type Edit, moved } from "./edit.ts";
import { JsonEdits } from "./json-edits.ts";
import type { Matcher } from "./matches.ts";
import { Trail } from "./path.ts";
import { Precheck } from "./precheck.ts";
import { isPatternRule, type Rule } from "./rule.ts";
import { byteOffsets, textOf } from "./text-bytes.ts";
import { UnreadableEdits } from "./unreadable-edits.ts";

/** A line without its secrets. */
export interface Redacted {
  /** The very line that was given when nothing was replaced. */
  readonly line: Buffer;
  /** How many values were changed. */
  readonly values: number;
  /** How often each rule replaced something, by its name. */
  readonly byRule: ReadonlyMap<string, number>;
}

/** Replaces what rules say in rollout lines. The same rules make the same of a line, always. */
export interface Redactor {
  /** The line comes without its newline; it is not changed in place. */
  redact(line: Buffer): Redacted;
}

interface RedactorOptions {
  /** A redactor that does not look first whether a rule may apply: for checking that this changes nothing. */
  readonly prechecks?: boolean;
}

const NONE: ReadonlyMap<string, number> = new Map();

export class LineRedactor implements Redactor {
  readonly #rules: readonly Rule[];
  readonly #precheck: Precheck | undefined;
  readonly #json: JsonEdits;
  readonly #unreadable: UnreadableEdits;
  readonly #decoder = new LineDecoder();

  constructor(rules: readonly Rule[], { prechecks = true }: RedactorOptions = {}) {
    this.#rules = rules;
    const matchers = rules.map((rule, at): Matcher => ({ rule, at }));
    const patterns = matchers.filter(({ rule }) => isPatternRule(rule));
    const withPaths = matchers.filter(({ rule }) => !isPatternRule(rule));
    const paths = withPaths.flatMap((of) => (of.rule.paths ?? []).map((path) => ({ path, of })));
    this.#precheck = prechecks ? new Precheck(rules) : undefined;
    this.#json = new JsonEdits(patterns, Trail.of(paths));
    this.#unreadable = new UnreadableEdits(patterns, withPaths);
  }

  redact(line: Buffer): Redacted {
    const text = textOf(line);
    if (this.#precheck?.mayChange(line, text) === false) return { line, values: 0, byRule: NONE };
    const edits = this.#readableEdits(line) ?? moved(this.#unreadable.of(text), byteOffsets(text));
    return edits.length === 0 ? { line, values: 0, byRule: NONE } : this.#redacted(line, edits);
  }

  /** Undefined when the line is no JSON. */
  #readableEdits(line: Buffer): Edit[] | undefined {
    if (!isUtf8(line)) return undefined;
    const edits = this.#json.of(line, "whole");
    if (edits?.some(({ changesKind }) => changesKind) !== true || this.#isReadAlike(line, applied(line, edits)))
      return edits;
    return this.#json.of(line, "inside");
  }

  /** Whether both lines tell of the same kind of event, or of none. */
  #isReadAlike(line: Buffer, other: Buffer): boolean {
    return this.#readAs(line) === this.#readAs(other);
  }

  #readAs(line: Buffer): string {
    const read = (["legacy", "paginated"] as const).map((mode) => {
      const decoded = this.#decoder.decode(line, 0, line.length, mode, true);
      if (decoded.outcome === "event") return `${decoded.event.type} ${decoded.counted}`;
      return decoded.outcome === "neutral" ? `neutral ${decoded.counted}` : decoded.outcome;
    });
    return read.join(", ");
  }

  #redacted(line: Buffer, edits: readonly Edit[]): Redacted {
    const byRule = new Map<string, number>();
    for (const edit of edits) {
      const name = this.#rules[edit.rule]?.name ?? "";
      byRule.set(name, (byRule.get(name) ?? 0) + 1);
    }
    return { line: applied(line, edits), values: edits.filter(({ isFirst }) => isFirst).length, byRule };
  }
}
