import { ApiError, getJson, threadPath } from "./api.ts";
import { LIMITS } from "./limits.ts";
import { type Connection, Live } from "./live.ts";
import { Timeline } from "./timeline.ts";
import { idOf, type Side } from "./turn-items.ts";
import type { Change, Item, Page, Thread, Turn } from "./types.ts";

export type ThreadState =
  | { readonly type: "loading" }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "shown"; readonly thread: Thread };

/** A thread as it is shown: fetches what is looked at, and follows what changes. */
export class ThreadStore {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #live: Live;
  #timeline = new Timeline();
  #state: ThreadState = { type: "loading" };
  #connection: Connection = "connecting";
  /** Changes that came while an answer was under way: the answer may be older than they are. */
  readonly #journals = new Set<Change[]>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #problem: string | null = null;

  constructor(threadId: string, onChange: () => void) {
    this.#path = threadPath(threadId);
    this.#onChange = onChange;
    this.#live = new Live(`${this.#path}/events`, {
      onChange: (change) => this.#apply(change),
      onConnection: (connection) => {
        this.#connection = connection;
        onChange();
      },
      onGap: () => void this.#load(),
      onRefused: (error) => this.#failIfOut(error),
    });
  }

  get state(): ThreadState {
    return this.#state;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** What went wrong beside; null when all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  async start(): Promise<void> {
    // First the stream: what changes while the rest is read comes by it.
    await this.#live.open();
    await this.#load();
  }

  stop(): void {
    this.#stop.abort();
    this.#live.close();
  }

  async #load(): Promise<void> {
    const timeline = new Timeline();
    const path = `${this.#path}/turns`;
    const newest = { direction: "descending", itemsView: "notLoaded" };
    const journal = this.#journal();
    try {
      const [thread, first] = await Promise.all([
        this.#get<Thread>(this.#path),
        this.#get<Page<Turn>>(path, { ...newest, limit: LIMITS.firstTurns }),
      ]);
      timeline.addOlder(first.data);
      timeline.isWhole = first.nextCursor === null;
      this.#timeline = timeline;
      this.#state = { type: "shown", thread };
      this.#replay(journal);
      this.#changed();
      await this.#loadOlder(timeline, first.nextCursor);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#journals.delete(journal);
    }
  }

  /** All the outlines, so that any turn can be gone to. */
  async #loadOlder(timeline: Timeline, from: string | null): Promise<void> {
    let cursor = from;
    while (cursor !== null && !timeline.isFull && timeline === this.#timeline) {
      const query = { direction: "descending", itemsView: "notLoaded", limit: LIMITS.turnsPage, cursor };
      const page: Page<Turn> = await this.#get(`${this.#path}/turns`, query);
      timeline.addOlder(page.data);
      cursor = page.nextCursor;
      timeline.isWhole = cursor === null;
      this.#changed();
    }
  }

  /** Fetches the first or the last items of a turn; once at a time. */
  loadTurn(turnId: string, from: "first" | "last" = "first"): Promise<void> {
    return this.#once(turnId, async () => {
      const direction = from === "first" ? "ascending" : "descending";
      const page = await this.#items({ turnId, direction, limit: LIMITS.itemsPage });
      return () => this.#timeline.begin(turnId, page, from);
    });
  }

  /** Fetches what comes next to the held items of a turn. */
  loadMore(turnId: string, side: Side, limit: number = LIMITS.itemsPage): Promise<void> {
    return this.#once(turnId, async () => {
      const cursor = this.#timeline.itemsOf(turnId)?.cursor(side) ?? null;
      if (cursor === null) return () => {};
      const direction = side === "after" ? "ascending" : "descending";
      const page = await this.#items({ turnId, direction, limit, cursor });
      return () => this.#timeline.itemsOf(turnId)?.add(page, side);
    });
  }

  /** Fetches a turn's items until one of them is there. Whether it was found. */
  async seek(turnId: string, itemId: string): Promise<boolean> {
    const isThere = () => this.#timeline.itemsOf(turnId)?.items.some((item) => idOf(item) === itemId) ?? false;
    if (isThere()) return true;
    await this.loadTurn(turnId);
    while (!isThere()) {
      const items = this.#timeline.itemsOf(turnId);
      if (items === null || items.cursor("after") === null || this.#stop.signal.aborted) return false;
      const before = items.cursor("after");
      await this.loadMore(turnId, "after", LIMITS.itemsSought);
      if (items.cursor("after") === before) return isThere();
      items.shrink(LIMITS.items, idOf(items.items.at(-1) ?? { turnId, ordinal: null, isOpen: false, item: null }));
    }
    return true;
  }

  #items(query: Record<string, string | number>): Promise<Page<Item>> {
    return this.#get(`${this.#path}/items`, query);
  }

  /** One fetch at a time for a turn, joined with the changes that came meanwhile. */
  #once(turnId: string, fetched: () => Promise<() => void>): Promise<void> {
    const running = this.#loading.get(turnId);
    if (running !== undefined) return running;
    const journal = this.#journal();
    const timeline = this.#timeline;
    const done = fetched()
      .then((use) => {
        if (timeline !== this.#timeline) return;
        use();
        this.#replay(journal);
        this.#problem = null;
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#journals.delete(journal);
        this.#loading.delete(turnId);
        this.#changed();
      });
    this.#loading.set(turnId, done);
    return done;
  }

  #apply(change: Change): void {
    for (const journal of this.#journals) journal.push(change);
    if (this.#state.type !== "shown") return;
    this.#take(change);
    this.#changed();
  }

  #take(change: Change): void {
    if (change.type === "thread") this.#state = { type: "shown", thread: change.thread };
    else this.#timeline.apply(change);
  }

  #journal(): Change[] {
    const journal: Change[] = [];
    this.#journals.add(journal);
    return journal;
  }

  /** Events stand once; rows may be put again. */
  #replay(journal: readonly Change[]): void {
    for (const change of journal) if (change.type !== "lifecycle") this.#take(change);
  }

  #get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
    return getJson<T>(path, query, this.#stop.signal);
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    if (this.#state.type === "shown" && !(error instanceof ApiError && error.status === 401))
      this.#problem = error instanceof Error ? error.message : String(error);
    else this.#state = { type: "failed", error };
    this.#changed();
  }

  #failIfOut(error: unknown): void {
    if (!(error instanceof ApiError) || error.status !== 401) return;
    this.#state = { type: "failed", error };
    this.#changed();
  }

  #changed(): void {
    if (!this.#stop.signal.aborted) this.#onChange();
  }
}
