/** What a cell holds: numbers beyond 2^53 are bigints. */
export type SqlValue = string | number | bigint | null;

/** What a statement is given: the dialects know what to do with a list. */
export type SqlInput = SqlValue | readonly string[];

/** A piece of SQL with the values in it, which never become part of its text. */
export class Sql {
  readonly strings: readonly string[];
  readonly values: readonly SqlInput[];

  constructor(strings: readonly string[], values: readonly SqlInput[]) {
    this.strings = strings;
    this.values = values;
  }

  /** The text, with what the dialect writes for the nth value, from 1. */
  text(placeholder: (n: number) => string): string {
    return this.strings.reduce((text, string, n) => (n === 0 ? string : `${text}${placeholder(n)}${string}`), "");
  }
}

/** Writes SQL: pieces of SQL go in as they are, all else as a value. */
export function sql(strings: TemplateStringsArray, ...inputs: readonly (SqlInput | Sql)[]): Sql {
  const texts = [strings[0] ?? ""];
  const values: SqlInput[] = [];
  const append = (text: string): void => {
    texts.push(`${texts.pop() ?? ""}${text}`);
  };
  for (const [n, input] of inputs.entries()) {
    if (input instanceof Sql) {
      append(input.strings[0] ?? "");
      texts.push(...input.strings.slice(1));
      values.push(...input.values);
    } else {
      values.push(input);
      texts.push("");
    }
    append(strings[n + 1] ?? "");
  }
  return new Sql(texts, values);
}

/** Text of our own, such as a column's name. */
export function raw(text: string): Sql {
  return new Sql([text], []);
}

/** The cost grows with the pieces, which may be many. */
export function joined(pieces: readonly Sql[], separator: string): Sql {
  const texts: string[] = [""];
  const values: SqlInput[] = [];
  for (const [n, piece] of pieces.entries()) {
    const [first = "", ...others] = piece.strings;
    texts.push(`${texts.pop() ?? ""}${n === 0 ? "" : separator}${first}`, ...others);
    values.push(...piece.values);
  }
  return new Sql(texts, values);
}

/** All of the conditions; true without any. */
export function every(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? raw("1 = 1") : joined(conditions, " AND ");
}

/** Any of the conditions; false without any. */
export function some(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? raw("1 = 0") : sql`(${joined(conditions, " OR ")})`;
}

/** `column IN (values)`; false without any. */
export function among(column: Sql, values: readonly SqlValue[]): Sql {
  if (values.length === 0) return raw("1 = 0");
  const list = values.map((value) => sql`${value}`);
  return sql`${column} IN (${joined(list, ", ")})`;
}
