import { getJson, queryText } from "./api.ts";
import { LIMITS } from "./limits.ts";
import type { Change } from "./types.ts";

export type Connection = "connecting" | "live" | "broken";

export interface LiveListener {
  readonly onChange: (change: Change) => void;
  readonly onConnection: (connection: Connection) => void;
  /** Changes may have been missed: what is shown must be read again. */
  readonly onGap: () => void;
  /** The stream was refused, as when the sign-in ended. */
  readonly onRefused: (error: unknown) => void;
}

const TYPES: readonly Change["type"][] = ["thread", "turn", "item", "lifecycle"];

/**
 * Follows a stream of changes. After an interruption it goes on after the last change it got; where it got none, or that is
 * refused, a new stream is opened and what is shown is read again. A hidden page has no stream: browsers allow few at once.
 */
export class Live {
  readonly #path: string;
  readonly #types: readonly Change["type"][];
  readonly #listener: LiveListener;
  #source: EventSource | null = null;
  #position: string | null = null;
  #waitMs: number = LIMITS.reconnectMs;
  #timer: number | undefined;
  #isClosed = false;

  constructor(path: string, listener: LiveListener, types: readonly Change["type"][] = TYPES) {
    this.#path = path;
    this.#types = types;
    this.#listener = listener;
    document.addEventListener("visibilitychange", this.#showOrHide);
  }

  /** Resolves when nothing that changes from then on is missed, or when the stream cannot be had. */
  open(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const source = new EventSource(this.#path + queryText({ after: this.#position }));
    this.#source = source;
    source.onopen = () => {
      this.#waitMs = LIMITS.reconnectMs;
      this.#listener.onConnection("live");
      resolve();
    };
    source.onerror = () => {
      this.#listener.onConnection("broken");
      if (source.readyState === EventSource.CLOSED) this.#openLater();
      resolve();
    };
    for (const type of this.#types)
      source.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        this.#position = lastEventId;
        this.#listener.onChange(JSON.parse(data) as Change);
      });
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#source?.close();
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#showOrHide);
  }

  readonly #showOrHide = (): void => {
    clearTimeout(this.#timer);
    if (document.hidden) this.#source?.close();
    else if (this.#source?.readyState === EventSource.CLOSED) void this.#openAgain();
  };

  /** A refusal ends an EventSource for good. */
  #openLater(): void {
    if (this.#isClosed || document.hidden) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#openAgain(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, LIMITS.reconnectMostMs);
  }

  async #openAgain(): Promise<void> {
    try {
      // An EventSource does not tell why it was refused.
      await getJson("/v1/threads", { limit: 1 });
    } catch (error) {
      this.#listener.onRefused(error);
      return this.#openLater();
    }
    if (this.#isClosed) return;
    const position = this.#position;
    await this.open();
    const isOpen = this.#source?.readyState === EventSource.OPEN;
    if (isOpen && position === null) this.#listener.onGap();
    // The history may have been made anew, and the place be none of it.
    if (!isOpen) this.#position = null;
  }
}
