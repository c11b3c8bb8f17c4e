import { z } from "zod";
import type { Page, ThreadQuery, ThreadRow, ThreadScope } from "../read-model/index.ts";
import { numberOf } from "./cells.ts";
import { threadColumns } from "./columns.ts";
import type { SqlConnection } from "./connection.ts";
import { Cursors, keyNumber } from "./cursors.ts";
import { ordered, pageOf, past } from "./pages.ts";
import { threadRow } from "./rows.ts";
import { foldersInScope, inScope } from "./scope.ts";
import { every, joined, raw, type Sql, sql } from "./sql.ts";
import { filtersOf } from "./thread-filters.ts";

/** So many values of one filter are each looked up by its index; with more the list is walked through instead. */
const MAX_BRANCHES = 16;

export async function oneThread(
  connection: SqlConnection,
  threadId: string,
  scope: ThreadScope,
): Promise<ThreadRow | null> {
  const where = every([sql`t.thread_id = ${threadId}`, ...inScope(raw("t"), scope)]);
  const [found] = await connection.all(sql`SELECT ${threadColumns("t")} FROM threads AS t WHERE ${where}`);
  return found === undefined ? null : threadRow(found);
}

/** @throws BadCursorError */
export async function threadsPage(connection: SqlConnection, query: ThreadQuery): Promise<Page<ThreadRow>> {
  const { limit, direction, sortBy } = query;
  const column = sortBy === "createdAt" ? "created_at_ms" : "updated_at_ms";
  const cursors = new Cursors(["threads", sortBy], z.tuple([keyNumber, z.string()]));
  const sortedBy = raw(`t.${column}`);
  const by = [sortedBy, raw("t.thread_id")];
  const conditions = [
    ...filtersOf(connection.dialect, query, sortedBy),
    ...past(by, cursors.read(query.cursor), direction),
  ];
  const order = ordered(by, direction);
  const branches = (await branchesOf(connection, query)).map(
    (branch) => sql`SELECT * FROM (SELECT ${threadColumns("t")} FROM threads AS t
      WHERE ${every([...branch, ...conditions])} ORDER BY ${order} LIMIT ${limit + 1}) AS branch`,
  );
  const [single, ...others] = branches;
  const merged = sql`SELECT * FROM (${joined(branches, " UNION ALL ")}) AS t ORDER BY ${order} LIMIT ${limit + 1}`;
  const found = await connection.all(single !== undefined && others.length === 0 ? single : merged);
  const keyed = found.map((row) => {
    const entry = threadRow(row);
    return { entry, key: [numberOf(row, column), entry.threadId] as const };
  });
  return pageOf(keyed, limit, cursors);
}

/**
 * Conditions under which an index gives the threads in order. Of a filter with several values each is a branch, and the
 * branches are merged.
 */
async function branchesOf(connection: SqlConnection, query: ThreadQuery): Promise<Sql[][]> {
  const { cwds, sourceKinds, statuses, scope } = query;
  const lists = [
    { column: raw("t.cwd"), values: cwds },
    { column: raw("t.cwd"), values: (await foldersInScope(connection, scope, MAX_BRANCHES)) ?? [] },
    { column: raw("t.source_kind"), values: sourceKinds },
    { column: raw("t.source_kind"), values: scope.sourceKinds },
    { column: raw("t.status"), values: statuses },
  ];
  const chosen = lists.find(({ values }) => values.length > 0 && values.length <= MAX_BRANCHES);
  return chosen === undefined ? [[]] : [...new Set(chosen.values)].map((value) => [sql`${chosen.column} = ${value}`]);
}
