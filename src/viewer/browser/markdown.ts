import { lexer, type Token, type Tokens } from "marked";
import { type ComponentChild, type ComponentChildren, h, type JSX } from "preact";
import { LIMITS } from "./limits.ts";
import { heldPicture, safeHref } from "./pictures.ts";

/** A text as its Markdown means it. Its HTML is shown as text: nothing in it becomes markup. */
export function Markdown({ text }: { readonly text: string }): JSX.Element {
  if (text.length > LIMITS.markdown) return h("div", { class: "plain", dir: "auto" }, text.slice(0, LIMITS.textMost));
  return h("div", { class: "markdown", dir: "auto" }, blocks(tokensOf(text), 0));
}

/** The last texts: a message that scrolls out and in again is not read twice. */
const known = new Map<string, readonly Token[]>();
const MOST_KNOWN = 200;

function tokensOf(text: string): readonly Token[] {
  const tokens = known.get(text) ?? tokensIn(text);
  known.delete(text);
  known.set(text, tokens);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return tokens;
}

function tokensIn(text: string): readonly Token[] {
  try {
    return lexer(text);
  } catch {
    return [{ type: "text", raw: text, text }]; // nested deeper than the lexer can go
  }
}

type Shown = ComponentChildren;

function blocks(tokens: readonly Token[] | undefined, depth: number): Shown {
  if (tokens === undefined) return null;
  return tokens.map((token): ComponentChild => (depth > LIMITS.markdownDepth ? token.raw : block(token, depth + 1)));
}

function block(token: Token, depth: number): ComponentChild {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return h(`h${Math.min(token.depth + 2, 6)}`, { dir: "auto" }, blocks(token.tokens, depth));
    case "paragraph":
      return h("p", { dir: "auto" }, blocks(token.tokens, depth));
    case "code":
      return h("pre", { class: "code", "data-language": token.lang || null }, h("code", null, token.text));
    case "blockquote":
      return h("blockquote", null, blocks(token.tokens, depth));
    case "hr":
      return h("hr", null);
    case "list":
      return listOf(token as Tokens.List, depth);
    case "table":
      return tableOf(token as Tokens.Table, depth);
    case "html":
      return h("code", { class: "html" }, token.raw);
    default:
      return inline(token, depth);
  }
}

function inline(token: Token, depth: number): ComponentChild {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return h(token.type, null, blocks(token.tokens, depth));
    case "codespan":
      return h("code", null, token.text);
    case "br":
      return h("br", null);
    case "link":
      return linkOf(token as Tokens.Link, depth);
    case "image":
      return imageOf(token as Tokens.Image);
    case "escape":
      return token.text;
    case "checkbox":
      return h("input", { type: "checkbox", checked: token.checked === true, disabled: true });
    case "text":
      return "tokens" in token && token.tokens ? h("span", null, blocks(token.tokens, depth)) : unescaped(token.text);
    default:
      return token.raw;
  }
}

function listOf({ ordered, start, items }: Tokens.List, depth: number): JSX.Element {
  const entries = items.map((item) =>
    h("li", { class: item.task ? "task" : null, dir: "auto" }, blocks(item.tokens, depth)),
  );
  return ordered ? h("ol", { start: start === "" ? 1 : start }, entries) : h("ul", null, entries);
}

function tableOf({ header, rows }: Tokens.Table, depth: number): JSX.Element {
  const cells = (row: readonly Tokens.TableCell[], name: "th" | "td") =>
    h(
      "tr",
      null,
      row.map(({ tokens, align }) =>
        h(name, { class: align === null ? null : `align-${align}` }, blocks(tokens, depth)),
      ),
    );
  const body = rows.map((row) => cells(row, "td"));
  return h("div", { class: "table" }, h("table", null, h("thead", null, cells(header, "th")), h("tbody", null, body)));
}

function linkOf({ href, tokens }: Tokens.Link, depth: number): ComponentChild {
  const safe = safeHref(href);
  // Such as a path of the machine where the agent worked.
  if (safe === null) return h("span", { class: "dead-link", title: href }, blocks(tokens, depth));
  return h("a", { href: safe, title: safe, rel: "noopener noreferrer", target: "_blank" }, blocks(tokens, depth));
}

function imageOf({ href, text }: Tokens.Image): ComponentChild {
  const held = heldPicture(href);
  if (held !== null) return h("img", { src: held, alt: text, loading: "lazy" });
  const label = `🖼 ${text || "picture"}`;
  const safe = safeHref(href);
  if (safe === null) return h("span", { class: "dead-link", title: href }, label);
  return h("a", { href: safe, title: safe, rel: "noopener noreferrer", target: "_blank" }, label);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  nbsp: "\u00a0",
};

/** The lexer leaves the commonest entities as they were written. */
function unescaped(text: string): string {
  return text.replace(/&(?<name>amp|lt|gt|quot|#39|nbsp);/g, (all, name: string) => ENTITIES[name] ?? all);
}
