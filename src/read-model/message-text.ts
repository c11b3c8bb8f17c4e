import type { JsonText } from "../json/index.ts";

/** What search and previews need of a message. */
export interface MessageText {
  readonly text: string | null;
  readonly phase: string | null;
}

const NO_MESSAGE: MessageText = { text: null, phase: null };

/** An item's JSON begins with its type. */
const ITEM_TYPE = /^\{"type":"(\w+)"/;

/** The type of an item; `unknown` when its JSON does not begin with one. */
export function itemTypeOf({ text }: JsonText): string {
  return ITEM_TYPE.exec(text)?.[1] ?? "unknown";
}

/** What a user or agent message says. Other items are not parsed. */
export function messageTextOf(itemType: string, { text }: JsonText): MessageText {
  if (itemType === "agentMessage") return agentMessage(JSON.parse(text));
  if (itemType === "userMessage") return { text: userText(JSON.parse(text)), phase: null };
  return NO_MESSAGE;
}

interface AgentMessage {
  readonly text?: unknown;
  readonly phase?: unknown;
}

function agentMessage({ text, phase }: AgentMessage): MessageText {
  return { text: typeof text === "string" ? text : null, phase: typeof phase === "string" ? phase : null };
}

/** A message without text, of images only, says nothing. */
function userText({ content }: { readonly content?: unknown }): string | null {
  if (!Array.isArray(content)) return null;
  const texts = content.flatMap((part: { readonly type?: unknown; readonly text?: unknown } | null) =>
    part?.type === "text" && typeof part.text === "string" ? [part.text] : [],
  );
  return texts.length === 0 ? null : texts.join("\n");
}
