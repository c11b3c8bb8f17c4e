import type { Thread } from "./thread.ts";

/** The threads in memory, least recently used first. */
export class ThreadCache {
  readonly #threads = new Map<string, Thread>();

  get(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  put(thread: Thread): void {
    this.#threads.delete(thread.id);
    this.#threads.set(thread.id, thread);
  }

  /** Moves a thread to the end of those that may go. */
  use(id: string): Thread | undefined {
    const thread = this.#threads.get(id);
    if (thread !== undefined) this.put(thread);
    return thread;
  }

  *dirty(): Iterable<Thread> {
    for (const thread of this.#threads.values()) if (thread.isDirty) yield thread;
  }

  /** About how much memory they take. */
  bytes(): number {
    let bytes = 0;
    for (const thread of this.#threads.values()) bytes += thread.bytes;
    return bytes;
  }

  /** Lets go of the threads used longest ago until the rest fits. Only what `canGo`: it can be read back. */
  trim(maxBytes: number, canGo: (thread: Thread) => boolean): void {
    let bytes = this.bytes();
    if (bytes <= maxBytes) return;
    for (const [id, thread] of this.#threads) {
      if (bytes <= maxBytes) return;
      if (!canGo(thread)) continue;
      this.#threads.delete(id);
      bytes -= thread.bytes;
    }
  }
}
