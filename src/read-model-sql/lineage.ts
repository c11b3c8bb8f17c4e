import type { Integer } from "../json/index.ts";
import type { RolloutRow, ThreadScope } from "../read-model/index.ts";
import { isIncarnationOf } from "../rollout/index.ts";
import { textOf } from "./cells.ts";
import { rolloutColumns } from "./columns.ts";
import type { SqlConnection } from "./connection.ts";
import { rolloutRow } from "./rows.ts";
import { inScope } from "./scope.ts";
import { every, raw, sql } from "./sql.ts";

/** Far more than anybody forks a fork: each base is a query of its own. */
const MAX_BASES = 100;

/** Far more than anybody reverts a thread; older rollouts than these are not looked at. */
const MAX_ROLLOUTS_OF_THREAD = 1000;

/** A part of another thread that a fork begins with: the lines of one rollout below the cut made on it (paginated §3.5). */
export interface Base {
  readonly threadId: string;
  /** The rollout, by the ids of all its contents. */
  readonly rolloutIds: readonly string[];
  /** Ordinal of its first line, and of the line that it is cut at. */
  readonly start: number;
  readonly end: number;
}

/** The history of a fork leads round in a circle, or through too many threads. No Codex writes such. */
export class LineageError extends Error {
  override readonly name = "LineageError";
}

/**
 * What a thread begins with, oldest first: its newest rollout goes on from a base, that one from another. Bases in the thread
 * itself are left out, since what a revert took away has its tombstones. A base that is not known (yet), or not in the reader's
 * scope, adds nothing, and nothing before it.
 *
 * @throws LineageError
 */
export async function basesOf(
  connection: SqlConnection,
  threadId: string,
  scope: ThreadScope,
): Promise<readonly Base[]> {
  const bases: Base[] = [];
  const seen = new Set<string>();
  let rollouts = await rolloutsOf(connection, threadId);
  let end = Number.MAX_SAFE_INTEGER;
  for (let base = rollouts[0]?.base ?? null; base !== null; ) {
    const { rolloutId, endOrdinalExclusive } = base;
    if (seen.has(rolloutId)) throw new LineageError(`the history of thread ${threadId} leads round in a circle`);
    if (bases.length === MAX_BASES) throw new LineageError(`thread ${threadId} goes on from over ${MAX_BASES} others`);
    seen.add(rolloutId);
    if (!rollouts.some((rollout) => isIncarnationOf(rollout.rolloutId, rolloutId)))
      rollouts = await rolloutsBeside(connection, rolloutId);
    const contents = rollouts.filter((rollout) => isIncarnationOf(rollout.rolloutId, rolloutId));
    const [newest] = contents;
    if (newest === undefined) return bases;
    end = Math.min(end, lineOrdinal(endOrdinalExclusive));
    const rolloutIds = contents.map((content) => content.rolloutId);
    const start = lineOrdinal(newest.base?.endOrdinalExclusive ?? 0);
    if (newest.threadId !== threadId && !(await isInScope(connection, newest.threadId, scope))) return bases;
    if (newest.threadId !== threadId) bases.unshift({ threadId: newest.threadId, rolloutIds, start, end });
    base = newest.base;
  }
  return bases;
}

/** A rollout names what it goes on from: that does not show it to who may not see it. */
async function isInScope(connection: SqlConnection, threadId: string, scope: ThreadScope): Promise<boolean> {
  const conditions = inScope(raw("t"), scope);
  if (conditions.length === 0) return true;
  const found = await connection.all(
    sql`SELECT 1 AS found FROM threads AS t WHERE t.thread_id = ${threadId} AND ${every(conditions)}`,
  );
  return found.length > 0;
}

/** Newest first. */
async function rolloutsOf(connection: SqlConnection, threadId: string): Promise<RolloutRow[]> {
  const found = await connection.all(sql`
    SELECT ${rolloutColumns("r")} FROM rollouts AS r WHERE r.thread_id = ${threadId}
    ORDER BY r.version DESC LIMIT ${MAX_ROLLOUTS_OF_THREAD}`);
  return found.map(rolloutRow);
}

/** The rollouts of the thread that has this one: a thread's first rollout has the thread's own id. */
async function rolloutsBeside(connection: SqlConnection, rolloutId: string): Promise<RolloutRow[]> {
  const ids = await connection.all(sql`
    SELECT r.thread_id FROM rollouts AS r
    WHERE r.rollout_id = ${rolloutId} OR (r.rollout_id > ${`${rolloutId}#`} AND r.rollout_id < ${`${rolloutId}$`})
    ORDER BY CASE WHEN r.thread_id = ${rolloutId} THEN 0 ELSE 1 END, r.thread_id LIMIT 1`);
  const [owner] = ids.map((row) => textOf(row, "thread_id"));
  return owner === undefined ? [] : rolloutsOf(connection, owner);
}

/** Ordinals beyond 2^53 are nothing a file can reach. */
function lineOrdinal(ordinal: Integer): number {
  return ordinal > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(ordinal);
}
