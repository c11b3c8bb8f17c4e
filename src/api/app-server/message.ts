import { ABSENT, JsonDocument, type Node, NUMBER, OBJECT, scan, scanErrorMessage } from "../../json/index.ts";

/** A request on the wire: JSON-RPC without the member `jsonrpc`. */
export interface Request {
  /** As it was written, so that an integer beyond 2^53 comes back unharmed. */
  readonly id: string;
  readonly method: string;
  /** Undefined where it has none. */
  readonly params: unknown;
}

/** What can be read of a request that is JSON, but not such as Codex reads. */
export interface UnreadableRequest {
  readonly id: string;
  readonly reason: string;
}

const doc = new JsonDocument();

const MIN_ID = -(2n ** 63n);
const MAX_ID = 2n ** 63n - 1n;
const INTEGER = /^-?\d+$/;

/**
 * The request in a message; null for all else, which Codex takes in silence: notifications, answers, and what is no message.
 */
export function requestIn(message: string): Request | UnreadableRequest | null {
  const bytes = Buffer.from(message);
  if (!scan(doc, bytes, 0, bytes.length, 1)) return unreadable(message, scanErrorMessage(doc.errorCode));
  if (doc.kind(0) !== OBJECT || hasRepeatedKey()) return null;
  const method = doc.member(0, "method");
  if (method === ABSENT || !doc.isString(method)) return null;
  const id = idAt(doc.member(0, "id"));
  if (id === null) return null;
  return { id, method: doc.string(method), params: valueAt(bytes, doc.member(0, "params")) };
}

/** Strings, and integers of 64 bits. */
function idAt(node: Node): string | null {
  if (node === ABSENT) return null;
  if (doc.isString(node)) return JSON.stringify(doc.string(node));
  if (doc.kind(node) !== NUMBER) return null;
  const text = doc.text(node);
  if (!INTEGER.test(text)) return null;
  const value = BigInt(text);
  return value >= MIN_ID && value <= MAX_ID ? String(value) : null;
}

function valueAt(bytes: Buffer, node: Node): unknown {
  if (node === ABSENT) return undefined;
  const quote = doc.isString(node) ? 1 : 0;
  return JSON.parse(bytes.toString("utf8", doc.start(node) - quote, doc.end(node) + quote));
}

/** Codex refuses a message that says one of these twice. */
const SAID_ONCE = new Set(["id", "method", "params"]);

function hasRepeatedKey(): boolean {
  const seen = new Set<string>();
  for (let at = 1; at < doc.next(0); at = doc.next(at + 1)) {
    const key = doc.string(at);
    if (seen.has(key)) return true;
    if (SAID_ONCE.has(key)) seen.add(key);
  }
  return false;
}

/** An integer over 64 bits, say: its client would wait for an answer. */
function unreadable(message: string, reason: string): UnreadableRequest | null {
  const { id, method } = Object(parsed(message)) as { readonly id?: unknown; readonly method?: unknown };
  if (typeof method !== "string") return null;
  return typeof id === "string" || Number.isSafeInteger(id) ? { id: JSON.stringify(id), reason } : null;
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
