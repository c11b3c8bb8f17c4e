import type { Integer } from "../../json/index.ts";
import type { TurnFailure } from "../../rollout/index.ts";

export type TurnStatus = "inProgress" | "completed" | "interrupted" | "failed";

/**
 * Legacy: what opened a turn. Only a `start` makes it explicit (reduction §2); a `review` that names an unknown turn gives it
 * that id, and an `item` without a turn opens one under a generated id.
 */
export type TurnOpening = "start" | "review" | "item";

/** One turn as the tracker knows it. Never changed in place: a change makes a new version with the same `seq`. */
export interface Turn {
  /** Tells turns apart; grows in the order of appearance and is never used again. */
  readonly seq: number;
  readonly id: string;
  /** Place among the thread's turns, from 1 (ADR 0016). A turn id started twice keeps the place of the first. */
  readonly ordinal: number;
  readonly status: TurnStatus;
  readonly failure: TurnFailure | null;
  readonly rootTurnId: string | null;
  /** Seconds since the epoch. */
  readonly startedAt: Integer | null;
  readonly completedAt: Integer | null;
  readonly durationMs: Integer | null;
  readonly openedBy: TurnOpening;
  /** Legacy: holds a compaction mark. */
  readonly sawCompaction: boolean;
  /** Legacy: holds an item. */
  readonly hasItems: boolean;
  /** Paginated: its end was seen; it never changes again (paginated §3.2). */
  readonly ended: boolean;
  /** Which rollout of the thread's lineage made it, counted from 0. */
  readonly era: number;
  /** Ordinal of the line that made it: a revert cuts there. */
  readonly lineOrdinal: Integer;
}

/** What a turn's summary shows of it. */
export function sameSummary(a: Turn, b: Turn): boolean {
  return (
    a.status === b.status &&
    a.startedAt === b.startedAt &&
    a.completedAt === b.completedAt &&
    a.durationMs === b.durationMs &&
    a.rootTurnId === b.rootTurnId &&
    a.ordinal === b.ordinal &&
    sameFailure(a.failure, b.failure)
  );
}

export function sameFailure(a: TurnFailure | null, b: TurnFailure | null): boolean {
  if (a === null || b === null) return a === b;
  return a.message === b.message && JSON.stringify(a.info) === JSON.stringify(b.info);
}
