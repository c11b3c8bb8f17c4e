import type { FullTurn } from "../../src/history/index.ts";
import { stringify } from "../../src/json/index.ts";
import type { Mutation, TurnSummary } from "../../src/projections/index.ts";

/** A turn as a table shows it. */
export interface TableTurn extends Omit<TurnSummary, "turnOrdinal"> {
  readonly id: string;
  readonly items: readonly TableItem[];
}

export interface TableItem {
  readonly key: string;
  /** The whole item as JSON. */
  readonly text: string;
}

/** What a consumer holds that knows nothing but the mutations of a thread. */
export class Table {
  readonly turns = new Map<string, TurnSummary>();
  /** By turn id, then by item key. */
  readonly items = new Map<string, Map<string, TableItem & { readonly ordinal: number }>>();

  apply(mutation: Mutation): void {
    if (mutation.type === "turn_summary") {
      const { turnId, mutation: summary } = mutation.payload;
      if (summary === null) this.turns.delete(turnId);
      else this.turns.set(turnId, summary);
    }
    if (mutation.type === "thread_item") {
      const { turnId, itemKey: key, itemOrdinal: ordinal, materializedThreadItem } = mutation.payload;
      const rows = this.items.get(turnId) ?? new Map();
      if (materializedThreadItem === null) rows.delete(key);
      else rows.set(key, { key, ordinal, text: materializedThreadItem.text });
      this.items.set(turnId, rows);
    }
  }

  /** Turns by their ordinal, each with its items by theirs. */
  view(): TableTurn[] {
    const turns = [...this.turns].sort(([, a], [, b]) => a.turnOrdinal - b.turnOrdinal);
    return turns.map(([id, { turnOrdinal: _place, ...summary }]) => {
      const rows = [...(this.items.get(id)?.values() ?? [])].sort((a, b) => a.ordinal - b.ordinal);
      return { id, ...summary, items: rows.map(({ key, text }) => ({ key, text })) };
    });
  }
}

/**
 * Reduced turns as a table shows them: turns of one id are one row in the place of the first, with the values of the last and
 * the items of both; items of one key are one row likewise (ADR 0024).
 */
export function merged(turns: readonly FullTurn[]): TableTurn[] {
  return [...Map.groupBy(turns, ({ id }) => id)].map(([id, same]) => {
    const { status, error, startedAt, completedAt, durationMs, rootTurnId } = same.at(-1) ?? missing(id);
    const items = new Map(same.flatMap((turn) => turn.items.map((item) => [item.id, stringify(item)] as const)));
    return {
      id,
      status,
      startedAt,
      completedAt,
      durationMs,
      error,
      rootTurnId,
      items: [...items].map(([key, text]) => ({ key, text })),
    };
  });
}

function missing(id: string): never {
  throw new Error(`no turn ${id}`);
}
