import { z } from "zod";
import type { Direction, Page, PageRequest } from "../read-model/index.ts";
import { numberOf } from "./cells.ts";
import type { SqlConnection, SqlRow } from "./connection.ts";
import { Cursors, keyNumber, type Place } from "./cursors.ts";
import type { Base } from "./lineage.ts";
import { type Keyed, ordered, pageOf, past } from "./pages.ts";
import { isNewest, partsOf, shownOf, shownOfBase } from "./shown.ts";
import { every, raw, type Sql, sql } from "./sql.ts";

/** The key of an entry: in a base the ordinal of its line, in the thread itself, which comes last, `OWN`; and its own ordinal. */
type Key = readonly [line: number, ordinal: number];

const OWN = -1;

/** A list of turns or items over a thread's lineage: first what its bases hold, then its own. */
export interface LineageList<T> {
  readonly table: "turns" | "items";
  readonly threadId: string;
  /** Only the rows of this turn. */
  readonly turnId: string | null;
  readonly columns: Sql;
  readonly entry: (row: SqlRow) => T;
}

/** @throws BadCursorError */
export async function lineagePage<T>(
  connection: SqlConnection,
  bases: readonly Base[],
  list: LineageList<T>,
  { cursor, limit, direction }: PageRequest,
): Promise<Page<T>> {
  const cursors = cursorsOf(list);
  const place = cursors.read(cursor);
  const sections = sectionsOf(list, bases);
  const found: Keyed<T, Key>[] = [];
  for (const section of direction === "ascending" ? sections : sections.toReversed()) {
    if (found.length > limit) break;
    const rest = placeIn(section, place, direction);
    if (rest === "passed") continue;
    const missing = limit + 1 - found.length;
    const rows = await connection.all(selectOf(list, section, rest, { limit: missing, direction }));
    for (const row of rows) found.push({ entry: list.entry(row), key: keyOf(list, section, row) });
  }
  return pageOf(found, limit, cursors);
}

function cursorsOf({ table, threadId, turnId }: LineageList<unknown>): Cursors<Key> {
  return new Cursors([table, threadId, ...(turnId === null ? [] : [turnId])], z.tuple([keyNumber, keyNumber]));
}

/** Rows that stand together: of one base, or of the thread itself. */
interface Section {
  readonly base: Base | null;
  readonly threadId: string;
  readonly shown: Sql;
  readonly by: readonly Sql[];
}

function sectionsOf({ table, threadId, turnId }: LineageList<unknown>, bases: readonly Base[]): Section[] {
  const t = raw("t");
  const parts = partsOf(threadId, bases);
  const ordinal = raw(table === "turns" ? "t.turn_ordinal" : "t.item_ordinal");
  // The items of one turn are few enough to be found by the turn; else the place of their lines leads to them.
  const by = turnId === null ? [raw("t.first_position"), ordinal] : [ordinal];
  const ofBases = bases.map((base): Section => {
    const newer = parts.slice(parts.findIndex((part) => part.threadId === base.threadId) + 1);
    const shown = shownOfBase(t, base);
    return {
      base,
      threadId: base.threadId,
      shown: table === "turns" ? sql`${shown} AND ${isNewest(t, newer)}` : shown,
      by,
    };
  });
  return [...ofBases, { base: null, threadId, shown: shownOf(t), by: [ordinal] }];
}

/** Where to go on in a section: at a place in it, from its beginning (null), or not at all. */
function placeIn(
  { base, by }: Section,
  place: Place<Key> | null,
  direction: Direction,
): Place<readonly number[]> | null | "passed" {
  if (place === null) return null;
  const {
    key: [line, ordinal],
    isInclusive,
  } = place;
  const side = sideOf(base, line);
  if (side === "in") {
    const key = base === null || by.length === 1 ? [ordinal] : [line - base.start, ordinal];
    return { key, isInclusive };
  }
  return (side === "before") === (direction === "ascending") ? null : "passed";
}

/** Whether the place of a cursor lies before the section, in it or after it. */
function sideOf(base: Base | null, line: number): "before" | "in" | "after" {
  if (base === null) return line === OWN ? "in" : "before";
  if (line === OWN || line >= base.end) return "after";
  return line < base.start ? "before" : "in";
}

function selectOf(
  { table, turnId, columns }: LineageList<unknown>,
  { threadId, shown, by }: Section,
  place: Place<readonly number[]> | null,
  { limit, direction }: { readonly limit: number; readonly direction: Direction },
): Sql {
  const ofTurn = turnId === null ? [] : [sql`t.turn_id = ${turnId}`];
  const where = every([sql`t.thread_id = ${threadId}`, ...ofTurn, shown, ...past(by, place, direction)]);
  return sql`SELECT ${columns} FROM ${raw(table)} AS t WHERE ${where} ORDER BY ${ordered(by, direction)} LIMIT ${limit}`;
}

function keyOf({ table }: LineageList<unknown>, { base }: Section, row: SqlRow): Key {
  const ordinal = numberOf(row, table === "turns" ? "turn_ordinal" : "item_ordinal");
  return [base === null ? OWN : base.start + numberOf(row, "first_position"), ordinal];
}
