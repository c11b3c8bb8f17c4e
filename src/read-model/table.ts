import type { Mutation } from "../projections/index.ts";
import { joinItems, joinTurns } from "./join-rows.ts";
import { RowBatch } from "./row-batch.ts";
import { generationStart } from "./row-version.ts";
import type { ItemRow, LifecycleRow, TurnRow } from "./rows.ts";

/** Turns, items and lifecycle events in memory, kept up by mutations in any order. What a store of rows must end with. */
export class MutationTable {
  readonly #items = new Map<string, ItemRow>();
  readonly #turns = new Map<string, TurnRow>();
  readonly #events = new Map<string, LifecycleRow>();
  readonly #generations = new Map<string, number>();

  /** Takes one mutation. Late, repeated or out of order: the table ends the same. */
  applyMutation(mutation: Mutation, sourceOffset: number): void {
    const batch = new RowBatch();
    batch.add(mutation, sourceOffset);
    this.apply(batch);
  }

  apply(batch: RowBatch): void {
    for (const [threadId, generation] of batch.resets) this.#reset(threadId, generation);
    this.#join(this.#items, batch.items, joinItems);
    this.#join(this.#turns, batch.turns, joinTurns);
    this.#join(this.#events, batch.events, (before) => before);
  }

  /** The turns that show, by their ordinal. */
  turns(threadId: string): TurnRow[] {
    return shown(this.#turns, threadId).sort((a, b) => (a.content?.turnOrdinal ?? 0) - (b.content?.turnOrdinal ?? 0));
  }

  /** The items that show, by their ordinal. */
  items(threadId: string): ItemRow[] {
    return shown(this.#items, threadId).sort((a, b) => (a.content?.itemOrdinal ?? 0) - (b.content?.itemOrdinal ?? 0));
  }

  /** Lifecycle events, in their order. */
  events(threadId: string): LifecycleRow[] {
    return [...this.#events.values()]
      .filter((event) => event.threadId === threadId)
      .sort((a, b) => (a.version < b.version ? -1 : 1));
  }

  #join<T extends { readonly threadId: string; readonly version: string }>(
    rows: Map<string, T>,
    changes: ReadonlyMap<string, T>,
    join: (a: T, b: T) => T,
  ): void {
    for (const [key, change] of changes) {
      if (change.version < generationStart(this.#generations.get(change.threadId) ?? 0)) continue;
      const before = rows.get(key);
      rows.set(key, before === undefined ? change : join(before, change));
    }
  }

  #reset(threadId: string, generation: number): void {
    if (generation <= (this.#generations.get(threadId) ?? 0)) return;
    this.#generations.set(threadId, generation);
    const start = generationStart(generation);
    for (const rows of [this.#items, this.#turns, this.#events] as Map<string, { threadId: string; version: string }>[])
      for (const [key, row] of rows) if (row.threadId === threadId && row.version < start) rows.delete(key);
  }
}

function shown<T extends { readonly threadId: string; readonly removedBy: string | null }>(
  rows: ReadonlyMap<string, T>,
  threadId: string,
): T[] {
  return [...rows.values()].filter((row) => row.threadId === threadId && row.removedBy === null);
}
