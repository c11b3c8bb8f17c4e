import type { Integer } from "../json/index.ts";
import { type RolloutEvent, shownErrorInfo, type TurnFailure } from "../rollout/index.ts";
import { applyHistory, type HistoryChange, initialHistoryState, planHistory } from "./history.ts";
import { isPast } from "./items/removals.ts";
import { legacyScope, paginatedScope } from "./items/state.ts";
import type { ItemTimes, ThreadItem } from "./items/thread-item.ts";
import type { ThreadPlace } from "./place.ts";
import type { Turn, TurnStatus } from "./turns/turn.ts";

/** A turn with its items, in the shape and key order of Codex 0.169.0. */
export interface FullTurn {
  readonly id: string;
  readonly rootTurnId: string | null;
  readonly items: readonly ShownItem[];
  readonly itemsView: "full";
  readonly status: TurnStatus;
  readonly error: ShownError | null;
  /** Seconds since the epoch. */
  readonly startedAt: Integer | null;
  readonly completedAt: Integer | null;
  readonly durationMs: Integer | null;
}

/** An item followed by its times. */
export type ShownItem = ThreadItem & ItemTimes;

export interface ShownError {
  readonly message: string;
  readonly codexErrorInfo: string | object | null;
  readonly additionalDetails: null;
  readonly misalignment: null;
}

/** A turn's failure as its error shows it. */
export function shownError(failure: TurnFailure | null): ShownError | null {
  if (failure === null) return null;
  const codexErrorInfo = shownErrorInfo(failure.info);
  return { message: failure.message, codexErrorInfo, additionalDetails: null, misalignment: null };
}

/** One line of a thread that can be read. */
export interface HistoryLine extends ThreadPlace {
  /** Null for a line without effect. */
  readonly event: RolloutEvent | null;
}

interface MadeItem {
  readonly era: number;
  readonly lineOrdinal: Integer;
  readonly item: ShownItem;
}

type RevertCut = Parameters<typeof isPast>[0];

/** The full-turn builder: all turns of a thread with all their items. It holds them all in memory. */
export class FullTurns {
  readonly #state = initialHistoryState();
  readonly #uncovers: boolean;
  readonly #turns = new Map<number, Turn>();
  /** Of an item completed again in a later rollout of the thread, what each rollout made of it, oldest first. */
  readonly #items = new Map<string, Map<string, readonly MadeItem[]>>();

  /**
   * Mutations cannot bring back what a revert uncovers of an item, since the state does not keep it (ADR 0012, ADR 0017), and so
   * neither do full turns, unless they are asked to.
   */
  constructor({ uncovers = false }: { readonly uncovers?: boolean } = {}) {
    this.#uncovers = uncovers;
  }

  add(line: HistoryLine): void {
    const change = planHistory(this.#state, line, line.event);
    applyHistory(this.#state, change);
    this.#record(change);
  }

  #record({ turns, items }: HistoryChange): void {
    for (const { seq } of turns.removed) this.#turns.delete(seq);
    for (const turn of turns.put) this.#turns.set(turn.seq, turn);
    if (turns.itemCut?.kind === "revert" && this.#uncovers) this.#cut(turns.itemCut);
    else for (const { scope, key } of items.removed) this.#items.get(scope)?.delete(key);
    const put = items.upsert ?? items.retimed;
    if (put === null) return;
    const rows = this.#items.get(put.scope) ?? new Map<string, readonly MadeItem[]>();
    const made = rows.get(put.key) ?? [];
    const item = items.upsert?.item ?? made.at(-1)?.item;
    if (item === undefined) return;
    const { startedAtMs, completedAtMs, era, lineOrdinal } = put.row;
    const older = made.filter((earlier) => earlier.era < era);
    rows.set(put.key, [...older, { era, lineOrdinal, item: { ...item, startedAtMs, completedAtMs } }]);
    this.#items.set(put.scope, rows);
  }

  /** What an earlier rollout made comes to light again. */
  #cut(cut: RevertCut): void {
    for (const rows of this.#items.values()) {
      for (const [key, made] of rows) {
        const left = made.filter((one) => !isPast(cut, one));
        if (left.length === 0) rows.delete(key);
        else rows.set(key, left);
      }
    }
  }

  /** The turns in their order. Of several items with one key in a turn the last is shown, in the first's place (ADR 0024). */
  turns(): FullTurn[] {
    return this.#seenTurns().map((turn) => ({
      id: turn.id,
      rootTurnId: turn.rootTurnId,
      items: this.#itemsOf(turn),
      itemsView: "full",
      status: turn.status,
      error: shownError(turn.failure),
      startedAt: turn.startedAt,
      completedAt: turn.completedAt,
      durationMs: turn.durationMs,
    }));
  }

  /** A turn of an earlier rollout is hidden by one of the same id in a later rollout (paginated §3.5). */
  #seenTurns(): Turn[] {
    const newestEra = new Map([...this.#turns.values()].map((turn) => [turn.id, turn.era]));
    return [...this.#turns.values()].filter((turn) => turn.era === newestEra.get(turn.id));
  }

  #itemsOf(turn: Turn): ShownItem[] {
    const rows = this.#items.get(legacyScope(turn.seq)) ?? this.#items.get(paginatedScope(turn.id));
    return [...(rows?.values() ?? [])].flatMap((made) => made.at(-1)?.item ?? []);
  }
}

/** All turns of a thread, reduced from its lines in their order. */
export function reduceThread(lines: Iterable<HistoryLine>): FullTurn[] {
  const builder = new FullTurns();
  for (const line of lines) builder.add(line);
  return builder.turns();
}
