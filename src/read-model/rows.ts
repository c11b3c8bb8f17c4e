import type { TurnStatus } from "../history/index.ts";
import type { Integer, JsonText } from "../json/index.ts";
import type { HistoryMode } from "../rollout/index.ts";
import type { RowVersion } from "./row-version.ts";

/**
 * Where a row's earliest upsert came from: its place in the lineage, which no later one moves. A row that comes again after its
 * tombstone, as when its thread was rewritten, is another one, with another ordinal (ADR 0004): then that one's earliest.
 */
export interface FirstSource {
  /** Ordinal of the turn or item; 0 while only a tombstone is known. */
  readonly ordinal: number;
  readonly rolloutId: string;
  /** Index of the line in that rollout, from 0. */
  readonly position: number;
  readonly offset: number;
}

/**
 * A row of turns or items. Rows of one key join: whichever way mutations are delivered, late, twice or out of order, the row is
 * the same. A removed row stays, to refuse what is older; and forks of before a revert still show it.
 */
interface Row<Content> {
  readonly threadId: string;
  readonly turnId: string;
  readonly first: FirstSource;
  /** Of the newest mutation. */
  readonly version: RowVersion;
  /** The rollout whose line removed the row; null while it shows. */
  readonly removedBy: string | null;
  /** Of the newest upsert; null while only a tombstone is known. */
  readonly content: Content | null;
}

/** A turn of a thread; the key is (threadId, turnId). */
export interface TurnRow extends Row<TurnContent> {
  /** Offset of the earliest mutation that showed the turn ended; null while there is none. */
  readonly endedOffset: number | null;
}

export interface TurnContent {
  readonly version: RowVersion;
  /** Place among the thread's turns, from 1. */
  readonly turnOrdinal: number;
  readonly status: TurnStatus;
  /** The error as Codex shows it. */
  readonly error: JsonText | null;
  /** Seconds since the epoch. */
  readonly startedAt: Integer | null;
  readonly completedAt: Integer | null;
  readonly durationMs: Integer | null;
  readonly rootTurnId: string | null;
}

/** An item of a turn; the key is (threadId, turnId, itemKey). */
export interface ItemRow extends Row<ItemContent> {
  readonly itemKey: string;
}

export interface ItemContent {
  readonly version: RowVersion;
  /** Place among the thread's items, from 1. */
  readonly itemOrdinal: number;
  readonly itemType: string;
  readonly isOpen: boolean;
  /** The whole item in the shape of Codex 0.169.0, verbatim. */
  readonly item: JsonText;
  /** What a user or an agent message says, for search; null for other items. */
  readonly text: string | null;
  /** Phase of an agent message, such as `final_answer`; null for other items and where it has none. */
  readonly phase: string | null;
}

/** A lifecycle event; the key is its mutation id. */
export interface LifecycleRow {
  readonly mutationId: string;
  readonly threadId: string;
  readonly turnId: string | null;
  readonly eventType: string;
  readonly payload: JsonText;
  /** The source line's time stamp, verbatim. */
  readonly occurredAt: string;
  readonly rolloutId: string;
  readonly version: RowVersion;
}

/** A rollout of a thread, as its first line tells; the key is (threadId, rolloutId). */
export interface RolloutRow {
  readonly threadId: string;
  readonly rolloutId: string;
  /** What it goes on from (paginated §3.5): a rollout and the ordinal it was cut at. */
  readonly base: { readonly rolloutId: string; readonly endOrdinalExclusive: Integer } | null;
  readonly version: RowVersion;
}

/** A thread as lists show it. Of a thread whose `thread.started` has not come yet only the id and times are known. */
export interface ThreadRow {
  readonly threadId: string;
  /** Of its newest rollout; null before the first `thread.started`. */
  readonly started: ThreadOrigin | null;
  /** Milliseconds since the epoch: of its first and its last mutation's `occurredAt`. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Of its last turn; null while it has none. */
  readonly status: TurnStatus | null;
  /** What the user said first; empty while nothing was said. */
  readonly preview: string;
}

/** What the first line of a rollout says of its thread (ADR 0016). */
export interface ThreadOrigin {
  readonly version: RowVersion;
  readonly rolloutId: string;
  readonly cwd: string;
  /** `source` as Codex writes it: a name, or an object for a sub-agent. */
  readonly source: JsonText | null;
  /** The kind of source in one word: `cli`, `vscode`, `exec`, `appServer`, `subAgent`, … */
  readonly sourceKind: string;
  readonly originator: string;
  readonly cliVersion: string;
  readonly modelProvider: string | null;
  readonly historyMode: HistoryMode;
  readonly forkedFromId: string | null;
  readonly parentThreadId: string | null;
  readonly agentNickname: string | null;
  readonly agentRole: string | null;
  readonly git: {
    readonly commitHash: string | null;
    readonly branch: string | null;
    readonly repositoryUrl: string | null;
  } | null;
}
