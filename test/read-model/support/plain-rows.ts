import type { Integer } from "../../../src/json/index.ts";
import type { ItemRow, LifecycleRow, RolloutRow, RowBatch, ThreadRow, TurnRow } from "../../../src/read-model/index.ts";

/** The columns of a row; a row is written whole. */
export type Columns = Readonly<Record<string, string | number | bigint | null>>;

export interface TableRow {
  readonly table: "threads" | "rollouts" | "turns" | "items" | "lifecycle_events";
  readonly key: readonly string[];
  readonly columns: Columns;
}

/** What the tables hold when the batch is all that there is: row by row, without any merging in SQL. */
export function plainRows(batch: RowBatch, tx: number): TableRow[] {
  let n = 0;
  const changed = () => ({ changed_tx: tx, changed_n: n++ });
  return [
    ...[...batch.rollouts.values()].map(rolloutRow),
    ...[...batch.turns.values()].map((row) => turnRow(row, changed())),
    ...[...batch.items.values()].map((row) => itemRow(row, changed())),
    ...[...batch.events.values()].map((row) => eventRow(row, changed())),
    ...threadsOf(batch).map((row) => threadRow(row, changed())),
  ];
}

/** The threads of a batch, as lists show them. */
function threadsOf(batch: RowBatch): ThreadRow[] {
  const turns = [...batch.turns.values()];
  const items = [...batch.items.values()];
  return [...batch.threads.values()].map(({ threadId, started, firstAtMs, lastAtMs }) => {
    const shown = turns.filter((turn) => turn.threadId === threadId && turn.removedBy === null);
    const last = shown.toSorted((a, b) => (a.content?.turnOrdinal ?? 0) - (b.content?.turnOrdinal ?? 0)).at(-1);
    const said = items
      .filter((item) => item.threadId === threadId && item.removedBy === null)
      .filter((item) => item.content?.itemType === "userMessage" && item.content.text !== null)
      .toSorted((a, b) => (a.content?.itemOrdinal ?? 0) - (b.content?.itemOrdinal ?? 0))[0];
    return {
      threadId,
      started,
      createdAtMs: firstAtMs ?? 0,
      updatedAtMs: lastAtMs ?? 0,
      status: last?.content?.status ?? null,
      preview: said?.content?.text ?? "",
    };
  });
}

type Changed = { readonly changed_tx: number; readonly changed_n: number };

function rolloutRow({ threadId, rolloutId, version, base }: RolloutRow): TableRow {
  const cut = base === null ? null : { id: base.rolloutId, end: exact(base.endOrdinalExclusive) };
  return {
    table: "rollouts",
    key: ["thread_id", "rollout_id"],
    columns: {
      thread_id: threadId,
      rollout_id: rolloutId,
      version,
      base_rollout_id: cut?.id ?? null,
      base_end_ordinal: cut?.end ?? null,
    },
  };
}

export function turnRow(
  { threadId, turnId, version, removedBy, first, endedOffset, content }: TurnRow,
  changed: Changed,
): TableRow {
  return {
    table: "turns",
    key: ["thread_id", "turn_id"],
    columns: {
      thread_id: threadId,
      turn_id: turnId,
      version,
      removed_by: removedBy,
      first_ordinal: first.ordinal,
      first_offset: first.offset,
      first_rollout_id: first.rolloutId,
      first_position: first.position,
      ended_offset: endedOffset,
      content_version: content?.version ?? null,
      turn_ordinal: content?.turnOrdinal ?? null,
      status: content?.status ?? null,
      error: content?.error?.text ?? null,
      started_at: exact(content?.startedAt ?? null),
      completed_at: exact(content?.completedAt ?? null),
      duration_ms: exact(content?.durationMs ?? null),
      root_turn_id: content?.rootTurnId ?? null,
      ...changed,
    },
  };
}

export function itemRow(
  { threadId, turnId, itemKey, version, removedBy, first, content }: ItemRow,
  changed: Changed,
): TableRow {
  return {
    table: "items",
    key: ["thread_id", "turn_id", "item_key"],
    columns: {
      thread_id: threadId,
      turn_id: turnId,
      item_key: itemKey,
      version,
      removed_by: removedBy,
      first_ordinal: first.ordinal,
      first_offset: first.offset,
      first_rollout_id: first.rolloutId,
      first_position: first.position,
      content_version: content?.version ?? null,
      item_ordinal: content?.itemOrdinal ?? null,
      item_type: content?.itemType ?? null,
      is_open: content === null ? null : Number(content.isOpen),
      item: content?.item.text ?? null,
      text: content?.text ?? null,
      phase: content?.phase ?? null,
      ...changed,
    },
  };
}

export function eventRow(event: LifecycleRow, changed: Changed): TableRow {
  return {
    table: "lifecycle_events",
    key: ["mutation_id"],
    columns: {
      mutation_id: event.mutationId,
      thread_id: event.threadId,
      turn_id: event.turnId,
      event_type: event.eventType,
      payload: event.payload.text,
      occurred_at: event.occurredAt,
      rollout_id: event.rolloutId,
      version: event.version,
      ...changed,
    },
  };
}

export function threadRow(thread: ThreadRow, changed: Changed): TableRow {
  const { threadId, started, createdAtMs, updatedAtMs, status, preview } = thread;
  return {
    table: "threads",
    key: ["thread_id"],
    columns: {
      thread_id: threadId,
      started_version: started?.version ?? null,
      rollout_id: started?.rolloutId ?? null,
      cwd: started?.cwd ?? null,
      source: started?.source?.text ?? null,
      source_kind: started?.sourceKind ?? null,
      originator: started?.originator ?? null,
      cli_version: started?.cliVersion ?? null,
      model_provider: started?.modelProvider ?? null,
      history_mode: started?.historyMode ?? null,
      forked_from_id: started?.forkedFromId ?? null,
      parent_thread_id: started?.parentThreadId ?? null,
      agent_nickname: started?.agentNickname ?? null,
      agent_role: started?.agentRole ?? null,
      git_commit_hash: started?.git?.commitHash ?? null,
      git_branch: started?.git?.branch ?? null,
      git_repository_url: started?.git?.repositoryUrl ?? null,
      created_at_ms: createdAtMs,
      updated_at_ms: updatedAtMs,
      status,
      preview,
      ...changed,
    },
  };
}

function exact(value: Integer | null): bigint | null {
  return value === null ? null : BigInt(value);
}
