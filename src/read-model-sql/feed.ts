import type { Change, ChangesQuery, FeedPosition } from "../read-model/index.ts";
import { numberOf } from "./cells.ts";
import { eventColumns, itemColumns, threadColumns, turnColumns } from "./columns.ts";
import type { SqlConnection, SqlRow } from "./connection.ts";
import { FEED_START, type FeedPlace, placeOf, positionOf } from "./feed-place.ts";
import { itemRow, lifecycleRow, threadRow, turnRow } from "./rows.ts";
import { inScope } from "./scope.ts";
import { every, joined, raw, type Sql, sql } from "./sql.ts";

/** A table whose rows are in the feed, as `c`. */
interface FeedTable {
  readonly name: Sql;
  readonly columns: Sql;
  readonly change: (row: SqlRow, position: FeedPosition) => Change;
}

const TABLES: readonly FeedTable[] = [
  {
    name: raw("threads"),
    columns: threadColumns("c"),
    change: (row, position) => ({ position, type: "thread", thread: threadRow(row) }),
  },
  {
    name: raw("turns"),
    columns: turnColumns("c"),
    change: (row, position) => ({ position, type: "turn", turn: turnRow(row) }),
  },
  {
    name: raw("items"),
    columns: itemColumns("c"),
    change: (row, position) => ({ position, type: "item", item: itemRow(row) }),
  },
  {
    name: raw("lifecycle_events"),
    columns: eventColumns("c"),
    change: (row, position) => ({ position, type: "lifecycle", event: lifecycleRow(row) }),
  },
];

/**
 * What changed after a place: first where the page ends over all tables, then the rows up to there. Rows that a reset made void
 * have one place, and come together.
 *
 * @throws BadCursorError
 */
export async function changesAfter(connection: SqlConnection, query: ChangesQuery): Promise<readonly Change[]> {
  const after = placeOf(query.after);
  const end = await endOfPage(connection, query, after);
  if (end === null) return [];
  const changes: Change[] = [];
  for (const table of TABLES) {
    const where = every([
      ...conditionsOf(connection, query, after),
      sql`(c.changed_tx, c.changed_n) <= (${end.tx}, ${end.n})`,
    ]);
    const found = await connection.all(sql`SELECT ${table.columns}, c.changed_tx, c.changed_n FROM ${table.name} AS c
      WHERE ${where} ORDER BY c.changed_tx, c.changed_n`);
    for (const row of found) changes.push(table.change(row, positionOf(feedPlace(row))));
  }
  // A row that changed between the queries has a place past the end, and comes with a later page.
  return changes.sort((a, b) => (a.position < b.position ? -1 : Number(a.position > b.position)));
}

/** The place of the last change that can be read now. */
export async function endOfFeed(connection: SqlConnection): Promise<FeedPosition> {
  const lasts = TABLES.map(
    ({ name }) => sql`SELECT * FROM (SELECT c.changed_tx, c.changed_n FROM ${name} AS c
      WHERE ${connection.dialect.isSettled(raw("c.changed_tx"))}
      ORDER BY c.changed_tx DESC, c.changed_n DESC LIMIT 1) AS last`,
  );
  const [last] = await connection.all(sql`SELECT * FROM (${joined(lasts, " UNION ALL ")}) AS f
    ORDER BY f.changed_tx DESC, f.changed_n DESC LIMIT 1`);
  return positionOf(last === undefined ? FEED_START : feedPlace(last));
}

/** Null when nothing follows. */
async function endOfPage(connection: SqlConnection, query: ChangesQuery, after: FeedPlace): Promise<FeedPlace | null> {
  const places = TABLES.map(
    ({ name }) => sql`SELECT * FROM (SELECT c.changed_tx, c.changed_n FROM ${name} AS c
      WHERE ${every(conditionsOf(connection, query, after))}
      ORDER BY c.changed_tx, c.changed_n LIMIT ${query.limit}) AS place`,
  );
  const found = await connection.all(sql`SELECT * FROM (${joined(places, " UNION ALL ")}) AS f
    ORDER BY f.changed_tx, f.changed_n LIMIT ${query.limit}`);
  const last = found.at(-1);
  return last === undefined ? null : feedPlace(last);
}

function conditionsOf({ dialect }: SqlConnection, { threadId, scope }: ChangesQuery, after: FeedPlace): Sql[] {
  const seen = inScope(raw("seen"), scope);
  return [
    sql`(c.changed_tx, c.changed_n) > (${after.tx}, ${after.n})`,
    dialect.isSettled(raw("c.changed_tx")),
    ...(threadId === null ? [] : [sql`c.thread_id = ${threadId}`]),
    ...(seen.length === 0
      ? []
      : [sql`EXISTS (SELECT 1 FROM threads AS seen WHERE seen.thread_id = c.thread_id AND ${every(seen)})`]),
  ];
}

function feedPlace(row: SqlRow): FeedPlace {
  return { tx: numberOf(row, "changed_tx"), n: numberOf(row, "changed_n") };
}
