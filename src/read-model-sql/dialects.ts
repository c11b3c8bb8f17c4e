import type { SqlDialect } from "./connection.ts";
import { raw, sql } from "./sql.ts";
import { searchedWords } from "./tables.ts";

export const sqliteDialect: SqlDialect = {
  name: "sqlite",
  // Quoted, a word is looked for as it is. A message's row has the number of its item's.
  messagesWith: (words) => ({
    from: raw("messages AS m JOIN items AS i ON i.rowid = m.rowid"),
    where: sql`messages MATCH ${words.map((word) => `"${word}"`).join(" ")}`,
    newestFirst: raw("m.rowid DESC"),
  }),
  // One transaction writes at a time.
  isSettled: () => raw("1 = 1"),
  // The connection brings the function: SQLite's own knows only the case of ASCII letters.
  contains: (text, part) => sql`instr(lower_case(${text}), ${part.toLowerCase()}) > 0`,
  pairs: (a, b) => sql`(SELECT a.value AS a, b.value AS b
    FROM json_each(${a}) AS a JOIN json_each(${b}) AS b ON a.key = b.key)`,
  isOneOf: (column, values) => sql`${column} IN (SELECT value FROM json_each(${values}))`,
  offsetText: (offset) => sql`printf('%014x', ${offset})`,
};

export const postgresDialect: SqlDialect = {
  name: "postgres",
  messagesWith: (words) => ({
    from: raw("items AS i"),
    where: sql`i.text IS NOT NULL AND ${raw(searchedWords("i.text"))} @@ plainto_tsquery('simple', ${words.join(" ")})`,
    newestFirst: raw("i.changed_tx DESC, i.changed_n DESC"),
  }),
  // A transaction that began before another may commit after it. What all still running ones come after is settled.
  isSettled: (tx) => sql`${tx} < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT base FROM feed)`,
  contains: (text, part) =>
    sql`strpos(lower(${text} COLLATE "default"), lower(${part.toLowerCase()}::text COLLATE "default")) > 0`,
  pairs: (a, b) => sql`(SELECT a, b FROM unnest(${a}::text[], ${b}::text[]) AS pair (a, b))`,
  isOneOf: (column, values) => sql`${column} = ANY(${values}::text[])`,
  offsetText: (offset) => sql`lpad(to_hex(${offset}), 14, '0') COLLATE "C"`,
};
