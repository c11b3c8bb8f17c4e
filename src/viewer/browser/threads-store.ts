import { ApiError, getJson } from "./api.ts";
import { LIMITS } from "./limits.ts";
import { type Connection, Live } from "./live.ts";
import { type Filters, isShown, queryOf } from "./thread-filters.ts";
import type { Change, Page, SearchHit, Thread } from "./types.ts";

/** The threads that are shown, newest change first; follows what changes. */
export class ThreadsStore {
  readonly #onChange: () => void;
  readonly #live: Live;
  #filters: Filters;
  #threads = new Map<string, Thread>();
  #hits = new Map<string, readonly SearchHit[]>();
  #cursor: string | null = null;
  #isLoading = false;
  #request = new AbortController();
  #connection: Connection = "connecting";
  #error: unknown = null;
  #isLoaded = false;
  #again: number | undefined;
  /** Threads that changed while an answer was under way. */
  #meanwhile: Thread[] = [];

  constructor(filters: Filters, onChange: () => void) {
    this.#filters = filters;
    this.#onChange = onChange;
    const listener = {
      onChange: (change: Change) => this.#apply(change),
      onConnection: (connection: Connection) => {
        this.#connection = connection;
        onChange();
      },
      onGap: () => void this.#load(),
      onRefused: (error: unknown) => {
        if (error instanceof ApiError && error.status === 401) this.#failed(error);
      },
    };
    this.#live = new Live("/v1/events", listener, ["thread"]);
  }

  get threads(): readonly Thread[] {
    return [...this.#threads.values()].sort(
      (a, b) => b.updatedAtMs - a.updatedAtMs || (a.threadId < b.threadId ? 1 : -1),
    );
  }

  /** Messages of a thread that the search found. */
  hitsOf(threadId: string): readonly SearchHit[] {
    return this.#hits.get(threadId) ?? [];
  }

  get connection(): Connection {
    return this.#connection;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get error(): unknown {
    return this.#error;
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  get isFull(): boolean {
    return this.#threads.size >= LIMITS.threads;
  }

  async start(): Promise<void> {
    await this.#live.open();
    await this.#load();
  }

  stop(): void {
    this.#live.close();
    this.#request.abort();
    clearTimeout(this.#again);
  }

  filter(filters: Filters): void {
    this.#filters = filters;
    void this.#load();
  }

  /** Reads the first page anew; what is shown stays until it is there. */
  async #load(): Promise<void> {
    this.#request.abort();
    const request = new AbortController();
    this.#request = request;
    this.#meanwhile = [];
    this.#isLoading = true;
    try {
      const [page, hits] = await Promise.all([this.#page(null, request.signal), this.#search(request.signal)]);
      this.#threads = new Map(page.data.map((thread) => [thread.threadId, thread]));
      this.#hits = Map.groupBy(hits, ({ thread }) => thread.threadId);
      this.#cursor = page.nextCursor;
      this.#error = null;
      this.#isLoaded = true;
      for (const thread of this.#meanwhile) this.#put(thread);
    } catch (error) {
      if (!request.signal.aborted) this.#failed(error);
    } finally {
      if (this.#request === request) this.#isLoading = false;
    }
    if (!request.signal.aborted) this.#onChange();
  }

  async more(): Promise<void> {
    const cursor = this.#cursor;
    if (cursor === null || this.#isLoading || this.isFull) return;
    const { signal } = this.#request;
    this.#isLoading = true;
    this.#meanwhile = [];
    try {
      const page = await this.#page(cursor, signal);
      if (signal.aborted) return;
      for (const thread of page.data) this.#threads.set(thread.threadId, thread);
      for (const thread of this.#meanwhile) this.#put(thread);
      this.#cursor = page.nextCursor;
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    } finally {
      if (!signal.aborted) this.#isLoading = false;
    }
    this.#onChange();
  }

  #page(cursor: string | null, signal: AbortSignal): Promise<Page<Thread>> {
    return getJson("/v1/threads", { ...queryOf(this.#filters, Date.now()), limit: LIMITS.threadsPage, cursor }, signal);
  }

  async #search(signal: AbortSignal): Promise<readonly SearchHit[]> {
    const q = this.#filters.words.trim();
    if (q === "") return [];
    const { data } = await getJson<{ readonly data: readonly SearchHit[] }>(
      "/v1/search",
      { q, limit: LIMITS.hits },
      signal,
    );
    return data;
  }

  #apply(change: Change): void {
    if (change.type !== "thread") return;
    if (this.#isLoading) this.#meanwhile.push(change.thread);
    if (!this.#isLoaded) return;
    this.#put(change.thread);
    this.#onChange();
  }

  #put(thread: Thread): void {
    const isHeld = this.#threads.has(thread.threadId);
    if (!isShown(thread, this.#filters, Date.now())) this.#threads.delete(thread.threadId);
    else if (isHeld || (this.#filters.words === "" && !this.isFull)) this.#threads.set(thread.threadId, thread);
    else if (this.#filters.words !== "") this.#searchAgain();
  }

  /** Whether a changed thread holds the words only a search tells. */
  #searchAgain(): void {
    clearTimeout(this.#again);
    this.#again = window.setTimeout(() => void this.#load(), LIMITS.operationsMs);
  }

  #failed(error: unknown): void {
    this.#error = error;
    this.#onChange();
  }
}
