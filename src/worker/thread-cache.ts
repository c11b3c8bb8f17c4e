import type { Thread } from "./thread.ts";

/** Summing up what all threads take costs as much as there are: it is done once for so many that came in. */
const LOOK_EVERY = 1_000;

/** The threads in memory, least recently used first. */
export class ThreadCache {
  readonly #threads = new Map<string, Thread>();
  /** Came in since their memory was last summed up. */
  #unseen = 0;

  get(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  put(thread: Thread): void {
    this.#unseen += 1;
    this.#threads.set(thread.id, thread);
  }

  /** Moves a thread to the end of those that may go. */
  use(id: string): Thread | undefined {
    const thread = this.#threads.get(id);
    if (thread === undefined) return undefined;
    this.#threads.delete(id);
    this.#threads.set(id, thread);
    return thread;
  }

  *dirty(): Iterable<Thread> {
    for (const thread of this.#threads.values()) if (thread.isDirty) yield thread;
  }

  /** Whether enough came in to look again at what all take. */
  get hasGrown(): boolean {
    return this.#unseen >= LOOK_EVERY;
  }

  /** Lets go of the threads used longest ago until the rest fits. Only what `canGo`: it can be read back. */
  trim(maxBytes: number, canGo: (thread: Thread) => boolean): void {
    this.#unseen = 0;
    let bytes = 0;
    for (const thread of this.#threads.values()) bytes += thread.bytes;
    for (const [id, thread] of this.#threads) {
      if (bytes <= maxBytes) return;
      if (!canGo(thread)) continue;
      this.#threads.delete(id);
      bytes -= thread.bytes;
    }
  }
}
