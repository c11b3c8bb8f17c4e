import type { TurnStatus } from "../history/index.ts";
import { JsonText } from "../json/index.ts";
import type {
  DeadLetterRow,
  FirstSource,
  ItemContent,
  ItemRow,
  LifecycleRow,
  RolloutRow,
  RowVersion,
  ThreadOrigin,
  ThreadRow,
  TurnContent,
  TurnRow,
} from "../read-model/index.ts";
import type { HistoryMode } from "../rollout/index.ts";
import { integerOrNull, nameOf, numberOf, numberOrNull, textOf, textOrNull } from "./cells.ts";
import type { SqlRow } from "./connection.ts";

const STATUSES: readonly TurnStatus[] = ["inProgress", "completed", "interrupted", "failed"];
const MODES: readonly HistoryMode[] = ["legacy", "paginated"];

export function turnRow(row: SqlRow): TurnRow {
  return {
    threadId: textOf(row, "thread_id"),
    turnId: textOf(row, "turn_id"),
    first: firstSource(row),
    version: versionOf(row, "version"),
    removedBy: textOrNull(row, "removed_by"),
    content: turnContent(row),
    endedOffset: numberOrNull(row, "ended_offset"),
  };
}

function turnContent(row: SqlRow): TurnContent | null {
  if (row.content_version === null) return null;
  return {
    version: versionOf(row, "content_version"),
    turnOrdinal: numberOf(row, "turn_ordinal"),
    status: nameOf(row, "status", STATUSES),
    error: jsonOrNull(row, "error"),
    startedAt: integerOrNull(row, "started_at"),
    completedAt: integerOrNull(row, "completed_at"),
    durationMs: integerOrNull(row, "duration_ms"),
    rootTurnId: textOrNull(row, "root_turn_id"),
  };
}

export function itemRow(row: SqlRow): ItemRow {
  return {
    threadId: textOf(row, "thread_id"),
    turnId: textOf(row, "turn_id"),
    itemKey: textOf(row, "item_key"),
    first: firstSource(row),
    version: versionOf(row, "version"),
    removedBy: textOrNull(row, "removed_by"),
    content: itemContent(row),
  };
}

function itemContent(row: SqlRow): ItemContent | null {
  if (row.content_version === null) return null;
  return {
    version: versionOf(row, "content_version"),
    itemOrdinal: numberOf(row, "item_ordinal"),
    itemType: textOf(row, "item_type"),
    isOpen: numberOf(row, "is_open") === 1,
    item: new JsonText(textOf(row, "item")),
    text: textOrNull(row, "text"),
    phase: textOrNull(row, "phase"),
  };
}

export function lifecycleRow(row: SqlRow): LifecycleRow {
  return {
    mutationId: textOf(row, "mutation_id"),
    threadId: textOf(row, "thread_id"),
    turnId: textOrNull(row, "turn_id"),
    eventType: textOf(row, "event_type"),
    payload: new JsonText(textOf(row, "payload")),
    occurredAt: textOf(row, "occurred_at"),
    rolloutId: textOf(row, "rollout_id"),
    version: versionOf(row, "version"),
  };
}

export function rolloutRow(row: SqlRow): RolloutRow {
  const baseId = textOrNull(row, "base_rollout_id");
  return {
    threadId: textOf(row, "thread_id"),
    rolloutId: textOf(row, "rollout_id"),
    base:
      baseId === null ? null : { rolloutId: baseId, endOrdinalExclusive: integerOrNull(row, "base_end_ordinal") ?? 0 },
    version: versionOf(row, "version"),
  };
}

export function threadRow(row: SqlRow): ThreadRow {
  return {
    threadId: textOf(row, "thread_id"),
    started: threadOrigin(row),
    createdAtMs: numberOf(row, "created_at_ms"),
    updatedAtMs: numberOf(row, "updated_at_ms"),
    status: row.status === null ? null : nameOf(row, "status", STATUSES),
    preview: textOf(row, "preview"),
  };
}

function threadOrigin(row: SqlRow): ThreadOrigin | null {
  if (row.started_version === null) return null;
  return {
    version: versionOf(row, "started_version"),
    rolloutId: textOf(row, "rollout_id"),
    cwd: textOf(row, "cwd"),
    source: jsonOrNull(row, "source"),
    sourceKind: textOf(row, "source_kind"),
    originator: textOf(row, "originator"),
    cliVersion: textOf(row, "cli_version"),
    modelProvider: textOrNull(row, "model_provider"),
    historyMode: nameOf(row, "history_mode", MODES),
    forkedFromId: textOrNull(row, "forked_from_id"),
    parentThreadId: textOrNull(row, "parent_thread_id"),
    agentNickname: textOrNull(row, "agent_nickname"),
    agentRole: textOrNull(row, "agent_role"),
    git: gitOf(row),
  };
}

/** What is known of git; null when nothing is. */
function gitOf(row: SqlRow): ThreadOrigin["git"] {
  const commitHash = textOrNull(row, "git_commit_hash");
  const branch = textOrNull(row, "git_branch");
  const repositoryUrl = textOrNull(row, "git_repository_url");
  return commitHash === null && branch === null && repositoryUrl === null
    ? null
    : { commitHash, branch, repositoryUrl };
}

export function deadLetterRow(row: SqlRow): DeadLetterRow {
  return {
    observer: textOf(row, "observer"),
    code: textOf(row, "code"),
    reason: textOf(row, "reason"),
    threadId: textOrNull(row, "thread_id"),
    rolloutId: textOrNull(row, "rollout_id"),
    position: numberOrNull(row, "position"),
    sourcePartition: numberOf(row, "source_partition"),
    sourceOffset: numberOf(row, "source_offset"),
    recordedAtMs: numberOf(row, "recorded_at_ms"),
  };
}

function firstSource(row: SqlRow): FirstSource {
  return {
    rolloutId: textOf(row, "first_rollout_id"),
    position: numberOf(row, "first_position"),
    offset: numberOf(row, "first_offset"),
    ordinal: numberOf(row, "first_ordinal"),
  };
}

function versionOf(row: SqlRow, column: string): RowVersion {
  return textOf(row, column) as RowVersion;
}

function jsonOrNull(row: SqlRow, column: string): JsonText | null {
  const text = textOrNull(row, column);
  return text === null ? null : new JsonText(text);
}
