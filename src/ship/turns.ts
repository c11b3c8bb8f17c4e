/** Whose turn it is: threads with something new before those whose history is still to be sent. */
export class Turns {
  /** In the order in which they were told; told twice is waiting once. */
  readonly #touched = new Set<string>();
  readonly #history = new Set<string>();
  #arrived: (() => void) | undefined;

  touch(threadId: string): void {
    this.#history.delete(threadId);
    this.#touched.add(threadId);
    this.#arrived?.();
  }

  addHistory(threadId: string): void {
    if (!this.#touched.has(threadId)) this.#history.add(threadId);
    this.#arrived?.();
  }

  /** The next thread. It is no longer waiting then. */
  next(): string | undefined {
    for (const waiting of [this.#touched, this.#history]) {
      for (const threadId of waiting) {
        waiting.delete(threadId);
        return threadId;
      }
    }
    return undefined;
  }

  get isEmpty(): boolean {
    return this.#touched.size + this.#history.size === 0;
  }

  /** Resolves when a thread waits for its turn, or `signal` aborts. */
  async waiting(signal: AbortSignal): Promise<void> {
    if (!this.isEmpty || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const over = (): void => resolve();
    this.#arrived = over;
    signal.addEventListener("abort", over, { once: true });
    await promise;
    signal.removeEventListener("abort", over);
    this.#arrived = undefined;
  }
}
