import type { Integer } from "../../json/index.ts";

/** What is remembered of an item once it was reported: not its content (ADR 0017). Never changed in place. */
export interface ItemRow {
  /** Place among the thread's items, never used again (ADR 0004). */
  readonly ordinal: number;
  /** Tells whether the item, as it is shown, is the same as before. */
  readonly hash: string;
  readonly isOpen: boolean;
  readonly startedAtMs: Integer | null;
  readonly completedAtMs: Integer | null;
  /** How many items of the turn have this key; only the last is seen (ADR 0003). None: only times are known as yet. */
  readonly copies: number;
  readonly era: number;
  readonly lineOrdinal: Integer;
}

/** The reasoning item that the next reasoning text still extends: the last item of the current turn. */
export interface GrowingReasoning {
  readonly scope: string;
  readonly key: string;
  readonly summary: readonly string[];
  readonly content: readonly string[];
}

/** Counters of the item half. Never changed in place. */
export interface ItemsHead {
  readonly nextOrdinal: number;
  /** Number of the next generated item id (reduction §3). */
  readonly nextItemIndex: number;
  /** How many items the thread has, copies included. */
  readonly total: number;
}

/** The item half of the reduction: plain data. */
export interface ItemsState {
  head: ItemsHead;
  reasoning: GrowingReasoning | null;
  /** Rows by scope, then by item key. */
  readonly scopes: Map<string, Map<string, ItemRow>>;
}

export function initialItemsState(): ItemsState {
  return { head: { nextOrdinal: 1, nextItemIndex: 1, total: 0 }, reasoning: null, scopes: new Map() };
}

/** Where a turn's items are kept: by turn in a legacy thread, where an id can name two, else by turn id. */
export function legacyScope(turnSeq: number): string {
  return `#${turnSeq}`;
}

export function paginatedScope(turnId: string): string {
  return `@${turnId}`;
}

export function rowOf(state: ItemsState, scope: string, key: string): ItemRow | undefined {
  return state.scopes.get(scope)?.get(key);
}

export function putRow(state: ItemsState, scope: string, key: string, row: ItemRow): void {
  const rows = state.scopes.get(scope);
  if (rows !== undefined) rows.set(key, row);
  else state.scopes.set(scope, new Map<string, ItemRow>().set(key, row));
}

export function removeRow(state: ItemsState, scope: string, key: string): void {
  const rows = state.scopes.get(scope);
  rows?.delete(key);
  if (rows?.size === 0) state.scopes.delete(scope);
}
