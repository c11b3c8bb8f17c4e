import type { Compacted } from "./events.ts";
import { boolean, type Fields, list, object, uint64, unreadList, unreadString } from "./fields.ts";
import { responseItem } from "./response-item.ts";

const UNREAD_STRINGS = ["compaction_response_id", "first_window_id", "previous_window_id"] as const;
const anyObject = object(() => undefined);
const retainedContext = object((fields) => {
  fields.required("verified_answers", unreadList);
  fields.required("incomplete", boolean);
});

const replacementHistory = list(responseItem);

/** A summary took the place of the history: the text is not shown, the line must only be well formed (reduction §6). */
export function compacted(fields: Fields): Compacted {
  fields.required("message", unreadString);
  fields.optional("replacement_history", replacementHistory);
  for (const key of UNREAD_STRINGS) fields.optional(key, unreadString);
  fields.optional("window_number", uint64);
  fields.optional("retained_context", retainedContext);
  for (const key of ["latest_token_usage_record", "resume_metadata"]) fields.optional(key, anyObject);
  return { type: "compacted" };
}
