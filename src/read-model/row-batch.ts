import { JsonText, stringify } from "../json/index.ts";
import type {
  LifecycleMutation,
  Mutation,
  ThreadItemMutation,
  ThreadStarted,
  TurnSummaryMutation,
} from "../projections/index.ts";
import { joinItems, joinOrigins, joinRollouts, joinTurns } from "./join-rows.ts";
import { itemTypeOf, messageTextOf } from "./message-text.ts";
import { nthOf, type RowVersion, rowVersion } from "./row-version.ts";
import type { ItemContent, ItemRow, LifecycleRow, RolloutRow, ThreadOrigin, TurnContent, TurnRow } from "./rows.ts";
import { sourceKindOf, spawningThreadOf } from "./source-kind.ts";

/** What a batch says of a thread as a whole. */
export interface ThreadTouch {
  readonly threadId: string;
  readonly started: ThreadOrigin | null;
  /** Milliseconds since the epoch: of the earliest and the latest `occurredAt`; null when none can be read. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}

/** Mutations as changes of rows: each row at most once, so that a store writes it once. */
export class RowBatch {
  readonly items = new Map<string, ItemRow>();
  readonly turns = new Map<string, TurnRow>();
  readonly events = new Map<string, LifecycleRow>();
  readonly rollouts = new Map<string, RolloutRow>();
  readonly threads = new Map<string, ThreadTouch>();
  /** Threads whose rows of older generations are void, with the generation from which on they count (D18). */
  readonly resets = new Map<string, number>();

  /** @param sourceOffset offset of the source record in its partition of the input */
  add(mutation: Mutation, sourceOffset: number): void {
    const { threadId, generation } = mutation;
    // That a thread was built anew its mutations say as well as the reset before them, which may come later.
    if (generation > 0) this.reset(threadId, generation);
    if (generation < (this.resets.get(threadId) ?? 0)) return;
    const version = rowVersion(generation, sourceOffset, nthOf(mutation.mutationId));
    this.#touch(mutation, mutation.type === "lifecycle" ? originOf(mutation, version) : null);
    switch (mutation.type) {
      case "thread_item":
        put(this.items, itemRow(mutation, sourceOffset, version), joinItems, mutation.payload.itemKey);
        break;
      case "turn_summary":
        put(this.turns, turnRow(mutation, sourceOffset, version), joinTurns);
        break;
      case "lifecycle":
        this.#addEvent(mutation, version);
        break;
    }
  }

  /** Takes a reset: rows of the thread below the generation are void, here and in the store. */
  reset(threadId: string, generation: number): void {
    if (generation <= (this.resets.get(threadId) ?? 0)) return;
    this.resets.set(threadId, generation);
    this.threads.set(threadId, { threadId, started: null, firstAtMs: null, lastAtMs: null });
    const tables: readonly Map<string, { readonly threadId: string }>[] = [
      ...[this.items, this.turns, this.events, this.rollouts],
    ];
    for (const rows of tables) for (const [key, row] of rows) if (row.threadId === threadId) rows.delete(key);
  }

  get isEmpty(): boolean {
    return this.threads.size === 0;
  }

  #addEvent(mutation: LifecycleMutation, version: RowVersion): void {
    const { mutationId, threadId, rolloutId, occurredAt, payload } = mutation;
    const { turnId, eventType } = payload;
    const text = new JsonText(stringify(payload.payload));
    this.events.set(mutationId, {
      mutationId,
      threadId,
      turnId,
      eventType,
      payload: text,
      occurredAt,
      rolloutId,
      version,
    });
    if (payload.eventType !== "thread.started") return;
    const { historyBase } = payload.payload;
    const base =
      historyBase === null
        ? null
        : { rolloutId: historyBase.threadId, endOrdinalExclusive: historyBase.endOrdinalExclusive };
    const key = JSON.stringify([threadId, rolloutId]);
    const row = { threadId, rolloutId, base, version };
    this.rollouts.set(key, joinRollouts(this.rollouts.get(key) ?? row, row));
  }

  #touch({ threadId, occurredAt }: Mutation, started: ThreadOrigin | null): void {
    const before = this.threads.get(threadId);
    const atMs = timeOf(occurredAt);
    this.threads.set(threadId, {
      threadId,
      started: joinOrigins(before?.started ?? null, started),
      firstAtMs: least(before?.firstAtMs ?? null, atMs),
      lastAtMs: most(before?.lastAtMs ?? null, atMs),
    });
  }
}

function put<T extends { readonly threadId: string; readonly turnId: string }>(
  rows: Map<string, T>,
  row: T,
  join: (a: T, b: T) => T,
  itemKey = "",
): void {
  const key = JSON.stringify([row.threadId, row.turnId, itemKey]);
  const before = rows.get(key);
  rows.set(key, before === undefined ? row : join(before, row));
}

function itemRow(mutation: ThreadItemMutation, offset: number, version: RowVersion): ItemRow {
  const { threadId, rolloutId, sourcePosition, payload } = mutation;
  const { turnId, itemKey } = payload;
  const content = itemContent(mutation, version);
  const first = { rolloutId, position: sourcePosition, offset, ordinal: content?.itemOrdinal ?? 0 };
  return { threadId, turnId, itemKey, first, version, removedBy: content === null ? rolloutId : null, content };
}

function itemContent({ payload }: ThreadItemMutation, version: RowVersion): ItemContent | null {
  const { itemOrdinal, isOpen, materializedThreadItem: item } = payload;
  if (item === null) return null;
  const itemType = itemTypeOf(item);
  return { version, itemOrdinal, itemType, isOpen, item, ...messageTextOf(itemType, item) };
}

function turnRow(mutation: TurnSummaryMutation, offset: number, version: RowVersion): TurnRow {
  const { threadId, rolloutId, sourcePosition, payload } = mutation;
  const content = turnContent(mutation, version);
  const hasEnded = content !== null && content.status !== "inProgress";
  return {
    threadId,
    turnId: payload.turnId,
    first: { rolloutId, position: sourcePosition, offset, ordinal: content?.turnOrdinal ?? 0 },
    version,
    removedBy: content === null ? rolloutId : null,
    content,
    endedOffset: hasEnded ? offset : null,
  };
}

function turnContent({ payload }: TurnSummaryMutation, version: RowVersion): TurnContent | null {
  const { mutation } = payload;
  if (mutation === null) return null;
  const { error, ...summary } = mutation;
  return { version, ...summary, error: error === null ? null : new JsonText(stringify(error)) };
}

function originOf({ payload, rolloutId }: LifecycleMutation, version: RowVersion): ThreadOrigin | null {
  return payload.eventType === "thread.started" ? threadOrigin(payload.payload, rolloutId, version) : null;
}

function threadOrigin(started: ThreadStarted, rolloutId: string, version: RowVersion): ThreadOrigin {
  const { source, historyBase: _base, ...rest } = started;
  const parentThreadId = started.parentThreadId ?? spawningThreadOf(source);
  return { ...rest, parentThreadId, version, rolloutId, source, sourceKind: sourceKindOf(source) };
}

/** A time stamp that cannot be read says nothing. */
function timeOf(occurredAt: string): number | null {
  const ms = Date.parse(occurredAt);
  return Number.isNaN(ms) ? null : ms;
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
