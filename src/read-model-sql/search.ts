import type { SearchHit, ThreadScope } from "../read-model/index.ts";
import { itemColumns, threadColumns } from "./columns.ts";
import type { SqlConnection } from "./connection.ts";
import { itemRow, threadRow } from "./rows.ts";
import { inScope } from "./scope.ts";
import { among, every, raw, sql } from "./sql.ts";
import { wordsIn } from "./words.ts";

/** Messages with all the words, newest first. Without a word in the text nothing is found. */
export async function searched(
  connection: SqlConnection,
  text: string,
  scope: ThreadScope,
  limit: number,
): Promise<readonly SearchHit[]> {
  const words = wordsIn(text);
  if (words.length === 0) return [];
  const { from, where, newestFirst } = connection.dialect.messagesWith(words);
  const conditions = every([where, raw("i.removed_by IS NULL"), ...inScope(raw("t"), scope)]);
  const found = await connection.all(sql`SELECT ${itemColumns("i")} FROM ${from}
    JOIN threads AS t ON t.thread_id = i.thread_id WHERE ${conditions} ORDER BY ${newestFirst} LIMIT ${limit}`);
  const items = found.map(itemRow);
  const ids = [...new Set(items.map(({ threadId }) => threadId))];
  const threads = await connection.all(
    sql`SELECT ${threadColumns("t")} FROM threads AS t WHERE ${among(raw("t.thread_id"), ids)}`,
  );
  const byId = new Map(threads.map(threadRow).map((thread) => [thread.threadId, thread]));
  return items.flatMap((item) => {
    const thread = byId.get(item.threadId);
    return thread === undefined ? [] : [{ thread, item }];
  });
}
