import type { DeadLetterRow, ObserverStatus, QuarantinedThread } from "./operations.ts";
import type { ItemRow, LifecycleRow, ThreadRow, TurnRow } from "./rows.ts";

export type Direction = "ascending" | "descending";

/** A part of a list. Cursors are opaque: they are good for the list they came from, whatever is added to it meanwhile. */
export interface Page<T> {
  readonly data: readonly T[];
  /** Goes on after the last entry, in the same direction; null at the end. */
  readonly nextCursor: string | null;
  /** With the opposite direction: from the first entry back, that entry included, so that its updates show. Null without entries. */
  readonly backwardsCursor: string | null;
}

export interface PageRequest {
  readonly cursor: string | null;
  /** From 1. */
  readonly limit: number;
  readonly direction: Direction;
}

/** Which threads a reader may see, by the token it came with. Empty lists leave that side unrestricted. */
export interface ThreadScope {
  /** Folders: a thread of one of them or below is seen. */
  readonly cwds: readonly string[];
  /** Kinds of source. */
  readonly sourceKinds: readonly string[];
}

export interface ThreadQuery extends PageRequest {
  readonly scope: ThreadScope;
  readonly sortBy: "createdAt" | "updatedAt";
  /** Exact working directories; empty: all. */
  readonly cwds: readonly string[];
  readonly sourceKinds: readonly string[];
  readonly modelProviders: readonly string[];
  /** Status of the last turn; empty: all. */
  readonly statuses: readonly string[];
  /** Milliseconds since the epoch, of `sortBy`: from (inclusive), to (exclusive). */
  readonly from: number | null;
  readonly to: number | null;
  readonly parentThreadId: string | null;
  /** Only its sub-agents, theirs, and so on. Default: null, all threads. */
  readonly ancestorThreadId?: string | null;
  /** Only threads in which the user said something. Default: all. */
  readonly isPreviewed?: boolean;
  /** Words that messages of the thread must hold, all of them; null: all threads. */
  readonly search: string | null;
  /** Part of the preview, upper and lower case alike; null: all threads. */
  readonly previewContains: string | null;
  readonly excludedThreadIds: readonly string[];
}

/** How much of its items a turn carries (the names of Codex's protocol). */
export type ItemsView = "notLoaded" | "summary" | "full";

/** A turn with the items that were asked for. `summary`: its first user message and its final answer (paginated §3.2). */
export interface TurnView {
  readonly turn: TurnRow;
  readonly items: readonly ItemRow[];
  readonly itemsView: ItemsView;
}

export interface TurnQuery {
  readonly itemsView: ItemsView;
  /** Of a fork, only those of its bases show that are in it. */
  readonly scope: ThreadScope;
}

export interface TurnsQuery extends PageRequest, TurnQuery {}

export interface ItemsQuery extends PageRequest {
  /** As of a turn. */
  readonly scope: ThreadScope;
  /** Null: the items of all turns. */
  readonly turnId: string | null;
}

/** A place in the feed of changes: opaque, ordered, and good after a restart. */
export type FeedPosition = string;

/**
 * A row that changed, as it is now: several changes of one row between two readings are one entry. Removed rows are among them.
 */
export type Change = { readonly position: FeedPosition } & (
  | { readonly type: "thread"; readonly thread: ThreadRow }
  | { readonly type: "turn"; readonly turn: TurnRow }
  | { readonly type: "item"; readonly item: ItemRow }
  | { readonly type: "lifecycle"; readonly event: LifecycleRow }
);

export interface ChangesQuery {
  /** Null: from the first change. */
  readonly after: FeedPosition | null;
  readonly limit: number;
  /** Null: of all threads in the scope. */
  readonly threadId: string | null;
  readonly scope: ThreadScope;
}

export interface SearchHit {
  readonly thread: ThreadRow;
  readonly item: ItemRow;
}

/**
 * What people and services read. Turns and items are those of the thread's lineage: of a fork, its base's up to the cut come
 * first (paginated §3.5). What a rollback, a revert or a rewrite removed does not show.
 */
export interface ReadModel {
  /** @throws BadCursorError */
  threads(query: ThreadQuery): Promise<Page<ThreadRow>>;
  thread(threadId: string, scope: ThreadScope): Promise<ThreadRow | null>;
  /** @throws BadCursorError */
  turns(threadId: string, query: TurnsQuery): Promise<Page<TurnView>>;
  turn(threadId: string, turnId: string, query: TurnQuery): Promise<TurnView | null>;
  /** In the order in which they appeared. @throws BadCursorError */
  items(threadId: string, query: ItemsQuery): Promise<Page<ItemRow>>;
  /**
   * Rows that changed after a place, in the order of their last change, each thread's own only (no lineage). The order is that
   * of commit: nothing appears later before a place that was already read. What changed as one (a reset of a thread) is given as
   * one, also past the limit.
   *
   * @throws BadCursorError
   */
  changes(query: ChangesQuery): Promise<readonly Change[]>;
  /**
   * Where the feed ends now. Taken before `changes`, it is where a reader goes on that got fewer entries than it asked for: a
   * reader with a narrow scope then does not look at the same changes again and again.
   */
  feedEnd(): Promise<FeedPosition>;
  /**
   * Resolves when something may have changed, or after `waitMs`, or when `signal` aborts. A reader is known by its signal: with
   * the same one for all its waits it misses nothing between reading and waiting.
   */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
  /** Messages that hold all the words, newest first. */
  search(words: string, scope: ThreadScope, limit: number): Promise<readonly SearchHit[]>;
  /** Newest first. */
  deadLetters(request: PageRequest): Promise<Page<DeadLetterRow>>;
  close(): Promise<void>;
}

/** What the operator sees of the observers. */
export interface Operations {
  observers(): Promise<readonly ObserverStatus[]>;
  quarantined(): Promise<readonly QuarantinedThread[]>;
}

/** A cursor or feed position that no list of this read model gave out. */
export class BadCursorError extends Error {
  override readonly name = "BadCursorError";
}

/** The database cannot be asked now: it is down, busy for too long, or not there yet. Asking again later may help. */
export class ReadModelUnavailableError extends Error {
  override readonly name = "ReadModelUnavailableError";
}
