import { JsonText } from "../../json/index.ts";
import type { ItemRow, TurnView } from "../../read-model/index.ts";

/** Turns and items as Codex's protocol shows them (`Turn`, `ThreadItemEntry`), their members in its order. */

/** A turn that is told to be in progress belongs to a running thread, and here none is. */
export function turnOf({ turn, items, itemsView }: TurnView): object[] {
  const { turnId, content } = turn;
  // Only a tombstone is known: nothing to show.
  if (content === null) return [];
  const { rootTurnId, status, error, startedAt, completedAt, durationMs } = content;
  return [
    {
      id: turnId,
      rootTurnId,
      items: items.flatMap((row) => row.content?.item ?? []),
      itemsView,
      status: status === "inProgress" ? "interrupted" : status,
      error,
      startedAt,
      completedAt,
      durationMs,
    },
  ];
}

/** An item's JSON ends with its times. */
const TIMES = /"startedAtMs":(null|-?\d+),"completedAtMs":(null|-?\d+)\}$/;

const TIMES_TEXT = 100;

export function itemEntryOf({ turnId, content }: ItemRow): object[] {
  if (content === null) return [];
  const { item } = content;
  const [, startedAtMs = "null", completedAtMs = "null"] = TIMES.exec(item.text.slice(-TIMES_TEXT)) ?? [];
  return [{ turnId, item, startedAtMs: new JsonText(startedAtMs), completedAtMs: new JsonText(completedAtMs) }];
}
