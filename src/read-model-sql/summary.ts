import type { ItemRow, TurnRow } from "../read-model/index.ts";
import { textOf, textOrNull } from "./cells.ts";
import { itemColumns } from "./columns.ts";
import type { SqlConnection, SqlDialect } from "./connection.ts";
import { itemRow } from "./rows.ts";
import { keptIn, type Part, shownOfPart } from "./shown.ts";
import { every, raw, type Sql, some, sql } from "./sql.ts";

/**
 * A turn's first user message and its final answer, by the rules of Codex's own columns for them (paginated §3.2): they are set
 * until the turn ends, and stay when what they name is cut off. They are of the thread that has the turn's row. Of legacy
 * threads Codex keeps no such columns: it looks through the turn, whatever the phases (ADR 0045).
 */
export async function summaryItems(
  connection: SqlConnection,
  part: Part,
  turns: readonly TurnRow[],
): Promise<readonly ItemRow[]> {
  const ids = turns.filter(({ threadId }) => threadId === part.threadId).map(({ turnId }) => turnId);
  if (ids.length === 0) return [];
  const found = await connection.all(summaryKeys(connection.dialect, part, ids));
  const keys = found.flatMap((row) => {
    const turnId = textOf(row, "turn_id");
    const named = [textOrNull(row, "question"), textOrNull(row, "answer")];
    return named.flatMap((itemKey) => (itemKey === null ? [] : [{ turnId, itemKey }]));
  });
  return itemsNamed(connection, part, keys);
}

/** The offset in a version (`read-model/row-version.ts`): a turn that has ended does not change any more. */
const END = raw("substr(t.content_version, 9, 14)");
const REMOVAL = raw("substr(m.version, 9, 14)");

// Worded as in the index `items_of_summary`, so that it serves. With a plain IN, SQLite would look for both types at once.
const QUESTION = raw("m.item_type || '' IN ('userMessage', 'agentMessage') AND m.item_type = 'userMessage'");
const ANSWER = raw("m.item_type || '' IN ('userMessage', 'agentMessage') AND m.item_type = 'agentMessage'");
const IS_LEGACY = raw(
  "EXISTS (SELECT 1 FROM threads AS h WHERE h.thread_id = t.thread_id AND h.history_mode = 'legacy')",
);
const IS_FINAL = raw("m.phase = 'final_answer'");
const HAS_NO_PHASE = raw("m.phase IS NULL");

function summaryKeys(dialect: SqlDialect, part: Part, ids: readonly string[]): Sql {
  const goesOn = raw("t.status = 'inProgress'");
  const cameAt = dialect.offsetText(raw("m.first_offset"));
  const known = wasThere(part);
  const shown = shownOfPart(raw("m"), part);
  const question = first([QUESTION, HAS_NO_PHASE, known, sql`(${goesOn} OR ${cameAt} < ${END})`]);
  const final = last([ANSWER, IS_FINAL, known, sql`(${goesOn} OR ${cameAt} <= ${END})`]);
  const words = last([ANSWER, HAS_NO_PHASE, known, sql`NOT ${goesOn} AND ${cameAt} <= ${END}`]);
  const answer = sql`COALESCE(${final}, ${words})`;
  const keys =
    part.bases === null
      ? sql`CASE WHEN ${IS_LEGACY} THEN ${first([QUESTION, HAS_NO_PHASE, shown])} ELSE ${question} END AS question,
          CASE WHEN ${IS_LEGACY} THEN ${lastWords([shown])} ELSE ${answer} END AS answer`
      : sql`${question} AS question, ${answer} AS answer`;
  return sql`SELECT t.turn_id, ${keys}
    FROM turns AS t WHERE t.thread_id = ${part.threadId} AND ${dialect.isOneOf(raw("t.turn_id"), ids)}`;
}

/** Messages that the turn had until it ended, or still has; in a base, those of its rollout. */
function wasThere({ bases }: Part): Sql {
  if (bases !== null) return some(bases.map((base) => sql`(${keptIn(raw("m"), base)})`));
  return sql`m.content_version IS NOT NULL
    AND (m.removed_by IS NULL OR ${REMOVAL} > ${END})`;
}

function messageKey(conditions: readonly Sql[], order: Sql): Sql {
  const of = raw("m.thread_id = t.thread_id AND m.turn_id = t.turn_id");
  return sql`(SELECT m.item_key FROM items AS m WHERE ${every([of, ...conditions])} ORDER BY ${order} LIMIT 1)`;
}

// The phase is the same in all: Postgres sees by it that the index is in this order.
function first(conditions: readonly Sql[]): Sql {
  return messageKey(conditions, raw("m.phase, m.item_ordinal"));
}

function last(conditions: readonly Sql[]): Sql {
  return messageKey(conditions, raw("m.phase DESC, m.item_ordinal DESC"));
}

/** Whatever the phase, so that the index does not serve; but going back through the turn finds it soon. */
function lastWords(conditions: readonly Sql[]): Sql {
  return messageKey([raw("m.item_type || '' = 'agentMessage'"), ...conditions], raw("m.item_ordinal DESC"));
}

/** Items by the keys of their rows, those of them that show. */
async function itemsNamed(
  connection: SqlConnection,
  part: Part,
  keys: readonly Pick<ItemRow, "turnId" | "itemKey">[],
): Promise<readonly ItemRow[]> {
  if (keys.length === 0) return [];
  const turnIds = keys.map(({ turnId }) => turnId);
  const itemKeys = keys.map(({ itemKey }) => itemKey);
  // CROSS JOIN: without statistics SQLite would go through all items of the thread for each name.
  const found = await connection.all(sql`SELECT ${itemColumns("i")}
    FROM ${connection.dialect.pairs(turnIds, itemKeys)} AS n CROSS JOIN items AS i
    WHERE i.thread_id = ${part.threadId} AND i.turn_id = n.a AND i.item_key = n.b AND ${shownOfPart(raw("i"), part)}
    ORDER BY i.turn_id, i.item_ordinal`);
  return found.map(itemRow);
}
