import type { ResponsesRequest } from "./model-server.ts";

/** A piece of a conversation, as far as it says what was said and done. */
interface Piece {
  readonly type: string;
  readonly role?: string;
  readonly content?: readonly { readonly text?: string }[];
  readonly name?: string;
  readonly arguments?: string;
  readonly input?: string;
}

/** What a model is told of a conversation so far: who said what, and which tools were called. */
export function conversationOf(request: ResponsesRequest | undefined): string[] {
  return (request?.input ?? []).flatMap((piece) => told(piece as Piece));
}

function told({ type, role, content = [], name, arguments: args, input }: Piece): string[] {
  switch (type) {
    case "message":
      return role === "developer"
        ? []
        : content.flatMap(({ text = "" }) => (isContext(text) ? [] : `${role}: ${text}`));
    case "function_call":
      return [`${name}: ${JSON.parse(args ?? "{}").cmd}`];
    case "custom_tool_call":
      return [`${name}: ${input}`];
    case "reasoning":
      return [type];
    default:
      return [];
  }
}

/** What Codex itself adds about the machine and the turn stands in tags. */
function isContext(text: string): boolean {
  return text.startsWith("<");
}
