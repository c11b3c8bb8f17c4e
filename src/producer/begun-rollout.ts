import { LineDecoder } from "../rollout/index.ts";

/** What a line says of the rollout that it is in. */
export type BegunRollout =
  | { readonly type: "none" }
  /** The session of a thread, or of the one it was forked from. */
  | { readonly type: "session"; readonly id: string }
  /** History was cut: what follows is another rollout of the same thread (ADR 0012), which the line gives no id. */
  | { readonly type: "revert" };

const SESSION_META = Buffer.from("session_meta");
const NONE: BegunRollout = { type: "none" };

const decoder = new LineDecoder();

/** Most lines are told apart by a search for the word. */
export function begunBy(line: Buffer): BegunRollout {
  if (!line.includes(SESSION_META)) return NONE;
  const decoded = decoder.decode(line, 0, line.length, "paginated");
  if (decoded.outcome !== "event" || decoded.event.type !== "session_meta") return NONE;
  const { threadId, historyBase, forkedFromId } = decoded.event;
  return historyBase !== null && forkedFromId === null ? { type: "revert" } : { type: "session", id: threadId };
}
