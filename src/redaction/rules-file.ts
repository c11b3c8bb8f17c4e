import { isNode, isSeq, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { isPath, parsePath, type Step } from "./path.ts";
import { type Rule, ruleOf } from "./rule.ts";
import { RedactionRulesError } from "./rules-error.ts";
import { refusalOf } from "./structure.ts";

/** More rules than this are a mistake. */
const MAX_RULES = 500;
/** More aliases than this in one file are an attack, or a mistake. */
const MAX_ALIASES = 100;
const MAX_REPLACEMENT_LENGTH = 200;

/** What stands among rules for all the shipped ones. */
export const DEFAULT_RULES = "default";

const pathSchema = z
  .string()
  .refine(isPath, "must be names joined by dots, such as payload.*.env or **.authorization")
  .superRefine((path, context) => {
    const reason = refusalOf(parsePath(path).steps.map(nameOf));
    if (reason !== undefined) context.addIssue({ code: "custom", message: `"${path}" may not be replaced: ${reason}` });
  });

const ruleSchema = z
  .strictObject({
    name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, dots, - and _"),
    pattern: z.string().min(1).optional(),
    flags: z
      .string()
      .regex(/^(?!.*(.).*\1)[imsuv]*$/, "may be of i, m, s, u and v, each once")
      .optional(),
    replacement: z
      .string()
      .max(MAX_REPLACEMENT_LENGTH)
      // An empty text is no reasoning effort, and no hook prompt.
      .regex(/^\P{Cc}*[^\p{White_Space}\p{Cc}]\P{Cc}*$/u, "must not be blank, nor have control characters")
      .refine((text) => text.isWellFormed(), "must not have half characters")
      .optional(),
    paths: z.array(pathSchema).min(1).optional(),
  })
  .superRefine(({ pattern, flags, paths }, context) => {
    const problem = pattern === undefined ? problemWithoutPattern(flags, paths) : problemOfPattern(pattern, flags);
    if (problem !== undefined) context.addIssue({ code: "custom", ...problem });
  });

interface Problem {
  readonly path: string[];
  readonly message: string;
}

function problemWithoutPattern(flags: string | undefined, paths: readonly string[] | undefined): Problem | undefined {
  if (paths === undefined) return { path: [], message: "needs a pattern, or paths" };
  return flags === undefined ? undefined : { path: ["flags"], message: "belong to a pattern" };
}

function problemOfPattern(pattern: string, flags = ""): Problem | undefined {
  try {
    if (!new RegExp(pattern, flags).test("")) return undefined;
    return { path: ["pattern"], message: "matches the empty string, so it would match everywhere" };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { path: ["pattern"], message: `no JavaScript regular expression: ${error.message}` };
  }
}

/** The name a step asks for; a step that asks for none has none. */
function nameOf(step: Step): string {
  if (step.kind === "name") return step.text;
  return step.kind === "index" ? step.index : "";
}

/**
 * The rules of a file in YAML or JSON.
 *
 * @throws RedactionRulesError
 */
export function parseRules(file: string, content: string, defaults: () => readonly Rule[]): Rule[] {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const broken = document.errors.map(
    ({ pos, message }) => `line ${lines.linePos(pos[0]).line}: not valid YAML: ${message.split("\n", 1)[0] ?? ""}`,
  );
  if (broken.length > 0) throw new RedactionRulesError(broken, { file });
  if (!isSeq(document.contents)) throw new RedactionRulesError(["it must be a list of rules"], { file });
  const { items } = document.contents;
  if (items.length > MAX_RULES) throw new RedactionRulesError([`it has more than ${MAX_RULES} rules`], { file });

  const rules: Rule[] = [];
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    const value: unknown = isNode(item) ? item.toJS(document, { maxAliasCount: MAX_ALIASES }) : item;
    if (value === DEFAULT_RULES) {
      rules.push(...defaults());
      continue;
    }
    const read = ruleSchema.safeParse(value);
    const place = `line ${lines.linePos(rangeStart(item)).line}, rule ${shownName(value, index)}`;
    if (read.success) rules.push(ruleOf(read.data));
    else problems.push(...read.error.issues.map((issue) => `${place}: ${shownIssue(issue)}`));
  }
  problems.push(...repeatedNames(rules));
  if (problems.length > 0) throw new RedactionRulesError(problems, { file });
  return rules;
}

function rangeStart(item: unknown): number {
  const range = typeof item === "object" && item !== null && "range" in item ? item.range : undefined;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : 0;
}

function shownName(value: unknown, index: number): string {
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  return typeof name === "string" ? `"${name}"` : `${index + 1}`;
}

function shownIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

/** Counts are told by name. */
function repeatedNames(rules: readonly Rule[]): string[] {
  const names = rules.map(({ name }) => name);
  const repeated = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...repeated].map((name) => `rule "${name}": another rule has this name`);
}
