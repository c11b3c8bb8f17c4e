import { LIMITS } from "./limits.ts";
import { idOf, TurnItems } from "./turn-items.ts";
import type { Change, Item, Page, Turn } from "./types.ts";

/** A row of the timeline. Its key stays as long as it shows. */
export type Row = { readonly key: string } & (
  | { readonly type: "earlier"; readonly isCut: boolean }
  | { readonly type: "gap"; readonly from: number; readonly to: number }
  | { readonly type: "fork" }
  | { readonly type: "turn"; readonly turn: Turn; readonly isFolded: boolean }
  | { readonly type: "unloaded"; readonly turnId: string }
  | { readonly type: "more"; readonly turnId: string; readonly side: "before" | "after" }
  | { readonly type: "item"; readonly item: Item }
  | { readonly type: "error"; readonly turn: Turn }
  | { readonly type: "empty"; readonly turn: Turn }
  | { readonly type: "working"; readonly turn: Turn }
  | { readonly type: "event"; readonly text: string }
);

interface HeldTurn {
  turn: Turn;
  readonly items: TurnItems;
  isFolded: boolean;
}

/** What is held of a thread: all its turns by their outlines, and the items of those that are looked at. */
export class Timeline {
  #turns: HeldTurn[] = [];
  #byId = new Map<string, HeldTurn>();
  #events: { readonly after: string | null; readonly text: string }[] = [];
  /** Whether the first turn is held. */
  isWhole = false;

  get turnIds(): readonly string[] {
    return this.#turns.map(({ turn }) => turn.id);
  }

  get isFull(): boolean {
    return this.#turns.length >= LIMITS.turns;
  }

  get last(): Turn | null {
    return this.#turns.at(-1)?.turn ?? null;
  }

  itemsOf(turnId: string): TurnItems | null {
    return this.#byId.get(turnId)?.items ?? null;
  }

  /** Puts turns that come before those held, newest first. */
  addOlder(turns: readonly Turn[]): void {
    const fresh = turns.filter(({ id }) => !this.#byId.has(id)).map(held);
    this.#turns = [...fresh.toReversed(), ...this.#turns];
    for (const one of fresh) this.#byId.set(one.turn.id, one);
  }

  fold(turnId: string, isFolded: boolean): void {
    const turn = this.#byId.get(turnId);
    if (turn !== undefined) turn.isFolded = isFolded;
  }

  isFolded(turnId: string): boolean {
    return this.#byId.get(turnId)?.isFolded ?? false;
  }

  begin(turnId: string, page: Page<Item>, from: "first" | "last"): void {
    this.itemsOf(turnId)?.begin(page, from);
  }

  /** Takes a change as the API tells it. */
  apply(change: Change): void {
    switch (change.type) {
      case "thread":
        return;
      case "turn":
        this.#applyTurn(change.turn);
        return;
      case "item":
        this.#applyItem(change.item);
        return;
      case "lifecycle": {
        const { eventType, payload } = change.event;
        if (eventType !== "thread.rolled_back") return;
        const n = Number(payload.numTurns);
        this.#events.push({ after: this.last?.id ?? null, text: `Rolled back by ${n} ${n === 1 ? "turn" : "turns"}` });
      }
    }
  }

  #applyTurn({ isRemoved, ...turn }: Extract<Change, { type: "turn" }>["turn"]): void {
    const known = this.#byId.get(turn.id);
    if (isRemoved) {
      this.#turns = this.#turns.filter(({ turn: { id } }) => id !== turn.id);
      this.#byId.delete(turn.id);
    } else if (known !== undefined) known.turn = turn;
    else if (turn.ordinal !== null) this.#insert(turn);
  }

  #insert(turn: Turn): void {
    const ordinals = this.#turns.map((one) => one.turn.ordinal ?? 0);
    // The thread's own turns come last; before them, where ordinals begin anew, are those of what it was forked from.
    const own = ordinals.findLastIndex((ordinal, index) => ordinal <= (ordinals[index - 1] ?? 0)) || 0;
    const ordinal = turn.ordinal ?? 0;
    const isFirstOfFork = ordinal === 1 && ordinals.length > 0;
    const later = ordinals.findIndex((other, index) => index >= own && other > ordinal);
    const at = isFirstOfFork || later < 0 ? ordinals.length : later;
    if (at === 0 && !this.isWhole) return; // it comes with the outlines that are still to be fetched
    const one = held(turn);
    // Its items come as changes, too: there is nothing before them.
    one.items.begin({ data: [], nextCursor: null, backwardsCursor: null }, "first");
    this.#turns = this.#turns.toSpliced(at, 0, one);
    this.#byId.set(turn.id, one);
  }

  #applyItem({ isRemoved, itemKey, threadId: _threadId, ...item }: Extract<Change, { type: "item" }>["item"]): void {
    const items = this.itemsOf(item.turnId);
    if (items === null || !items.isLoaded) return;
    if (isRemoved) items.remove(itemKey);
    else items.put(item);
  }

  /** Lets go the items of turns far from those that are seen. */
  shrink(seen: readonly string[], around: string | null): readonly string[] {
    const positions = seen.map((id) => this.#turns.findIndex(({ turn }) => turn.id === id));
    const [from, to] = [Math.min(...positions), Math.max(...positions)];
    const distance = (index: number) => (index < from ? from - index : index > to ? index - to : 0);
    const loaded = this.#turns
      .map((one, index) => ({ one, far: distance(index) }))
      .filter(({ one }) => one.items.isLoaded);
    let total = loaded.reduce((n, { one }) => n + one.items.count, 0);
    const gone: string[] = [];
    for (const { one, far } of loaded.sort((a, b) => b.far - a.far)) {
      if (total <= LIMITS.items) break;
      const before = one.items.count;
      if (far > 1) {
        one.items.clear();
        gone.push(one.turn.id);
      } else if (far === 0) one.items.shrink(LIMITS.items, around);
      total -= before - one.items.count;
    }
    return gone;
  }

  rows(): readonly Row[] {
    const rows: Row[] = [];
    if (!this.isWhole) rows.push({ key: "earlier", type: "earlier", isCut: this.isFull });
    let before: Turn | null = null;
    for (const one of this.#turns) {
      pushBreak(rows, before, one.turn, this.isWhole);
      pushTurn(rows, one, one.turn === this.last);
      for (const [index, { after, text }] of this.#events.entries())
        if (after === one.turn.id) rows.push({ key: `event:${index}`, type: "event", text });
      before = one.turn;
    }
    return rows;
  }
}

function held(turn: Turn): HeldTurn {
  return { turn, items: new TurnItems(), isFolded: false };
}

/** Ordinals are never given twice: where some are missing, turns were taken back; where they begin anew, a fork begins. */
function pushBreak(rows: Row[], before: Turn | null, { id, ordinal }: Turn, isWhole: boolean): void {
  const last = before?.ordinal ?? (before === null && isWhole ? 0 : null);
  if (ordinal === null || last === null) return;
  if (ordinal <= last) rows.push({ key: `fork:${id}`, type: "fork" });
  const from = ordinal <= last ? 1 : last + 1;
  if (ordinal > from) rows.push({ key: `gap:${id}`, type: "gap", from, to: ordinal - 1 });
}

/** Only in the last turn an agent can be at work: one before it was left open. */
function pushTurn(rows: Row[], { turn, items, isFolded }: HeldTurn, isLast: boolean): void {
  const { id } = turn;
  rows.push({ key: `turn:${id}`, type: "turn", turn, isFolded });
  if (isFolded) return;
  const isRunning = turn.status === "inProgress" && isLast;
  if (!items.isLoaded) rows.push({ key: `unloaded:${id}`, type: "unloaded", turnId: id });
  if (items.cursor("before") !== null) rows.push({ key: `before:${id}`, type: "more", turnId: id, side: "before" });
  const shown = items.items;
  for (const item of shown) rows.push({ key: itemKey(item), type: "item", item });
  if (items.isLoaded && shown.length === 0 && !isRunning && turn.error === null)
    rows.push({ key: `empty:${id}`, type: "empty", turn });
  if (items.cursor("after") !== null) rows.push({ key: `after:${id}`, type: "more", turnId: id, side: "after" });
  if (turn.error !== null) rows.push({ key: `error:${id}`, type: "error", turn });
  if (isRunning) rows.push({ key: `working:${id}`, type: "working", turn });
}

export function itemKey(item: Item): string {
  return `item:${item.turnId}:${idOf(item)}`;
}

/** The turn that a row belongs to. */
export function turnOf(row: Row): string | null {
  if (row.type === "item") return row.item.turnId;
  if ("turn" in row) return row.turn.id;
  return "turnId" in row ? row.turnId : null;
}
