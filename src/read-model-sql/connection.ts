import type { Sql } from "./sql.ts";
import type { Dialect } from "./tables.ts";

/** A row as the database gives it: by the names of columns. */
export type SqlRow = Readonly<Record<string, string | number | bigint | null>>;

/** A database that holds the read model, for reading. */
export interface SqlConnection {
  readonly dialect: SqlDialect;
  /** @throws ReadModelUnavailableError while the database cannot be asked */
  all(query: Sql): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}

/** What the databases say differently. */
export interface SqlDialect {
  readonly name: Dialect;
  /** Rows of items whose message holds all the words, of which there is at least one, newest first: `i` is their table. */
  messagesWith(words: readonly string[]): MessagesQuery;
  /** Whether a row's change can be read without a change of before turning up later. */
  isSettled(changedTx: Sql): Sql;
  /** Whether a text holds another, upper and lower case alike. */
  contains(text: Sql, part: string): Sql;
  /** Pairs of texts as a table of `(a, b)`. However many, the statement is the same, and prepared once. */
  pairs(a: readonly string[], b: readonly string[]): Sql;
  /** Whether the column has one of the values. However many, the statement is the same. */
  isOneOf(column: Sql, values: readonly string[]): Sql;
  /** An offset as it stands in row versions: its order as text is that of numbers. */
  offsetText(offset: Sql): Sql;
}

export interface MessagesQuery {
  readonly from: Sql;
  readonly where: Sql;
  readonly newestFirst: Sql;
}
