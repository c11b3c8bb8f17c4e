import type { Integer } from "../json/index.ts";
import type { LegacyItemEvent } from "./legacy-events.ts";
import type { SessionMeta } from "./session-meta.ts";
import type { TurnEvent } from "./turn-events.ts";
import type { TurnItem } from "./turn-items.ts";

/** Everything that a rollout line can tell and that has an effect on a projection. */
export type RolloutEvent = SessionMeta | Compacted | HookPromptMessage | TurnEvent | LegacyItemEvent | ItemLine;

/** The history was replaced by a summary (reduction §6). */
export interface Compacted {
  readonly type: "compacted";
}

/** A user message of hook prompt fragments only (rollout-format §6). */
export interface HookPromptMessage {
  readonly type: "hook_prompt";
  readonly id: string | null;
  readonly fragments: readonly HookPromptFragment[];
}

export interface HookPromptFragment {
  readonly text: string;
  readonly hookRunId: string;
}

/** A whole item, started or completed (paginated §1). */
export interface ItemLine {
  readonly type: "item_started" | "item_completed";
  readonly turnId: string;
  readonly item: TurnItem;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: Integer | null;
  readonly completedAtMs: Integer | null;
}
