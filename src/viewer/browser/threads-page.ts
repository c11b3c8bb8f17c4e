import { Component, createRef, h, type JSX } from "preact";
import { FilterBar } from "./filter-bar.ts";
import { useKeys } from "./keyboard.ts";
import { go, threadHref } from "./router.ts";
import { Failure, Loading, Notice } from "./states.ts";
import { ThreadEntry } from "./thread-entry.ts";
import { type Filters, filtersHref, filtersOf, NO_FILTERS } from "./thread-filters.ts";
import { ThreadsStore } from "./threads-store.ts";
import type { SearchHit, Thread } from "./types.ts";
import { VirtualList } from "./virtual-list.ts";

interface Props {
  readonly query: URLSearchParams;
}

interface ThreadRow {
  readonly key: string;
  readonly thread: Thread | null;
  readonly hits: readonly SearchHit[];
}

/** Times are told from now: they are told anew so often, in milliseconds. */
const CLOCK_MS = 30_000;

/** The list of threads. */
export class ThreadsPage extends Component<Props, { readonly chosen: string | null }> {
  override state: { readonly chosen: string | null } = { chosen: null };
  #filters = filtersOf(this.props.query);
  #store = new ThreadsStore(this.#filters, () => this.#refresh());
  readonly #list = createRef<VirtualList<ThreadRow>>();
  readonly #search = createRef<HTMLInputElement>();
  #rows: readonly ThreadRow[] = [];
  #isAsked = false;
  #clock: number | undefined;

  override componentDidMount(): void {
    document.title = "Threads";
    void this.#store.start();
    this.#clock = window.setInterval(() => this.forceUpdate(), CLOCK_MS);
    if (this.props.query.get("focus") === "search") this.#search.current?.focus();
  }

  override componentWillUnmount(): void {
    this.#store.stop();
    clearInterval(this.#clock);
  }

  override componentDidUpdate({ query }: Props): void {
    if (query === this.props.query) return;
    const filters = filtersOf(this.props.query);
    if (filtersHref(filters) === filtersHref(this.#filters)) return;
    this.#filters = filters;
    this.#store.filter(filters);
    this.#list.current?.toTop();
  }

  #refresh(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const run = document.hidden ? (then: () => void) => void setTimeout(then, 0) : requestAnimationFrame;
    run(() => {
      this.#isAsked = false;
      this.forceUpdate();
    });
  }

  readonly #filter = (filters: Filters): void => go(filtersHref(filters), "replace");

  move(step: 1 | -1): void {
    const from = this.#rows.findIndex(({ key }) => key === this.state.chosen);
    const row = this.#rows[from < 0 ? 0 : from + step];
    if (row?.thread == null) return;
    this.setState({ chosen: row.key }, () => {
      const link = () => this.#list.current?.element(row.key)?.querySelector<HTMLElement>("a");
      if (link() == null) this.#list.current?.show(row.key, 80);
      requestAnimationFrame(() => link()?.focus());
    });
  }

  open(): void {
    if (this.state.chosen !== null) go(threadHref(this.state.chosen));
  }

  top(): void {
    this.setState({ chosen: null });
    this.#list.current?.toTop();
  }

  search(): void {
    this.#search.current?.focus();
    this.#search.current?.select();
  }

  leaveSearch(): void {
    this.#search.current?.blur();
  }

  override render(_props: Props, { chosen }: { readonly chosen: string | null }): JSX.Element {
    const { threads, connection, isLoaded, error, hasMore, isFull } = this.#store;
    if (error !== null && (!isLoaded || isSignedOut(error)))
      return h("main", null, h(Failure, { error, what: "list", onRetry: () => this.#restart() }));
    this.#rows = threads.map((thread) => ({ key: thread.threadId, thread, hits: this.#store.hitsOf(thread.threadId) }));
    const rows = hasMore ? [...this.#rows, { key: "", thread: null, hits: [] }] : this.#rows;
    const now = Date.now();
    const render = ({ thread, hits }: ThreadRow) =>
      thread === null
        ? isFull
          ? h("p", { class: "faint" }, "Older threads are not shown: filter or search for them.")
          : h(Loading, { label: "Further threads are loading" })
        : h(ThreadEntry, {
            thread,
            hits,
            words: this.#filters.words,
            nowMs: now,
            isChosen: thread.threadId === chosen,
          });
    return h(
      "main",
      { class: "threads-page" },
      h(Keys, { page: this }),
      h(FilterBar, { filters: this.#filters, threads, onFilter: this.#filter, search: this.#search }),
      connection === "broken" &&
        h("div", { class: "banner", role: "status" }, "The connection is lost: what is new comes when it is back."),
      !isLoaded && h(Loading, { label: "Threads are loading" }),
      isLoaded && rows.length === 0 && this.#empty(),
      isLoaded &&
        rows.length > 0 &&
        h(VirtualList<ThreadRow>, {
          ...{
            handle: this.#list,
            rows,
            render,
            estimate: ({ hits }: ThreadRow) => 68 + 30 * hits.length,
            label: "Threads",
          },
          onWindow: (shown: readonly ThreadRow[]) => {
            if (shown.some(({ thread }) => thread === null)) void this.#store.more();
          },
        }),
    );
  }

  #empty(): JSX.Element {
    if (filtersHref(this.#filters) === "/")
      return h(
        Notice,
        { icon: "agent", title: "No threads yet" },
        h("p", null, "As soon as an agent writes its history, it shows here."),
      );
    const clear = h(
      "button",
      { type: "button", class: "primary", onClick: () => this.#filter(NO_FILTERS) },
      "Show all threads",
    );
    return h(
      Notice,
      { icon: "search", title: "No thread is like that" },
      h("p", null, "Words must stand in a message as they are typed."),
      clear,
    );
  }

  #restart(): void {
    this.#store.stop();
    this.#store = new ThreadsStore(this.#filters, () => this.#refresh());
    this.forceUpdate();
    void this.#store.start();
  }
}

function isSignedOut(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 401;
}

function Keys({ page }: { readonly page: ThreadsPage }): null {
  useKeys({
    j: () => page.move(1),
    k: () => page.move(-1),
    o: () => page.open(),
    Enter: () => page.open(),
    g: () => page.top(),
    "/": () => page.search(),
    Escape: () => page.leaveSearch(),
  });
  return null;
}
