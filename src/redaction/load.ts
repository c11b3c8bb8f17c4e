import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LineRedactor, type Redactor } from "./redactor.ts";
import type { Rule } from "./rule.ts";
import { RedactionRulesError } from "./rules-error.ts";
import { DEFAULT_RULES, parseRules } from "./rules-file.ts";

const DEFAULT_FILE = join(import.meta.dirname, "default-rules.yaml");

/**
 * The rules of a file, or with the name `default` those shipped.
 *
 * @throws RedactionRulesError when the file cannot be read, or has rules that cannot be used
 */
export async function loadRedactor(name: string): Promise<Redactor> {
  return new LineRedactor(await loadRules(name));
}

/** @throws RedactionRulesError */
export async function loadRules(name: string): Promise<Rule[]> {
  const defaults = parseRules(DEFAULT_FILE, await contentOf(DEFAULT_FILE), () => []);
  return name === DEFAULT_RULES ? defaults : parseRules(name, await contentOf(name), () => defaults);
}

/**
 * The text that rules come from, that of the shipped ones too: what was redacted by other rules has another one.
 *
 * @throws RedactionRulesError when it cannot be read
 */
export async function rulesText(name: string): Promise<string> {
  const defaults = await contentOf(DEFAULT_FILE);
  return name === DEFAULT_RULES ? defaults : `${await contentOf(name)}\n${defaults}`;
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new RedactionRulesError([`the rules cannot be read: ${cause.message}`], { file, cause });
  }
}
