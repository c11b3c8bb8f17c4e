import type {
  AbortReason,
  HookPromptMessage,
  ItemLine,
  LegacyItemEvent,
  SessionMeta,
  TurnFailure,
} from "../../rollout/index.ts";
import type { ThreadHead } from "./state.ts";
import type { Turn } from "./turn.ts";

/** What one line does to the turns of a thread: computed first, applied after, so that a throw leaves the state as it was. */
export interface TurnChange {
  readonly head: ThreadHead;
  readonly rolloutIndex: number;
  /** New turns, and new versions of turns. */
  readonly put: readonly Turn[];
  /** Turns that go, in their order. Taken out before the others are put. */
  readonly removed: readonly Turn[];
  /** Items past this cut go with the turns (a revert, a rewrite, a rollback). */
  readonly itemCut: ItemCut | null;
  /** The item that the line brings, and the turn it belongs to. */
  readonly item: PlacedItem | null;
  /** What the line says of turns and the thread, in order. */
  readonly facts: readonly LifecycleFact[];
}

export type ItemCut =
  | { readonly kind: "turns" }
  | { readonly kind: "revert"; readonly era: number; readonly endOrdinalExclusive: number | bigint }
  | { readonly kind: "all" };

/** Events that bring an item. */
export type ItemEvent = LegacyItemEvent | HookPromptMessage | ItemLine;

/** How an item takes its place in its turn (reduction §4); `time` brings the times of an item only. */
export interface PlacedItem {
  readonly event: ItemEvent;
  readonly how: "push" | "upsert" | "time";
  /** The turn, if the tracker knows one: in a paginated thread items need none. */
  readonly turn: Turn | null;
  readonly turnId: string;
}

/** What the lifecycle of a thread consists of. */
export type LifecycleFact =
  | { readonly type: "thread.started"; readonly session: SessionMeta }
  | { readonly type: "turn.started"; readonly turn: Turn }
  | { readonly type: "turn.completed"; readonly turn: Turn }
  | { readonly type: "turn.cancelled"; readonly turn: Turn; readonly reason: AbortReason }
  | { readonly type: "turn.failed"; readonly turn: Turn; readonly failure: TurnFailure }
  | { readonly type: "thread.rolled_back"; readonly numTurns: number };
