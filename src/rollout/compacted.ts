import { list, type Fields, unreadString } from "./fields.ts";
import { responseItem } from "./response-item.ts";
import type { Compacted } from "./events.ts";

/** A summary took the place of the history: the text is not shown, the line must only be well formed (reduction §6). */
export function compacted(fields: Fields): Compacted {
  fields.required("message", unreadString);
  fields.optional("replacement_history", list(responseItem));
  return { type: "compacted" };
}
