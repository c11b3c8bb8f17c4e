import type { Integer } from "../json/index.ts";
import type { ItemRow, LifecycleRow, RolloutRow, ThreadRow, TurnRow } from "../read-model/index.ts";
import type { SqlValue } from "./sql.ts";

/** A column, and what a row has in it. */
export interface RowColumn<Row> {
  readonly name: string;
  readonly type: "text" | "bigint";
  /** Whether it is a text in an index, for which databases have limits. */
  readonly isIndexed: boolean;
  readonly of: (row: Row) => SqlValue;
}

/** A table as it is written. */
export interface RowTable<Row> {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly RowColumn<Row>[];
}

/** A thread as it is stored: with the generation below which its rows are void. */
export interface StoredThread extends ThreadRow {
  readonly generation: number;
}

export const TURNS: RowTable<TurnRow> = {
  name: "turns",
  key: ["thread_id", "turn_id"],
  columns: [
    ...rowColumns<TurnRow>(),
    int("ended_offset", ({ endedOffset }) => endedOffset),
    text("content_version", ({ content }) => content?.version),
    int("turn_ordinal", ({ content }) => content?.turnOrdinal),
    text("status", ({ content }) => content?.status),
    text("error", ({ content }) => content?.error?.text),
    int("started_at", ({ content }) => content?.startedAt),
    int("completed_at", ({ content }) => content?.completedAt),
    int("duration_ms", ({ content }) => content?.durationMs),
    text("root_turn_id", ({ content }) => content?.rootTurnId),
  ],
};

export const ITEMS: RowTable<ItemRow> = {
  name: "items",
  key: ["thread_id", "turn_id", "item_key"],
  columns: [
    key("item_key", ({ itemKey }) => itemKey),
    ...rowColumns<ItemRow>(),
    text("content_version", ({ content }) => content?.version),
    int("item_ordinal", ({ content }) => content?.itemOrdinal),
    key("item_type", ({ content }) => content?.itemType),
    int("is_open", ({ content }) => (content === null ? null : Number(content.isOpen))),
    text("item", ({ content }) => content?.item.text),
    text("text", ({ content }) => content?.text),
    key("phase", ({ content }) => content?.phase),
  ],
};

export const EVENTS: RowTable<LifecycleRow> = {
  name: "lifecycle_events",
  key: ["mutation_id"],
  columns: [
    key("mutation_id", ({ mutationId }) => mutationId),
    key("thread_id", ({ threadId }) => threadId),
    key("turn_id", ({ turnId }) => turnId),
    text("event_type", ({ eventType }) => eventType),
    text("payload", ({ payload }) => payload.text),
    text("occurred_at", ({ occurredAt }) => occurredAt),
    key("rollout_id", ({ rolloutId }) => rolloutId),
    text("version", ({ version }) => version),
  ],
};

export const ROLLOUTS: RowTable<RolloutRow> = {
  name: "rollouts",
  key: ["thread_id", "rollout_id"],
  columns: [
    key("thread_id", ({ threadId }) => threadId),
    key("rollout_id", ({ rolloutId }) => rolloutId),
    text("version", ({ version }) => version),
    key("base_rollout_id", ({ base }) => base?.rolloutId),
    int("base_end_ordinal", ({ base }) => base?.endOrdinalExclusive),
  ],
};

export const THREADS: RowTable<StoredThread> = {
  name: "threads",
  key: ["thread_id"],
  columns: [
    key("thread_id", ({ threadId }) => threadId),
    int("generation", ({ generation }) => generation),
    text("started_version", ({ started }) => started?.version),
    key("rollout_id", ({ started }) => started?.rolloutId),
    key("cwd", ({ started }) => started?.cwd),
    text("source", ({ started }) => started?.source?.text),
    key("source_kind", ({ started }) => started?.sourceKind),
    text("originator", ({ started }) => started?.originator),
    text("cli_version", ({ started }) => started?.cliVersion),
    key("model_provider", ({ started }) => started?.modelProvider),
    text("history_mode", ({ started }) => started?.historyMode),
    text("forked_from_id", ({ started }) => started?.forkedFromId),
    key("parent_thread_id", ({ started }) => started?.parentThreadId),
    text("agent_nickname", ({ started }) => started?.agentNickname),
    text("agent_role", ({ started }) => started?.agentRole),
    text("git_commit_hash", ({ started }) => started?.git?.commitHash),
    text("git_branch", ({ started }) => started?.git?.branch),
    text("git_repository_url", ({ started }) => started?.git?.repositoryUrl),
    int("created_at_ms", ({ createdAtMs }) => createdAtMs),
    int("updated_at_ms", ({ updatedAtMs }) => updatedAtMs),
    text("status", ({ status }) => status),
    text("preview", ({ preview }) => preview),
  ],
};

function rowColumns<Row extends TurnRow | ItemRow>(): RowColumn<Row>[] {
  return [
    key("thread_id", ({ threadId }) => threadId),
    key("turn_id", ({ turnId }) => turnId),
    text("version", ({ version }) => version),
    key("removed_by", ({ removedBy }) => removedBy),
    int("first_ordinal", ({ first }) => first.ordinal),
    int("first_offset", ({ first }) => first.offset),
    key("first_rollout_id", ({ first }) => first.rolloutId),
    int("first_position", ({ first }) => first.position),
  ];
}

function text<Row>(name: string, of: (row: Row) => string | null | undefined): RowColumn<Row> {
  return { name, type: "text", isIndexed: false, of: (row) => of(row) ?? null };
}

/** A text in an index, or one that is compared with such. */
function key<Row>(name: string, of: (row: Row) => string | null | undefined): RowColumn<Row> {
  return { ...text(name, of), isIndexed: true };
}

function int<Row>(name: string, of: (row: Row) => Integer | null | undefined): RowColumn<Row> {
  return { name, type: "bigint", isIndexed: false, of: (row) => storable(of(row) ?? null) };
}

const MOST = 2n ** 63n - 1n;

/** Codex has unsigned numbers of 64 bits, databases have none: beyond theirs there is no line and no time anyway. */
function storable(value: Integer | null): SqlValue {
  return typeof value === "bigint" && value > MOST ? MOST : value;
}
