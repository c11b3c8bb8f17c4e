import { hash } from "node:crypto";
import { stringify, stringifyValues } from "../../json/index.ts";
import type { ItemEvent } from "../turns/change.ts";
import type { ItemTimes, ThreadItem } from "./thread-item.ts";

const NO_TIMES: ItemTimes = { startedAtMs: null, completedAtMs: null };

/** The times that an event brings: only those of whole items do (paginated §4). */
export function timesOf(event: ItemEvent): ItemTimes {
  switch (event.type) {
    case "item_started":
    case "item_completed":
      return event;
    case "sub_agent_activity":
      return { startedAtMs: null, completedAtMs: event.occurredAtMs === 0 ? null : event.occurredAtMs };
    default:
      return NO_TIMES;
  }
}

/** Of each time the first value that is not null stays. */
export function mergedTimes(before: ItemTimes | undefined, now: ItemTimes): ItemTimes {
  return {
    startedAtMs: before?.startedAtMs ?? now.startedAtMs,
    completedAtMs: before?.completedAtMs ?? now.completedAtMs,
  };
}

const HOLDING_JSON_TEXT: ReadonlySet<ThreadItem["type"]> = new Set(["mcpToolCall", "dynamicToolCall", "webSearch"]);

/** An item as it is shown: followed by its times, as JSON. */
export function shownText(item: ThreadItem, { startedAtMs, completedAtMs }: ItemTimes): string {
  const body = (HOLDING_JSON_TEXT.has(item.type) ? stringify(item) : stringifyValues(item)).slice(0, -1);
  return `${body},"startedAtMs":${String(startedAtMs)},"completedAtMs":${String(completedAtMs)}}`;
}

/** 128 bits: enough to tell an item from its own earlier state. */
export function hashOf(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}
