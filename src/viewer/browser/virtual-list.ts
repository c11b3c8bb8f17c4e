import { Component, type ComponentChild, createRef, h, type JSX, type RefObject } from "preact";

export interface ListRow {
  readonly key: string;
}

export interface VirtualListProps<R extends ListRow> {
  /** Holds the list while it is in the page; a component gets no `ref` of Preact's. */
  readonly handle: RefObject<VirtualList<R> | null>;
  readonly rows: readonly R[];
  readonly render: (row: R) => ComponentChild;
  /** Height of a row that was never seen, in pixels. */
  readonly estimate: (row: R) => number;
  /** The rows that are in the page now. */
  readonly onWindow?: (rows: readonly R[], firstSeen: R) => void;
  readonly label: string;
  readonly isBusy?: boolean;
  /** Where to begin. */
  readonly start?: "top" | "end";
  readonly header?: ComponentChild;
}

/** Pixels beyond what is seen that are in the page, too, so that scrolling does not show blanks. */
const OVERSCAN = 900;
/** So near to the end one follows what is added. */
const END_PIXELS = 40;
/** Heights that differ by less are the same. */
const SAME_PIXELS = 0.5;

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * A list of which only what is seen is in the page. Heights are measured; what is seen stays where it is when rows come, go or
 * grow elsewhere.
 */
export class VirtualList<R extends ListRow> extends Component<VirtualListProps<R>, { readonly range: Range }> {
  override state: { readonly range: Range } = { range: { from: 0, to: 0 } };
  readonly #scroller = createRef<HTMLDivElement>();
  readonly #canvas = createRef<HTMLDivElement>();
  readonly #heights = new Map<string, number>();
  readonly #observer = new ResizeObserver((entries) => this.#measure(entries));
  readonly #observed = new Set<Element>();
  #tops = new Float64Array(1);
  #topsOf: readonly R[] | null = null;
  /** The row that stays where it is, and how far below the upper edge. */
  #anchor: { readonly key: string; readonly offset: number } | null = null;
  #isAtEnd = this.props.start === "end";
  #reported = "";

  override componentDidMount(): void {
    this.props.handle.current = this;
    const scroller = this.#scroller.current;
    if (scroller !== null) this.#observer.observe(scroller);
    this.#settle();
  }

  override componentDidUpdate(): void {
    this.#settle();
  }

  override componentWillUnmount(): void {
    this.props.handle.current = null;
    this.#observer.disconnect();
  }

  /** Brings a row to the upper edge. */
  show(key: string, offset = 8): void {
    this.#isAtEnd = false;
    this.#anchor = { key, offset };
    const index = this.props.rows.findIndex((row) => row.key === key);
    const scroller = this.#scroller.current;
    if (index < 0 || scroller === null) return;
    scroller.scrollTop = this.#topOf(index) + this.#above() - offset;
    if (!this.#updateRange()) this.#settle();
  }

  toTop(): void {
    this.#isAtEnd = false;
    this.#anchor = null;
    if (this.#scroller.current !== null) this.#scroller.current.scrollTop = 0;
    this.#updateRange();
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.#settle();
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** The element of a row that is in the page. */
  element(key: string): HTMLElement | null {
    return this.#canvas.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
  }

  /** Key of the first row that is seen. */
  get firstSeen(): string | null {
    return this.#anchor?.key ?? null;
  }

  /** What one opens stays where it is, at the end, too. */
  readonly #release = (): void => {
    this.#isAtEnd = false;
    this.#takeAnchor();
  };

  readonly #scrolled = (): void => {
    const scroller = this.#scroller.current;
    if (scroller === null) return;
    this.#isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < END_PIXELS;
    this.#takeAnchor();
    this.#updateRange();
  };

  #measure(entries: readonly ResizeObserverEntry[]): void {
    let isChanged = false;
    for (const { target, borderBoxSize } of entries) {
      if (target === this.#scroller.current || !(target instanceof HTMLElement)) {
        isChanged = true;
        continue;
      }
      if (this.#note(target, borderBoxSize[0]?.blockSize ?? 0)) isChanged = true;
    }
    if (isChanged) this.forceUpdate();
  }

  /** Takes the height of a row. Whether it is another one than before. */
  #note(row: HTMLElement, height: number): boolean {
    const key = row.dataset.key ?? "";
    if (height === 0 || Math.abs((this.#heights.get(key) ?? -1) - height) < SAME_PIXELS) return false;
    this.#heights.set(key, height);
    this.#topsOf = null;
    return true;
  }

  /** After every change of the page: watches new rows, and puts what is seen where it was. */
  #settle(): void {
    const rows = this.#canvas.current?.children ?? [];
    for (const element of this.#observed)
      if (!element.isConnected) {
        this.#observer.unobserve(element);
        this.#observed.delete(element);
      }
    for (const element of rows)
      if (!this.#observed.has(element)) {
        this.#observer.observe(element);
        this.#observed.add(element);
        // At once: were its height guessed until the next frame, what is anchored would drift from where it is looked for.
        if (element instanceof HTMLElement) this.#note(element, element.getBoundingClientRect().height);
      }
    this.#keepAnchor();
    // Rows that came above have moved what is in the page: it is told once it is what should be there.
    if (!this.#updateRange()) this.#report();
  }

  #keepAnchor(): void {
    const scroller = this.#scroller.current;
    if (scroller === null) return;
    if (this.#isAtEnd) {
      scroller.scrollTop = scroller.scrollHeight;
      return;
    }
    if (this.#anchor === null) return;
    const { key, offset } = this.#anchor;
    const element = this.element(key);
    if (element !== null) {
      const now = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      if (Math.abs(now - offset) >= 1) scroller.scrollTop += now - offset;
      return;
    }
    const index = this.props.rows.findIndex((row) => row.key === key);
    if (index >= 0) scroller.scrollTop = this.#topOf(index) + this.#above() - offset;
    else this.#takeAnchor();
  }

  #takeAnchor(): void {
    const scroller = this.#scroller.current;
    if (scroller === null) return;
    const upper = scroller.getBoundingClientRect().top;
    for (const element of this.#canvas.current?.children ?? []) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom <= upper + 1 || !(element instanceof HTMLElement)) continue;
      this.#anchor = { key: element.dataset.key ?? "", offset: top - upper };
      return;
    }
  }

  /** Height of what stands before the rows. */
  #above(): number {
    return this.#canvas.current?.offsetTop ?? 0;
  }

  #topOf(index: number): number {
    if (this.#topsOf !== this.props.rows) {
      const { rows, estimate } = this.props;
      this.#tops = new Float64Array(rows.length + 1);
      for (const [at, row] of rows.entries())
        this.#tops[at + 1] = (this.#tops[at] ?? 0) + (this.#heights.get(row.key) ?? estimate(row));
      this.#topsOf = rows;
      this.#forget();
    }
    return this.#tops[Math.min(index, this.#tops.length - 1)] ?? 0;
  }

  /** Heights of rows that are gone are kept for a while, since rows come back; not forever. */
  #forget(): void {
    const { rows } = this.props;
    if (this.#heights.size < 2 * rows.length + 5_000) return;
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.#heights.keys()) if (!keys.has(key)) this.#heights.delete(key);
  }

  /** The row at a height: the last one that begins above it. */
  #indexAt(height: number): number {
    let low = 0;
    let high = this.props.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#topOf(middle + 1) <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #wanted(): Range {
    const scroller = this.#scroller.current;
    const count = this.props.rows.length;
    if (scroller === null || count === 0) return { from: 0, to: Math.min(count, 20) };
    const top = this.#isAtEnd ? this.#topOf(count) - scroller.clientHeight : scroller.scrollTop - this.#above();
    const from = this.#indexAt(Math.max(0, top - OVERSCAN));
    const to = this.#indexAt(Math.max(0, top + scroller.clientHeight + OVERSCAN)) + 1;
    return { from: Math.min(from, count), to: Math.min(to, count) };
  }

  /** Whether other rows must be in the page, which then is made anew. */
  #updateRange(): boolean {
    const { from, to } = this.#wanted();
    const { range } = this.state;
    if (from === range.from && to === range.to) return false;
    this.setState({ range: { from, to } });
    return true;
  }

  #report(): void {
    const { rows, onWindow } = this.props;
    const { from, to } = this.state.range;
    const shown = rows.slice(from, to);
    const first = rows.find(({ key }) => key === this.#anchor?.key) ?? shown[0];
    if (onWindow === undefined || first === undefined) return;
    const named = `${shown[0]?.key} ${shown.at(-1)?.key} ${shown.length} ${rows.length}`;
    if (named === this.#reported) return;
    this.#reported = named;
    onWindow(shown, first);
  }

  override render({ rows, render, label, isBusy = false, header }: VirtualListProps<R>): JSX.Element {
    const count = rows.length;
    const from = Math.min(this.state.range.from, count);
    const to = Math.min(Math.max(this.state.range.to, from), count);
    const padding = {
      paddingTop: `${this.#topOf(from)}px`,
      paddingBottom: `${this.#topOf(count) - this.#topOf(to)}px`,
    };
    const shown = rows
      .slice(from, to)
      .map((row) => h("div", { key: row.key, "data-key": row.key, class: "row" }, render(row)));
    return h(
      "div",
      { class: "scroller", ref: this.#scroller, onScroll: this.#scrolled, onClickCapture: this.#release, tabIndex: -1 },
      header,
      h(
        "div",
        { ref: this.#canvas, class: "canvas", role: "feed", "aria-label": label, "aria-busy": isBusy, style: padding },
        shown,
      ),
    );
  }
}
