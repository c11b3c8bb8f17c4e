import type { TurnStatus } from "../history/index.ts";
import type { ThreadTouch } from "../read-model/index.ts";
import type { StoredThread } from "./row-values.ts";

/** The status of a thread's last turn. `thread` is its id. */
export function lastStatus(thread: string): string {
  return `SELECT status FROM turns WHERE thread_id = ${thread} AND removed_by IS NULL ORDER BY turn_ordinal DESC LIMIT 1`;
}

/** What the user said first. */
export function firstWords(thread: string, text: string): string {
  return `SELECT ${text} FROM items WHERE thread_id = ${thread} AND item_type = 'userMessage' AND text IS NOT NULL
    AND removed_by IS NULL ORDER BY item_ordinal LIMIT 1`;
}

/** Characters of a preview: more than a list shows of a message. */
export const PREVIEW_CHARACTERS = 500;

/** A thread as it is to be stored: what the batch says of it, and what its rows now come to. */
export function storedThread(
  { threadId, started, firstAtMs, lastAtMs }: ThreadTouch,
  generation: number,
  { status, words }: { readonly status: string | null; readonly words: string | null },
): StoredThread {
  return {
    threadId,
    generation,
    started,
    createdAtMs: firstAtMs ?? 0,
    updatedAtMs: lastAtMs ?? 0,
    status: status as TurnStatus | null,
    preview: beginning(words ?? ""),
  };
}

/** Whole characters, not halves of them. */
function beginning(text: string): string {
  const [...characters] = text.slice(0, 2 * PREVIEW_CHARACTERS);
  return characters.slice(0, PREVIEW_CHARACTERS).join("");
}
