export { loadRedactor, rulesText } from "./load.ts";
export type { Redacted, Redactor } from "./redactor.ts";
export { RedactionRulesError } from "./rules-error.ts";
