import { Component, createRef, h, type JSX } from "preact";
import type { Folds } from "./folds.ts";
import { go, threadHref } from "./router.ts";
import { RowView } from "./row-view.ts";
import { Failure, Loading, Notice } from "./states.ts";
import { ThreadHeader } from "./thread-header.ts";
import { type KeyedPage, ThreadKeys } from "./thread-keys.ts";
import { ThreadStore } from "./thread-store.ts";
import { itemKey, type Row, turnOf } from "./timeline.ts";
import { VirtualList } from "./virtual-list.ts";

export interface ThreadPageProps {
  readonly threadId: string;
  readonly turn: string | null;
  readonly item: string | null;
}

/** So far below the upper edge is what one goes to, in pixels. */
const OFFSET = 24;

interface State {
  readonly chosen: string | null;
  readonly said: string | null;
}

/** A thread as a timeline of turns. */
export class ThreadPage extends Component<ThreadPageProps, State> implements KeyedPage {
  override state: State = { chosen: null, said: null };
  readonly #list = createRef<VirtualList<Row>>();
  readonly #folds: Folds = new Map();
  readonly #keys = new ThreadKeys(this);
  #store = new ThreadStore(this.props.threadId, () => this.#refresh());
  #rows: readonly Row[] = [];
  #isAsked = false;
  #sought: string | null = null;
  /** Whether what the address names is still to be brought up. */
  #isSeeking = this.props.turn !== null;

  override componentDidMount(): void {
    void this.#store.start();
  }

  override componentWillUnmount(): void {
    this.#store.stop();
  }

  override componentDidUpdate({ turn, item }: ThreadPageProps): void {
    if (this.props.turn !== turn || this.props.item !== item) {
      this.#sought = null;
      this.#isSeeking = this.props.turn !== null;
    }
    this.#goToLinked();
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  get chosen(): string | null {
    return this.state.chosen;
  }

  get firstSeen(): string | null {
    return this.#list.current?.firstSeen ?? null;
  }

  element(key: string): HTMLElement | null {
    return this.#list.current?.element(key) ?? null;
  }

  /** Many changes come at once: the page is made once a frame. */
  #refresh(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    // A hidden page has no frames, and is made all the same.
    const run = document.hidden ? (then: () => void) => void setTimeout(then, 0) : requestAnimationFrame;
    run(() => {
      this.#isAsked = false;
      this.forceUpdate();
    });
  }

  /** Goes to what the address names: once it is there. */
  #goToLinked(): void {
    const { turn, item } = this.props;
    const target = turn === null ? null : `${turn} ${item}`;
    const { state, timeline } = this.#store;
    if (target === null || turn === null || this.#sought === target || state.type !== "shown") return;
    if (!timeline.turnIds.includes(turn)) {
      if (timeline.isWhole || timeline.isFull) this.#notFound(target, "turn");
      return;
    }
    this.#sought = target;
    timeline.fold(turn, false);
    if (item === null) this.choose(`turn:${turn}`);
    else
      void this.#store.seek(turn, item).then((isFound) => {
        if (isFound)
          this.forceUpdate(() =>
            this.choose(itemKey({ turnId: turn, ordinal: null, isOpen: false, item: { id: item } })),
          );
        else this.#notFound(target, "item");
      });
  }

  #notFound(target: string, what: string): void {
    this.#sought = target;
    this.#isSeeking = false;
    this.say(`The ${what} of this link is not in the thread any more.`);
  }

  /** Marks a row and brings it up; null marks none. */
  choose(key: string | null): void {
    this.#isSeeking = false;
    this.setState({ chosen: key }, () => {
      if (key === null) return;
      this.#list.current?.show(key, OFFSET);
      requestAnimationFrame(() =>
        this.element(key)?.querySelector<HTMLElement>(".entry")?.focus({ preventScroll: true }),
      );
    });
  }

  readonly fold = (turnId: string): void => {
    this.#store.timeline.fold(turnId, !this.#store.timeline.isFolded(turnId));
    this.#refresh();
  };

  readonly copy = (turnId: string, itemId: string | null): void => {
    const href = threadHref(this.props.threadId, turnId, itemId);
    const url = new URL(href, location.href).href;
    this.#sought = `${turnId} ${itemId}`; // it is here already
    go(href, "replace");
    const copied = () => this.say("Link copied");
    // Without a secure address there is no clipboard: the address bar has the link.
    if (navigator.clipboard === undefined) this.say("The link is in the address bar");
    else navigator.clipboard.writeText(url).then(copied, () => this.say("The link is in the address bar"));
  };

  say(said: string): void {
    this.setState({ said });
    setTimeout(() => this.setState({ said: null }), 4_000);
  }

  readonly #inWindow = (rows: readonly Row[], first: Row): void => {
    const { timeline } = this.#store;
    // Until then there is nothing to fetch for what happens to be seen.
    if (this.#isSeeking) return;
    const turns = new Set<string>();
    for (const row of rows) {
      const turnId = turnOf(row);
      if (turnId !== null) turns.add(turnId);
      if (row.type === "more") void this.#store.loadMore(row.turnId, row.side);
      // What is come to from below is read from its end.
      if (row.type === "unloaded") void this.#store.loadTurn(row.turnId, this.#isAbove(row, first) ? "last" : "first");
    }
    const around = first.type === "item" && typeof first.item.item?.id === "string" ? first.item.item.id : null;
    if (turns.size > 0 && timeline.shrink([...turns], around).length > 0) this.#refresh();
  };

  #isAbove(row: Row, first: Row): boolean {
    if (this.#list.current?.isAtEnd) return true;
    return this.#rows.indexOf(row) < this.#rows.indexOf(first);
  }

  override render({ threadId, turn }: ThreadPageProps, { chosen, said }: State): JSX.Element {
    const { state, timeline, connection, problem } = this.#store;
    if (state.type === "loading")
      return h("main", { class: "thread-page" }, h(Loading, { label: "The thread is loading" }));
    if (state.type === "failed")
      return h("main", null, h(Failure, { error: state.error, what: "thread", onRetry: () => this.#restart() }));
    const { thread } = state;
    this.#rows = timeline.rows();
    const actions = { fold: this.fold, copy: this.copy };
    const render = (row: Row) =>
      h(RowView, { row, isChosen: row.key === chosen, cwd: thread.cwd, folds: this.#folds, actions });
    const header = h(ThreadHeader, { thread, turns: timeline.isWhole ? timeline.turnIds.length : null });
    return h(
      "main",
      { class: "thread-page" },
      this.#keys.view(),
      connection === "broken" &&
        h("div", { class: "banner", role: "status" }, "The connection is lost: what is new comes when it is back."),
      problem !== null && h("div", { class: "banner bad", role: "alert" }, `Not all could be loaded: ${problem}`),
      this.#rows.length === 0 &&
        h(Notice, { icon: "agent", title: "No turns yet" }, "They show here as soon as there are any."),
      h(VirtualList<Row>, {
        ...{ handle: this.#list, key: threadId, rows: this.#rows, render, estimate, header },
        ...{
          onWindow: this.#inWindow,
          label: "Turns",
          start: turn === null ? "end" : "top",
          isBusy: !timeline.isWhole,
        },
      }),
      h(Jump, { onTop: () => this.#list.current?.toTop(), onEnd: () => this.toEnd() }),
      h("div", { class: `toast ${said === null ? "" : "shown"}`, role: "status" }, said),
    );
  }

  /** To the last items of the last turn, wherever one is in it. */
  toEnd(): void {
    const last = this.#store.timeline.last;
    const isCut = last !== null && (this.#store.timeline.itemsOf(last.id)?.cursor("after") ?? null) !== null;
    if (isCut) void this.#store.loadTurn(last.id, "last").then(() => this.#list.current?.toEnd());
    else this.#list.current?.toEnd();
  }

  toTop(): void {
    const [first] = this.#store.timeline.turnIds;
    const isCut = first !== undefined && (this.#store.timeline.itemsOf(first)?.cursor("before") ?? null) !== null;
    if (isCut) void this.#store.loadTurn(first, "first").then(() => this.#list.current?.toTop());
    else this.#list.current?.toTop();
  }

  #restart(): void {
    this.#store.stop();
    this.#store = new ThreadStore(this.props.threadId, () => this.#refresh());
    this.forceUpdate();
    void this.#store.start();
  }
}

function Jump({ onTop, onEnd }: { readonly onTop: () => void; readonly onEnd: () => void }): JSX.Element {
  return h(
    "div",
    { class: "jump" },
    h(
      "button",
      { type: "button", onClick: onTop, "aria-label": "To the beginning", title: "To the beginning (g)" },
      "↑",
    ),
    h("button", { type: "button", onClick: onEnd, "aria-label": "To the end", title: "To the end (G)" }, "↓"),
  );
}

/** Typical heights; of a turn that was never seen, as if it held some items. */
const HEIGHTS: Readonly<Record<Row["type"], number>> = {
  ...{ earlier: 80, gap: 44, fork: 44, turn: 52, unloaded: 320, more: 80, item: 96, error: 80, empty: 40, working: 44 },
  event: 44,
};

function estimate({ type }: Row): number {
  return HEIGHTS[type];
}
