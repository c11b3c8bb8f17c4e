/** The few rules of XML that hook prompt fragments need, as the reader that Codex uses applies them. */

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Text with its entities decoded; undefined when one is malformed or unknown. */
export function decodeEntities(text: string): string | undefined {
  if (!text.includes("&")) return text;
  let isKnown = true;
  const decoded = text.replaceAll(/&(?:([^&;]*);)?/g, (_all, name: string | undefined) => {
    const character = name === undefined ? undefined : (ENTITIES.get(name) ?? numbered(name));
    if (character === undefined) isKnown = false;
    return character ?? "";
  });
  return isKnown ? decoded : undefined;
}

/** `#65` or `#x41`. */
function numbered(name: string): string | undefined {
  const { decimal, hex } = /^#(?:(?<decimal>\d+)|x(?<hex>[0-9a-fA-F]+))$/.exec(name)?.groups ?? {};
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}

/** Line ends as XML reads them. */
export function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}

export function isXmlSpace(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

/** What stands between a tag's name and its `>`, by name without prefix; undefined when malformed or repeated. */
export function attributesOf(tag: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  const seen = new Set<string>();
  const attribute = /[ \t\r\n]*([^ \t\r\n=]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/y;
  let at = 0;
  for (let found = attribute.exec(tag); found !== null; found = attribute.exec(tag)) {
    at = attribute.lastIndex;
    const [, name = "", inDouble, inSingle] = found;
    const local = name.slice(name.indexOf(":") + 1);
    if (seen.has(name) || (local === "hook_run_id" && values.has(local))) return undefined;
    seen.add(name);
    values.set(local, inDouble ?? inSingle ?? "");
  }
  return isXmlSpace(tag.slice(at)) ? values : undefined;
}

/** The next piece of an XML text. */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly isRaw: boolean }
  | { readonly kind: "open"; readonly name: string; readonly attributes: string; readonly isEmpty: boolean }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "ignored" };

/** Cuts an XML text into pieces; null when what comes next is malformed or nothing. */
export class XmlPieces {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Piece | null {
    const text = this.#text;
    const from = this.#at;
    if (text[from] !== "<") {
      const end = text.indexOf("<", from);
      this.#at = end;
      return end < 0 ? null : { kind: "text", text: text.slice(from, end), isRaw: false };
    }
    if (text.startsWith("<!--", from)) return this.#past("-->", from + 4) === null ? null : { kind: "ignored" };
    if (text.startsWith("<![CDATA[", from)) {
      const raw = this.#past("]]>", from + 9);
      return raw === null ? null : { kind: "text", text: raw, isRaw: true };
    }
    if (text[from + 1] === "?") return this.#instruction(from + 2);
    if (/^<!doctype[ \t\r\n]$/i.test(text.slice(from, from + 10)))
      return this.#ended(from + 10) === null ? null : { kind: "ignored" };
    return text[from + 1] === "!" ? null : this.#tag(from + 1);
  }

  #past(end: string, from: number): string | null {
    const found = this.#text.indexOf(end, from);
    if (found < 0) return null;
    this.#at = found + end.length;
    return this.#text.slice(from, found);
  }

  /** An XML declaration must begin with its version. */
  #instruction(from: number): Piece | null {
    const content = this.#past("?>", from);
    const isMalformed = content === null || (/^xml(?![^ \t\r\n])/.test(content) && !/^xml\s+version\s*=/.test(content));
    return isMalformed ? null : { kind: "ignored" };
  }

  #tag(from: number): Piece | null {
    const content = this.#ended(from);
    const {
      slash,
      name,
      rest = "",
    } = /^(?<slash>\/?)(?<name>[^ \t\r\n/]+)(?<rest>[\s\S]*)$/.exec(content ?? "")?.groups ?? {};
    if (name === undefined) return null;
    if (slash === "/") return isXmlSpace(rest) ? { kind: "close", name } : null;
    const isEmpty = rest.endsWith("/");
    return { kind: "open", name, attributes: isEmpty ? rest.slice(0, -1) : rest, isEmpty };
  }

  /** What stands before the `>` that ends a tag: not one in quotes or inside a declaration of the document type. */
  #ended(from: number): string | null {
    const text = this.#text;
    let depth = 1;
    let quote = "";
    for (let at = from; at < text.length; at++) {
      const letter = text.charAt(at);
      if (quote !== "") {
        if (letter === quote) quote = "";
      } else if (letter === '"' || letter === "'") quote = letter;
      else if (letter === "<" && text[from - 1] !== "<") depth += 1;
      else if (letter === ">") {
        depth -= 1;
        if (depth > 0) continue;
        this.#at = at + 1;
        return text.slice(from, at);
      }
    }
    return null;
  }
}
