import type { ThreadScope } from "../read-model/index.ts";
import { textOf } from "./cells.ts";
import type { SqlConnection } from "./connection.ts";
import { among, raw, type Sql, some, sql } from "./sql.ts";

/** The threads that a reader may see: of one of the folders or below, and of one of the kinds. `of` is the table's name. */
export function inScope(of: Sql, { cwds, sourceKinds }: ThreadScope): Sql[] {
  const kinds = sourceKinds.length === 0 ? [] : [among(sql`${of}.source_kind`, sourceKinds)];
  return cwds.length === 0 ? kinds : [...kinds, some(cwds.map((cwd) => isAtOrBelow(sql`${of}.cwd`, cwd)))];
}

/**
 * The folders in the scope that threads may have, so that their index gives the threads in order; null when it says nothing of
 * folders, or when there are more than `limit`.
 */
export async function foldersInScope(
  connection: SqlConnection,
  { cwds }: ThreadScope,
  limit: number,
): Promise<readonly string[] | null> {
  const folders = new Set<string>();
  for (const cwd of cwds) {
    const { path, below } = rangesOf(cwd);
    folders.add(path);
    for (const range of below) for (const row of await distinct(connection, range, limit)) folders.add(row);
    if (folders.size > limit) return null;
  }
  return cwds.length === 0 ? null : [...folders];
}

/** One step in the index for each: SQL's own DISTINCT would look at every thread. */
async function distinct(connection: SqlConnection, { from, to }: Range, limit: number): Promise<string[]> {
  const next = (after: Sql): Sql => sql`(SELECT MIN(t.cwd) FROM threads AS t WHERE ${after} AND t.cwd < ${to})`;
  const found = await connection.all(sql`WITH RECURSIVE folders (cwd) AS (
      SELECT ${next(sql`t.cwd >= ${from}`)}
      UNION ALL SELECT ${next(raw("t.cwd > f.cwd"))} FROM folders AS f WHERE f.cwd IS NOT NULL)
    SELECT f.cwd FROM folders AS f WHERE f.cwd IS NOT NULL LIMIT ${limit + 1}`);
  return found.map((row) => textOf(row, "cwd"));
}

interface Range {
  readonly from: string;
  readonly to: string;
}

/** A folder, and what lies below it: `0` follows `/`, and `]` follows `\`, in the order of characters. */
function rangesOf(folder: string): { readonly path: string; readonly below: readonly Range[] } {
  const stem = folder.replace(/[/\\]+$/, "");
  const below = [
    { from: `${stem}/`, to: `${stem}0` },
    { from: `${stem}\\`, to: `${stem}]` },
  ];
  return { path: stem === "" ? folder : stem, below };
}

/** Folders as they are written. One that climbs with `..` lies below none for sure. */
function isAtOrBelow(cwd: Sql, folder: string): Sql {
  const { path, below } = rangesOf(folder);
  const isBelow = some(below.map(({ from, to }) => sql`${cwd} >= ${from} AND ${cwd} < ${to}`));
  const climbs = sql`replace(${cwd}, ${"\\"}, ${"/"}) || ${"/"} LIKE ${"%/../%"}`;
  return sql`(${cwd} = ${path} OR ${isBelow} AND NOT ${climbs})`;
}
