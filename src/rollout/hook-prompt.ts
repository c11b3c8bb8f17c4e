import type { HookPromptFragment } from "./events.ts";
import { type XmlToken, XmlTokens } from "./xml-tokens.ts";

/**
 * The fragment that a text of a user message is, if it is one (rollout-format §6): an XML element of any name with the
 * attribute `hook_run_id` and one text.
 *
 * Read as leniently as Codex reads it: names are not examined, what follows the element does not matter, and an element
 * inside is passed over unless it parts the text in two or bears the name of a field.
 */
export function parseHookPromptFragment(text: string): HookPromptFragment | undefined {
  const tokens = new XmlTokens(text.replace(/^\p{White_Space}+/u, ""));
  const fields = new Fields();
  const first = tokens.next();
  const root = first?.type === "text" && isBlank(first.text) ? tokens.next() : first;
  if (root?.type !== "start" || root.empty) return undefined;
  if (!readAttributes(tokens, root, fields) || !readContent(tokens, root, fields)) return undefined;
  const hookRunId = fields.get(HOOK_RUN_ID);
  const body = fields.get(TEXT);
  return hookRunId === undefined || body === undefined || /^\p{White_Space}*$/u.test(hookRunId)
    ? undefined
    : { text: body, hookRunId };
}

type StartTag = Extract<XmlToken, { type: "start" }>;

const HOOK_RUN_ID = "@hook_run_id";
const TEXT = "$text";

/** Values by the names that Codex knows them under; the same names are taken from elements. */
class Fields {
  readonly #values = new Map<string, string>();

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** False when the value is malformed, or another one is there. */
  set(name: string, value: string | undefined): boolean {
    if (value === undefined || this.#values.has(name)) return false;
    this.#values.set(name, value);
    return true;
  }
}

const ATTRIBUTE = /[ \t\r\n]*([^= \t\r\n]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/y;

/** Every attribute must be well formed and no key may repeat; only the value of `hook_run_id` is looked into. */
function readAttributes(tokens: XmlTokens, { attributes }: StartTag, fields: Fields): boolean {
  const keys = new Set<string>();
  let at = 0;
  while (!isBlank(attributes.slice(at))) {
    ATTRIBUTE.lastIndex = at;
    const [, key, double, single] = ATTRIBUTE.exec(attributes) ?? [];
    if (key === undefined || keys.has(key)) return false;
    at = ATTRIBUTE.lastIndex;
    keys.add(key);
    const name = `@${key.startsWith("xmlns:") ? key : localName(key)}`;
    if (name === HOOK_RUN_ID && !fields.set(name, tokens.attributeValue(double ?? single ?? ""))) return false;
  }
  return true;
}

function readContent(tokens: XmlTokens, root: StartTag, fields: Fields): boolean {
  for (let token = tokens.next(); token !== undefined; token = tokens.next()) {
    if (token.type === "end") return token.name === root.name;
    if (token.type === "text") {
      if (!isBlank(token.text) && !fields.set(TEXT, token.text)) return false;
    } else {
      const name = localName(token.name);
      const known = name === HOOK_RUN_ID || name === TEXT;
      if (!(known ? fields.set(name, textOf(tokens, token)) : passOver(tokens, token))) return false;
    }
  }
  return false;
}

/** The text of an element that holds nothing else. */
function textOf(tokens: XmlTokens, element: StartTag): string | undefined {
  if (element.empty) return "";
  const first = tokens.next();
  const text = first?.type === "text" ? first.text : "";
  const last = first?.type === "text" ? tokens.next() : first;
  return last?.type === "end" && last.name === element.name ? text : undefined;
}

/** Moves behind an element; false when its tags do not match. */
function passOver(tokens: XmlTokens, element: StartTag): boolean {
  const open = element.empty ? [] : [element.name];
  while (open.length > 0) {
    const token = tokens.next();
    if (token === undefined) return false;
    if (token.type === "start" && !token.empty) open.push(token.name);
    if (token.type === "end" && token.name !== open.pop()) return false;
  }
  return true;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function isBlank(text: string): boolean {
  return !/[^ \t\r\n]/.test(text);
}
