import type { Item, Page } from "./types.ts";

/** Items that were fetched together. Cursors lead to what is next to them; null where the turn ends. */
interface Chunk {
  items: Item[];
  readonly before: string | null;
  readonly after: string | null;
}

export type Side = "before" | "after";

/** The items of one turn that are held: a part of them, in one piece, or none. */
export class TurnItems {
  #chunks: Chunk[] = [];

  get isLoaded(): boolean {
    return this.#chunks.length > 0;
  }

  get count(): number {
    return this.#chunks.reduce((n, { items }) => n + items.length, 0);
  }

  get items(): readonly Item[] {
    return this.#chunks.flatMap(({ items }) => items);
  }

  /** Cursor to what comes before or after what is held; null at the turn's end. */
  cursor(side: Side): string | null {
    return (side === "before" ? this.#chunks[0]?.before : this.#chunks.at(-1)?.after) ?? null;
  }

  clear(): void {
    this.#chunks = [];
  }

  /** Begins anew with the turn's first items, or its last ones. */
  begin(page: Page<Item>, from: "first" | "last"): void {
    this.#chunks = [];
    if (from === "first") this.#chunks = [{ items: [...page.data], before: null, after: page.nextCursor }];
    else this.#chunks = [{ items: page.data.toReversed(), before: page.nextCursor, after: null }];
  }

  /** Adds what `cursor(side)` led to. The first entry of a page fetched backwards from a chunk is the chunk's own. */
  add(page: Page<Item>, side: Side): void {
    const held = new Set(this.items.map(idOf));
    const fresh = page.data.filter((item) => !held.has(idOf(item)));
    if (side === "before")
      this.#chunks.unshift({ items: fresh.toReversed(), before: page.nextCursor, after: page.backwardsCursor });
    else this.#chunks.push({ items: fresh, before: page.backwardsCursor, after: page.nextCursor });
  }

  /** Lets go what lies farthest from an item, until at most so many are held; its own chunk stays. */
  shrink(most: number, around: string | null): void {
    while (this.#chunks.length > 1 && this.count > most) {
      const at = this.#chunks.findIndex(({ items }) => items.some((item) => idOf(item) === around));
      if (at > this.#chunks.length - 1 - at) this.#chunks.shift();
      else this.#chunks.pop();
    }
  }

  /** Takes an item as it is now. Whether it shows: one that lies past what is held is fetched when it is wanted. */
  put(item: Item): boolean {
    const id = idOf(item);
    for (const chunk of this.#chunks) {
      const at = chunk.items.findIndex((held) => idOf(held) === id);
      if (at < 0) continue;
      chunk.items = chunk.items.with(at, item);
      return true;
    }
    const last = this.#chunks.at(-1);
    if (last === undefined || last.after !== null) return false;
    const at = last.items.findLastIndex(({ ordinal }) => (ordinal ?? 0) <= (item.ordinal ?? 0));
    if (at < 0 && last.items.length > 0 && last.before !== null) return false;
    last.items = last.items.toSpliced(at + 1, 0, item);
    return true;
  }

  remove(id: string): boolean {
    for (const chunk of this.#chunks) {
      if (!chunk.items.some((item) => idOf(item) === id)) continue;
      chunk.items = chunk.items.filter((item) => idOf(item) !== id);
      return true;
    }
    return false;
  }
}

/** The id of an item within its turn. */
export function idOf({ item, ordinal }: Item): string {
  return typeof item?.id === "string" ? item.id : `#${ordinal}`;
}
