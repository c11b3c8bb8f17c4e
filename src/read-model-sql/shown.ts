import type { Base } from "./lineage.ts";
import { among, raw, type Sql, some, sql } from "./sql.ts";

/** The rows of one thread that its own history shows, or those of a base that a fork shows. `of` is the table's name. */

export function shownOf(of: Sql): Sql {
  return sql`${of}.removed_by IS NULL`;
}

/**
 * Rows of a base's rollout. What a later rollout of its thread removed was still there when the cut was made; what the rollout
 * itself rolled back was not.
 */
export function keptIn(of: Sql, { rolloutIds }: Base): Sql {
  return sql`${among(sql`${of}.first_rollout_id`, rolloutIds)} AND ${of}.content_version IS NOT NULL
    AND (${of}.removed_by IS NULL OR NOT ${among(sql`${of}.removed_by`, rolloutIds)})`;
}

/** Those of them whose first line lies below the cut. */
export function shownOfBase(of: Sql, base: Base): Sql {
  return sql`${keptIn(of, base)} AND ${of}.first_position < ${base.end - base.start}`;
}

/** One thread's part of a lineage. */
export interface Part {
  readonly threadId: string;
  /** Null: the thread itself, at the end of the lineage. */
  readonly bases: readonly Base[] | null;
}

/** The threads of a lineage, each once, oldest first. */
export function partsOf(threadId: string, bases: readonly Base[]): readonly Part[] {
  const byThread = Map.groupBy(bases, (base) => base.threadId);
  return [...[...byThread].map(([id, of]) => ({ threadId: id, bases: of })), { threadId, bases: null }];
}

export function shownOfPart(of: Sql, { bases }: Part): Sql {
  return bases === null ? shownOf(of) : some(bases.map((base) => sql`(${shownOfBase(of, base)})`));
}

/** Turns that no newer part has a row of: the newest one counts whole, its place too (paginated §3.5). */
export function isNewest(turns: Sql, newer: readonly Part[]): Sql {
  const known = newer.map(
    (part) => sql`SELECT 1 FROM turns AS newer WHERE newer.thread_id = ${part.threadId}
      AND newer.turn_id = ${turns}.turn_id AND ${shownOfPart(raw("newer"), part)}`,
  );
  return known.reduce((all, query) => sql`${all} AND NOT EXISTS (${query})`, raw("1 = 1"));
}
