import { referenced, withReferences } from "./xml-references.ts";

/** The parts of XML that a hook prompt is read from (rollout-format §6). Comments, instructions and document types are left out. */
export type XmlToken =
  | { readonly type: "start"; readonly name: string; readonly attributes: string; readonly empty: boolean }
  | { readonly type: "end"; readonly name: string }
  /** Character data up to the next tag, in one piece. */
  | { readonly type: "text"; readonly text: string };

interface TextPart {
  readonly text: string;
  /** Of a reference: line ends in it are meant. */
  readonly literal: boolean;
}

const NO_TEXT: TextPart = { text: "", literal: true };

const XML_1_0 = { lineEnd: /\r\n?/g, attributeBlank: /\r\n|[\t\n\r]/g };
const XML_1_1 = { lineEnd: /\r[\n\u0085]?|[\u0085\u2028]/g, attributeBlank: /\r[\n\u0085]|[\t\n\r\u0085\u2028]/g };
const VERSIONS = new Map([
  ["1.0", XML_1_0],
  ["1.1", XML_1_1],
]);

/** Reads tokens in time linear in the text. An undefined token means that the text has ended or is malformed. */
export class XmlTokens {
  readonly #text: string;
  #at = 0;
  #version = XML_1_0;

  constructor(text: string) {
    this.#text = text.startsWith("\ufeff") ? text.slice(1) : text;
  }

  next(): XmlToken | undefined {
    const text: string[] = [];
    // A part is written once the next one is there: a declaration between them tells how it ends its lines.
    let last = NO_TEXT;
    while (this.#at < this.#text.length) {
      const tag = this.#text[this.#at] === "<" && !/[!?]/.test(this.#text.charAt(this.#at + 1));
      const part = tag ? NO_TEXT : this.#textPart();
      if (part === undefined) return undefined;
      if (tag || part !== NO_TEXT) {
        text.push(this.#written(last));
        last = part;
      }
      if (tag) return text.length > 1 ? { type: "text", text: text.join("") } : this.#tag();
    }
    return undefined;
  }

  /** What an attribute's value stands for; undefined when a reference in it is malformed. */
  attributeValue(raw: string): string | undefined {
    return withReferences(raw.replaceAll(this.#version.attributeBlank, " "));
  }

  #written({ text, literal }: TextPart): string {
    return literal ? text : text.replaceAll(this.#version.lineEnd, "\n");
  }

  #tag(): XmlToken | undefined {
    if (this.#text[this.#at + 1] === "/") {
      const name = this.#take("</", ">");
      return name === undefined ? undefined : { type: "end", name: withoutTrailingBlanks(name) };
    }
    const end = this.#endOfMarkup(this.#at + 1);
    if (end === -1) return undefined;
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    const empty = inside.endsWith("/");
    const content = empty ? inside.slice(0, -1) : inside;
    const nameEnd = content.search(/[ \t\r\n]|$/);
    return { type: "start", name: content.slice(0, nameEnd), attributes: content.slice(nameEnd), empty };
  }

  #textPart(): TextPart | undefined {
    if (this.#starts("<!--")) return noText(this.#take("<!--", "-->"));
    if (this.#starts("<![CDATA[")) return asText(this.#take("<![CDATA[", "]]>"), false);
    if (this.#starts("<?")) return this.#instruction();
    if (this.#starts("<")) return this.#documentType();
    if (this.#starts("&")) return asText(this.#reference(), true);
    PLAIN.lastIndex = this.#at;
    const text = PLAIN.exec(this.#text)?.[0];
    this.#at = PLAIN.lastIndex;
    return asText(text, false);
  }

  #reference(): string | undefined {
    const name = this.#take("&", ";");
    return name === undefined ? undefined : referenced(name);
  }

  /** An XML declaration must name a known version first. The version tells which characters end lines. */
  #instruction(): TextPart | undefined {
    const content = this.#take("<?", "?>");
    if (content === undefined || !/^xml(?:[ \t\r\n]|$)/.test(content)) return noText(content);
    const [, double, single] = /^xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/.exec(content) ?? [];
    const version = VERSIONS.get(double ?? single ?? "");
    this.#version = version ?? this.#version;
    return version && NO_TEXT;
  }

  /** `<!DOCTYPE name … [declarations] …>`, read as far as needed to find its end. */
  #documentType(): TextPart | undefined {
    const start = this.#at + "<!DOCTYPE".length;
    if (this.#text.slice(this.#at, start).toUpperCase() !== "<!DOCTYPE") return undefined;
    this.#at = start;
    while (this.#at < this.#text.length) {
      const next = this.#text.charAt(this.#at);
      if (next === ">") {
        const content = this.#text.slice(start, this.#at);
        this.#at += 1;
        return /[^ \t\r\n]/.test(content) ? asText("", true) : undefined;
      }
      if (next === '"' || next === "'") {
        if (this.#take(next, next) === undefined) return undefined;
      } else {
        this.#at += 1;
        if (next === "[" && !this.#skipDeclarations()) return undefined;
      }
    }
    return undefined;
  }

  #skipDeclarations(): boolean {
    while (this.#at < this.#text.length) {
      const next = this.#text.charAt(this.#at);
      if (next !== "<") {
        this.#at += 1;
        if (next === "]") return true;
      } else if (this.#starts("<!--")) {
        if (this.#take("<!--", "-->") === undefined) return false;
      } else if (this.#starts("<?")) {
        if (this.#take("<?", "?>") === undefined) return false;
      } else {
        const end = this.#endOfMarkup(this.#at + 1);
        if (end === -1) return false;
        this.#at = end + 1;
      }
    }
    return false;
  }

  /** Where the `>` is that no quotes hide, or -1. */
  #endOfMarkup(from: number): number {
    let at = from;
    for (;;) {
      QUOTE_OR_END.lastIndex = at;
      const found = QUOTE_OR_END.exec(this.#text);
      if (found === null || found[0] === ">") return found?.index ?? -1;
      at = this.#text.indexOf(found[0], found.index + 1) + 1;
      if (at === 0) return -1;
    }
  }

  #starts(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  /** What stands here between two marks, moving past them; undefined when the second one is missing. */
  #take(open: string, close: string): string | undefined {
    const start = this.#at + open.length;
    const end = this.#text.indexOf(close, start);
    if (end === -1) return undefined;
    this.#at = end + close.length;
    return this.#text.slice(start, end);
  }
}

const PLAIN = /[^<&]+/y;
const QUOTE_OR_END = /["'>]/g;

function asText(text: string | undefined, literal: boolean): TextPart | undefined {
  return text === undefined ? undefined : { text, literal };
}

function noText(content: string | undefined): TextPart | undefined {
  return content === undefined ? undefined : NO_TEXT;
}

function withoutTrailingBlanks(name: string): string {
  let end = name.length;
  while (end > 0 && " \t\r\n".includes(name.charAt(end - 1))) end -= 1;
  return end === 0 ? name : name.slice(0, end);
}
