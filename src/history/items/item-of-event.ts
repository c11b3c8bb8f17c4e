import { hash } from "node:crypto";
import type { ItemEvent } from "../turns/change.ts";
import { fromLegacyEvent } from "./from-legacy-event.ts";
import { fromTurnItem } from "./from-turn-item.ts";
import type { GrowingReasoning } from "./state.ts";
import type { ThreadItem } from "./thread-item.ts";

interface HookPromptPlace {
  readonly threadId: string;
  readonly rolloutId: string;
  readonly position: number;
}

/** The item's own id, or undefined when one is generated (reduction §3). */
export function keyOf(event: ItemEvent, place: HookPromptPlace): string | undefined {
  switch (event.type) {
    case "hook_prompt":
      return event.id ?? derivedId(place);
    case "item_started":
    case "item_completed":
      return event.item.id;
    case "agent_message":
    case "entered_review_mode":
    case "exited_review_mode":
      return event.itemId ?? undefined;
    case "guardian_assessment":
      return event.targetItemId ?? undefined;
    case "sub_agent_activity":
      return event.eventId;
    default:
      return "callId" in event ? event.callId : undefined;
  }
}

/** Codex draws the id of a hook prompt that has none at random on every read; here it follows from its place (ADR 0002). */
function derivedId({ threadId, rolloutId, position }: HookPromptPlace): string {
  const hex = hash("sha256", `hook-prompt/${threadId}/${rolloutId}/${position}`, "hex");
  // The form of a UUID of version 8, whose bits are free (RFC 9562 §5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The item of an event that was placed, and so makes one. */
export function itemOf(event: ItemEvent, key: string, extended: GrowingReasoning | null): ThreadItem {
  switch (event.type) {
    case "hook_prompt":
      return { type: "hookPrompt", id: key, fragments: event.fragments };
    case "item_started":
    case "item_completed":
      return fromTurnItem(event.item);
    case "agent_reasoning": {
      const summary = [...(extended?.summary ?? []), event.text];
      return { type: "reasoning", id: key, summary, content: extended?.content ?? [] };
    }
    case "agent_reasoning_raw_content": {
      const content = [...(extended?.content ?? []), event.text];
      return { type: "reasoning", id: key, summary: extended?.summary ?? [], content };
    }
    default: {
      const item = fromLegacyEvent(event, key);
      if (item === undefined) throw new TypeError(`a placed ${event.type} makes an item`);
      return item;
    }
  }
}
