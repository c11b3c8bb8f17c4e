import type { HookPromptFragment } from "./events.ts";
import { attributesOf, decodeEntities, isXmlSpace, type Piece, withLineFeeds, XmlPieces } from "./xml-text.ts";

/** What Codex trims: Unicode's white space, which is not quite what JavaScript's `trim` takes for it. */
const SPACE = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const BYTE_ORDER_MARK = /^\ufeff/;

type OpenTag = Extract<Piece, { readonly kind: "open" }>;

/**
 * The hook prompt fragment that a text is: one XML element with the attribute `hook_run_id` and text in it
 * (rollout-format §6). What follows the element is not examined.
 */
export function parseHookPromptFragment(text: string): HookPromptFragment | undefined {
  const pieces = new XmlPieces(trimmed(text).replace(BYTE_ORDER_MARK, ""));
  const root = rootOf(pieces);
  if (root === undefined || root.isEmpty) return undefined;
  const hookRunId = hookRunIdOf(root);
  if (hookRunId === undefined || trimmed(hookRunId) === "") return undefined;
  const body = bodyOf(pieces, root.name);
  return body === undefined ? undefined : { text: body, hookRunId };
}

function trimmed(text: string): string {
  return text.replaceAll(OUTER_SPACE, "");
}

/** The first element; only blanks, comments and declarations may stand before it. */
function rootOf(pieces: XmlPieces): OpenTag | undefined {
  for (;;) {
    const piece = pieces.next();
    if (piece?.kind === "open") return piece;
    if (piece === null || piece.kind === "close") return undefined;
    if (piece.kind === "text" && !isXmlSpace(textOf(piece) ?? "x")) return undefined;
  }
}

function hookRunIdOf({ attributes }: OpenTag): string | undefined {
  const value = attributesOf(attributes)?.get("hook_run_id");
  return value === undefined ? undefined : decodeEntities(withLineFeeds(value).replaceAll(/[\n\t]/g, " "));
}

function textOf(piece: Extract<Piece, { readonly kind: "text" }>): string | undefined {
  const text = withLineFeeds(piece.text);
  return piece.isRaw ? text : decodeEntities(text);
}

/**
 * The text up to the element's end tag. Elements inside are skipped; they may not part the text in two.
 */
function bodyOf(pieces: XmlPieces, name: string): string | undefined {
  const open = [name];
  const runs = [""];
  for (;;) {
    const piece = pieces.next();
    if (piece === null) return undefined;
    if (piece.kind === "open" && !piece.isEmpty) open.push(piece.name);
    if (piece.kind === "close" && open.pop() !== piece.name) return undefined;
    if (open.length === 0) break;
    if (piece.kind === "open") runs.push("");
    if (piece.kind !== "text") continue;
    const text = textOf(piece);
    if (text === undefined) return undefined;
    if (open.length === 1) runs.push((runs.pop() ?? "") + text);
  }
  const [body, ...others] = runs.filter((run) => !isXmlSpace(run));
  return others.length === 0 ? body : undefined;
}
