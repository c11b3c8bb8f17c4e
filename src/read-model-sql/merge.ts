import type { RowTable } from "./row-values.ts";

/** A table whatever its rows. */
type AnyTable = Pick<RowTable<never>, "name" | "key"> & { readonly columns: readonly { readonly name: string }[] };

/** Columns that go together, and when those of the new row are taken: what `read-model/join-rows.ts` says, in SQL. */
interface Part {
  readonly columns: readonly string[];
  readonly isTaken: string;
}

/** `excluded` is the new row. */
const NEWER: Part = { columns: ["version", "removed_by"], isTaken: "excluded.version > old.version" };
const FIRST: Part = {
  columns: ["first_ordinal", "first_offset", "first_rollout_id", "first_position"],
  isTaken: `(excluded.first_ordinal > old.first_ordinal
    OR excluded.first_ordinal = old.first_ordinal AND excluded.first_offset < old.first_offset)`,
};
const NEWER_CONTENT = "excluded.content_version > COALESCE(old.content_version, '')";

const PARTS: Readonly<Record<string, readonly Part[]>> = {
  turns: [
    NEWER,
    FIRST,
    {
      columns: ["ended_offset"],
      isTaken: "(excluded.ended_offset < old.ended_offset OR excluded.ended_offset >= 0 AND old.ended_offset IS NULL)",
    },
    {
      columns: [
        ...["content_version", "turn_ordinal", "status", "error"],
        ...["started_at", "completed_at", "duration_ms", "root_turn_id"],
      ],
      isTaken: NEWER_CONTENT,
    },
  ],
  items: [
    NEWER,
    FIRST,
    {
      columns: ["content_version", "item_ordinal", "item_type", "is_open", "item", "text", "phase"],
      isTaken: NEWER_CONTENT,
    },
  ],
  rollouts: [
    { columns: ["version", "base_rollout_id", "base_end_ordinal"], isTaken: "excluded.version > old.version" },
  ],
  threads: [
    { columns: ["generation"], isTaken: "excluded.generation > old.generation" },
    {
      columns: [
        ...["started_version", "rollout_id", "cwd", "source", "source_kind", "originator", "cli_version"],
        ...["model_provider", "history_mode", "forked_from_id", "parent_thread_id", "agent_nickname", "agent_role"],
        ...["git_commit_hash", "git_branch", "git_repository_url"],
      ],
      isTaken: "excluded.started_version > COALESCE(old.started_version, '')",
    },
    // 0 while no time stamp of the thread could be read.
    { columns: ["created_at_ms"], isTaken: takenTime("created_at_ms", "<") },
    { columns: ["updated_at_ms"], isTaken: takenTime("updated_at_ms", ">") },
    { columns: ["status"], isTaken: "excluded.status IS DISTINCT FROM old.status" },
    { columns: ["preview"], isTaken: "excluded.preview <> old.preview" },
  ],
  lifecycle_events: [],
};

function takenTime(column: string, than: "<" | ">"): string {
  return `(excluded.${column} <> 0 AND (old.${column} = 0 OR excluded.${column} ${than} old.${column}))`;
}

/** Tables whose rows are no entries of the feed. */
const UNFED = ["rollouts"];

/** The columns of a table in the order in which they are given. */
export function writtenColumns({ name, columns }: AnyTable): readonly string[] {
  const own = columns.map((column) => column.name);
  return UNFED.includes(name) ? own : [...own, "changed_tx", "changed_n"];
}

/**
 * Writes rows, joined with what is there: a row that says nothing new leaves it untouched, its place in the feed too.
 *
 * @param rows what gives the rows: `VALUES …` or `SELECT …`
 */
export function upsert(table: AnyTable, rows: string): string {
  const columns = writtenColumns(table);
  const insert = `INSERT INTO ${table.name} AS old (${columns.join(", ")}) ${rows} ON CONFLICT (${table.key.join(", ")})`;
  const parts = PARTS[table.name] ?? [];
  if (parts.length === 0) return `${insert} DO NOTHING`;
  const joined = parts.flatMap((part) => part.columns.map((column) => `${column} = ${taken(column, part)}`));
  const changed = columns
    .filter((column) => column.startsWith("changed_"))
    .map((column) => `${column} = excluded.${column}`);
  return `${insert} DO UPDATE SET ${[...joined, ...changed].join(", ")}
    WHERE ${parts.map((part) => part.isTaken).join(" OR ")}`;
}

function taken(column: string, { isTaken }: Part): string {
  return `CASE WHEN ${isTaken} THEN excluded.${column} ELSE old.${column} END`;
}

/** What makes the rows of a thread below a generation void (D18): turns and items stay as removed, so that readers of the feed hear of it. */
export function voidRows(placeholders: VoidPlaceholders): readonly string[] {
  const { threadId, start, tx, n } = placeholders;
  // After all of the older generations, and before all of the new one.
  const voided = `substr(${start}, 1, 8)`;
  const older = `thread_id = ${threadId} AND version < ${start}`;
  const blank = (table: string): string =>
    (PARTS[table] ?? [])
      .filter((part) => part !== NEWER && part !== FIRST)
      .flatMap(({ columns }) => columns.map((column) => `${column} = NULL`))
      .join(", ");
  const remove = (table: string): string =>
    `UPDATE ${table} SET version = ${voided}, removed_by = first_rollout_id, first_ordinal = 0, first_offset = 0, first_position = 0,
      ${blank(table)}, changed_tx = ${tx}, changed_n = ${n} WHERE ${older}`;
  const [, started] = PARTS.threads ?? [];
  const unknown = (started?.columns ?? []).map((column) => `${column} = NULL`).join(", ");
  return [
    remove("turns"),
    remove("items"),
    `DELETE FROM lifecycle_events WHERE ${older}`,
    `DELETE FROM rollouts WHERE ${older}`,
    `UPDATE threads SET ${unknown}, created_at_ms = 0, updated_at_ms = 0 WHERE thread_id = ${threadId}`,
  ];
}

export interface VoidPlaceholders {
  readonly threadId: string;
  /** The first version of the generation. */
  readonly start: string;
  readonly tx: string;
  readonly n: string;
}
