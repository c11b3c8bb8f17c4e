import type {
  Change,
  ChangesQuery,
  DeadLetterRow,
  FeedPosition,
  ItemRow,
  ItemsQuery,
  Page,
  PageRequest,
  ReadModel,
  SearchHit,
  ThreadQuery,
  ThreadRow,
  ThreadScope,
  TurnQuery,
  TurnsQuery,
  TurnView,
} from "../read-model/index.ts";
import type { SqlConnection } from "./connection.ts";
import { deadLettersPage } from "./dead-letters.ts";
import { changesAfter, endOfFeed } from "./feed.ts";
import { searched } from "./search.ts";
import { oneThread, threadsPage } from "./threads.ts";
import { itemsPage, oneTurn, turnsPage } from "./turns.ts";

/** Waits for changes, by what the database has for it. */
export interface ChangeWatch {
  /** Resolves when something may have changed, or after `waitMs`, or when `signal` aborts. */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** The read model over tables of SQL, the same in both databases. */
export class SqlReadModel implements ReadModel {
  readonly #connection: SqlConnection;
  readonly #watch: ChangeWatch;

  constructor(connection: SqlConnection, watch: ChangeWatch) {
    this.#connection = connection;
    this.#watch = watch;
  }

  threads(query: ThreadQuery): Promise<Page<ThreadRow>> {
    return threadsPage(this.#connection, query);
  }

  thread(threadId: string, scope: ThreadScope): Promise<ThreadRow | null> {
    return oneThread(this.#connection, threadId, scope);
  }

  turns(threadId: string, query: TurnsQuery): Promise<Page<TurnView>> {
    return turnsPage(this.#connection, threadId, query);
  }

  turn(threadId: string, turnId: string, query: TurnQuery): Promise<TurnView | null> {
    return oneTurn(this.#connection, threadId, turnId, query);
  }

  items(threadId: string, query: ItemsQuery): Promise<Page<ItemRow>> {
    return itemsPage(this.#connection, threadId, query);
  }

  changes(query: ChangesQuery): Promise<readonly Change[]> {
    return changesAfter(this.#connection, query);
  }

  feedEnd(): Promise<FeedPosition> {
    return endOfFeed(this.#connection);
  }

  changed(waitMs: number, signal: AbortSignal): Promise<void> {
    return this.#watch.changed(waitMs, signal);
  }

  search(words: string, scope: ThreadScope, limit: number): Promise<readonly SearchHit[]> {
    return searched(this.#connection, words, scope, limit);
  }

  deadLetters(request: PageRequest): Promise<Page<DeadLetterRow>> {
    return deadLettersPage(this.#connection, request);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
