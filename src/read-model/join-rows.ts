import type { FirstSource, ItemRow, RolloutRow, ThreadOrigin, TurnRow } from "./rows.ts";

/**
 * Joins of two states of one row. They are associative, commutative and idempotent, so batches, repeats and the order of
 * delivery make no difference; the SQL of the sinks says the same (`read-model-sql`).
 */

export function joinItems(a: ItemRow, b: ItemRow): ItemRow {
  const newer = newest(a, b);
  return { ...newer, first: earliest(a.first, b.first), content: newestOrNull(a.content, b.content) };
}

export function joinTurns(a: TurnRow, b: TurnRow): TurnRow {
  const newer = newest(a, b);
  return {
    ...newer,
    first: earliest(a.first, b.first),
    content: newestOrNull(a.content, b.content),
    endedOffset: leastOrNull(a.endedOffset, b.endedOffset),
  };
}

export function joinOrigins(a: ThreadOrigin | null, b: ThreadOrigin | null): ThreadOrigin | null {
  return newestOrNull(a, b);
}

export function joinRollouts(a: RolloutRow, b: RolloutRow): RolloutRow {
  return newest(a, b);
}

function newest<T extends { readonly version: string }>(a: T, b: T): T {
  return b.version > a.version ? b : a;
}

function newestOrNull<T extends { readonly version: string }>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return newest(a, b);
}

/** Of the last life of the row, the earliest. */
function earliest(a: FirstSource, b: FirstSource): FirstSource {
  if (a.ordinal !== b.ordinal) return b.ordinal > a.ordinal ? b : a;
  return b.offset < a.offset ? b : a;
}

function leastOrNull(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
