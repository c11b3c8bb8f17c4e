import { parsePath, type RulePath } from "./path.ts";

/** What a rules file says of one rule, validated. */
export interface RuleText {
  readonly name: string;
  readonly pattern?: string | undefined;
  readonly flags?: string | undefined;
  readonly replacement?: string | undefined;
  readonly paths?: readonly string[] | undefined;
}

export interface Rule {
  readonly name: string;
  readonly replacement: string;
  /** What is replaced in strings: matches, or what their group `secret` holds. Without it whole values are replaced. */
  readonly pattern: RegExp | undefined;
  /** Where the rule applies; undefined: to every string. */
  readonly paths: readonly RulePath[] | undefined;
}

/** A rule that applies to every string. */
export interface PatternRule extends Rule {
  readonly pattern: RegExp;
  readonly paths: undefined;
}

/** The group of a pattern that is replaced instead of the whole match. */
const SECRET_GROUP = "(?<secret>";

/** @throws SyntaxError when the pattern is none */
export function ruleOf({ name, pattern, flags = "", replacement, paths }: RuleText): Rule {
  const needed = pattern?.includes(SECRET_GROUP) ? "dg" : "g";
  return {
    name,
    replacement: replacement ?? `[redacted:${name}]`,
    pattern: pattern === undefined ? undefined : new RegExp(pattern, flags + needed),
    paths: paths?.map(parsePath),
  };
}

export function isPatternRule(rule: Rule): rule is PatternRule {
  return rule.pattern !== undefined && rule.paths === undefined;
}
