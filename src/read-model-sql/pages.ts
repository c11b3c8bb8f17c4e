import type { Direction, Page } from "../read-model/index.ts";
import type { Cursors, Place } from "./cursors.ts";
import { joined, raw, type Sql, type SqlValue, sql } from "./sql.ts";

/** An entry of a list with its key there. */
export interface Keyed<T, Key> {
  readonly entry: T;
  readonly key: Key;
}

/** A page of what was read: one entry more than the limit tells that the list goes on. */
export function pageOf<T, Key extends readonly (string | number)[]>(
  found: readonly Keyed<T, Key>[],
  limit: number,
  cursors: Cursors<Key>,
): Page<T> {
  const shown = found.slice(0, limit);
  const first = shown[0];
  const last = shown.at(-1);
  const goesOn = found.length > limit && last !== undefined;
  return {
    data: shown.map(({ entry }) => entry),
    nextCursor: goesOn ? cursors.after(last.key) : null,
    backwardsCursor: first === undefined ? null : cursors.from(first.key),
  };
}

/** What lies past a place, by columns that an index has in this order. */
export function past(columns: readonly Sql[], place: Place<readonly SqlValue[]> | null, direction: Direction): Sql[] {
  if (place === null) return [];
  const than = raw(`${direction === "ascending" ? ">" : "<"}${place.isInclusive ? "=" : ""}`);
  const values = joined(
    place.key.map((value) => sql`${value}`),
    ", ",
  );
  return [sql`(${joined(columns, ", ")}) ${than} (${values})`];
}

export function ordered(columns: readonly Sql[], direction: Direction): Sql {
  const by = raw(direction === "ascending" ? "" : " DESC");
  return joined(
    columns.map((column) => sql`${column}${by}`),
    ", ",
  );
}
