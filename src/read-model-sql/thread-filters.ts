import type { ThreadQuery } from "../read-model/index.ts";
import type { SqlDialect } from "./connection.ts";
import { inScope } from "./scope.ts";
import { among, raw, type Sql, sql } from "./sql.ts";
import { wordsIn } from "./words.ts";

/** What the query asks of a thread, but for its place in the list. `t` is the table. */
export function filtersOf(dialect: SqlDialect, query: ThreadQuery, sortedBy: Sql): Sql[] {
  const { from, to, parentThreadId, ancestorThreadId = null, isPreviewed = false, previewContains, search } = query;
  return [
    ...inScope(raw("t"), query.scope),
    ...anyOf(raw("t.cwd"), query.cwds),
    ...anyOf(raw("t.source_kind"), query.sourceKinds),
    ...anyOf(raw("t.model_provider"), query.modelProviders),
    ...anyOf(raw("t.status"), query.statuses),
    ...(from === null ? [] : [sql`${sortedBy} >= ${from}`]),
    ...(to === null ? [] : [sql`${sortedBy} < ${to}`]),
    ...(parentThreadId === null ? [] : [sql`t.parent_thread_id = ${parentThreadId}`]),
    ...(ancestorThreadId === null ? [] : [descendsFrom(ancestorThreadId)]),
    ...(isPreviewed ? [sql`t.preview <> ${""}`] : []),
    ...(previewContains === null ? [] : [dialect.contains(raw("t.preview"), previewContains)]),
    ...query.excludedThreadIds.map((id) => sql`t.thread_id <> ${id}`),
    ...(search === null ? [] : [saying(dialect, search)]),
  ];
}

/** Without values the column may hold anything. */
function anyOf(column: Sql, values: readonly string[]): Sql[] {
  return values.length === 0 ? [] : [among(column, values)];
}

/** Union without ALL: a thread that is its own ancestor ends the search, too. */
function descendsFrom(threadId: string): Sql {
  return sql`t.thread_id IN (WITH RECURSIVE family (id) AS (
      SELECT c.thread_id FROM threads AS c WHERE c.parent_thread_id = ${threadId}
      UNION SELECT c.thread_id FROM family AS f JOIN threads AS c ON c.parent_thread_id = f.id)
    SELECT id FROM family)`;
}

/** Threads with a message that holds all the words. */
function saying(dialect: SqlDialect, text: string): Sql {
  const words = wordsIn(text);
  if (words.length === 0) return raw("1 = 0");
  const { from, where } = dialect.messagesWith(words);
  return sql`t.thread_id IN (SELECT i.thread_id FROM ${from} WHERE ${where} AND i.removed_by IS NULL)`;
}
