import type { Edit } from "./edit.ts";

/** Strings of lines that must keep a form, so that the line can still be read. */

const PATH_BEGINNING = /^(?:file:\/\/[^/]*\/?|\/)/;

/** Edits of a path: it stays absolute, and a URI one. */
export function editsOfPath(text: string, edits: readonly Edit[]): Edit[] {
  const beginning = PATH_BEGINNING.exec(text)?.[0] ?? "";
  const isUri = beginning.startsWith("file:");
  return edits
    .map((edit) => ({ ...edit, start: Math.max(edit.start, beginning.length) }))
    .filter(({ start, end }) => start < end)
    .map((edit) => (isUri ? { ...edit, text: encodeURIComponent(edit.text) } : edit));
}

/** A hook prompt as Codex writes it. */
const HOOK_PROMPT = /^(?<opening>\s*<hook_prompt hook_run_id="[^"<&]*">)(?<body>.*?)<\/hook_prompt>/s;

/** Where the body of a hook prompt stands, if the text is one. */
function hookPromptBody(text: string): { readonly start: number; readonly end: number } | undefined {
  const { opening, body } = HOOK_PROMPT.exec(text)?.groups ?? {};
  if (opening === undefined || body === undefined) return undefined;
  return { start: opening.length, end: opening.length + body.length };
}

/** Edits of a hook prompt's text: its tags stay, and so does the rest of its XML. */
export function editsOfHookPrompt(text: string, edits: readonly Edit[]): Edit[] {
  const body = hookPromptBody(text);
  if (body === undefined) return [...edits];
  const inBody = edits
    .map((edit) => ({ ...edit, start: Math.max(edit.start, body.start), end: Math.min(edit.end, body.end) }))
    .filter(({ start, end }) => start < end)
    .map((edit) => ({ ...edit, text: inXml(edit.text) }));
  const [first] = inBody;
  const hasMarkup = /[<&]/.test(text.slice(body.start, body.end));
  const closed = body.end + "</hook_prompt>".length;
  const behind = edits
    .filter(({ end }) => end > closed)
    .map((edit) => ({ ...edit, start: Math.max(edit.start, closed) }));
  return [...(first !== undefined && hasMarkup ? [{ ...first, ...body }] : inBody), ...behind];
}

function inXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
