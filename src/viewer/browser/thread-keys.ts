import { h, type JSX } from "preact";
import { useKeys } from "./keyboard.ts";
import { go } from "./router.ts";
import { type Row, turnOf } from "./timeline.ts";
import { idOf } from "./turn-items.ts";

/** What keys move on the page of a thread. */
export interface KeyedPage {
  readonly rows: readonly Row[];
  readonly chosen: string | null;
  /** Key of the first row that is seen. */
  readonly firstSeen: string | null;
  /** Marks a row and brings it up; null marks none. */
  choose(key: string | null): void;
  element(key: string): HTMLElement | null;
  copy(turnId: string, itemId: string | null): void;
  toTop(): void;
  toEnd(): void;
}

/** What keys do on the page of a thread. */
export class ThreadKeys {
  readonly #page: KeyedPage;

  constructor(page: KeyedPage) {
    this.#page = page;
  }

  view(): JSX.Element {
    return h(Keys, { keys: this });
  }

  /** To the next row of a kind, from the chosen one, or else from what is seen. */
  move(step: 1 | -1, wanted: (row: Row) => boolean): void {
    const { rows, chosen, firstSeen } = this.#page;
    // Where none is chosen, the first one that is seen is the next.
    const from = rows.findIndex(({ key }) => key === (chosen ?? firstSeen));
    const next = chosen === null && step === 1 ? Math.max(0, from) : from + step;
    for (let at = next; at >= 0 && at < rows.length; at += step) {
      const row = rows[at];
      if (row === undefined || !wanted(row)) continue;
      this.#page.choose(row.key);
      return;
    }
  }

  unfold(): void {
    const { chosen } = this.#page;
    if (chosen !== null) this.#page.element(chosen)?.querySelector<HTMLElement>("[data-fold]")?.click();
  }

  copy(): void {
    const { rows, chosen } = this.#page;
    const row = rows.find(({ key }) => key === chosen);
    const turn = row === undefined ? null : turnOf(row);
    if (row !== undefined && turn !== null) this.#page.copy(turn, row.type === "item" ? idOf(row.item) : null);
  }

  top(): void {
    this.#page.choose(null);
    this.#page.toTop();
  }

  end(): void {
    this.#page.choose(null);
    this.#page.toEnd();
  }
}

function Keys({ keys }: { readonly keys: ThreadKeys }): null {
  const isTurn = ({ type }: Row) => type === "turn";
  const isItem = ({ type }: Row) => type === "item";
  useKeys({
    j: () => keys.move(1, isTurn),
    k: () => keys.move(-1, isTurn),
    n: () => keys.move(1, isItem),
    p: () => keys.move(-1, isItem),
    o: () => keys.unfold(),
    Enter: () => keys.unfold(),
    c: () => keys.copy(),
    g: () => keys.top(),
    G: () => keys.end(),
    u: () => go("/"),
    "/": () => go("/?focus=search"),
  });
  return null;
}
