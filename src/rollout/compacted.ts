import type { Compacted } from "./events.ts";
import { type Fields, list, unreadString } from "./fields.ts";
import { responseItem } from "./response-item.ts";

/** A summary took the place of the history: the text is not shown, the line must only be well formed (reduction §6). */
export function compacted(fields: Fields): Compacted {
  fields.required("message", unreadString);
  fields.optional("replacement_history", list(responseItem));
  return { type: "compacted" };
}
