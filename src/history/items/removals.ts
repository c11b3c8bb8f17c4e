import type { ItemCut, TurnChange } from "../turns/change.ts";
import type { Turn } from "../turns/turn.ts";
import { type ItemRow, type ItemsState, legacyScope } from "./state.ts";

export interface RemovedItem {
  readonly turnId: string;
  readonly scope: string;
  readonly key: string;
  readonly row: ItemRow;
}

/** The items that go with a rollback, a revert or a rewrite, in the order in which they are reported. */
export function planRemovals(state: ItemsState, { itemCut, removed }: TurnChange): readonly RemovedItem[] {
  switch (itemCut?.kind) {
    case "turns":
      return removed.flatMap((turn) => itemsOf(state, legacyScope(turn.seq), turn.id));
    case "revert":
      return everyItem(state)
        .filter(({ row }) => isPast(itemCut, row))
        .sort((a, b) => a.row.era - b.row.era || Number(a.row.lineOrdinal) - Number(b.row.lineOrdinal));
    case "all":
      return everyItem(state, removed);
    default:
      return [];
  }
}

/** Whether a revert cuts what a line made. */
export function isPast(
  cut: Extract<ItemCut, { readonly kind: "revert" }>,
  row: Pick<ItemRow, "era" | "lineOrdinal">,
): boolean {
  return row.era > cut.era || (row.era === cut.era && row.lineOrdinal >= cut.endOrdinalExclusive);
}

function everyItem(state: ItemsState, turns: readonly Turn[] = []): RemovedItem[] {
  const turnIds = new Map(turns.map((turn) => [legacyScope(turn.seq), turn.id]));
  return [...state.scopes.keys()]
    .flatMap((scope) => itemsOf(state, scope, turnIds.get(scope) ?? scope.slice(1)))
    .sort((a, b) => a.row.ordinal - b.row.ordinal);
}

function itemsOf(state: ItemsState, scope: string, turnId: string): RemovedItem[] {
  const rows = [...(state.scopes.get(scope) ?? [])].map(([key, row]) => ({ turnId, scope, key, row }));
  return rows.sort((a, b) => a.row.ordinal - b.row.ordinal);
}
