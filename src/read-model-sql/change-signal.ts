/** Longest wait of a reader that was not here before: what changed since it read is not known. */
const FIRST_WAIT_MS = 250;

/**
 * Wakes readers of the feed. A reader goes by its `AbortSignal`: what changed since its last wait ended wakes it at once, so
 * that nothing is missed between reading and waiting.
 */
export class ChangeSignal {
  #count = 0;
  readonly #seen = new WeakMap<AbortSignal, number>();
  readonly #waiting = new Set<() => void>();

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Something may have changed. */
  notify(): void {
    this.#count += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  async wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const seen = this.#seen.get(signal);
    if (!signal.aborted && (seen === undefined || seen === this.#count))
      await this.#wakeOr(seen === undefined ? Math.min(waitMs, FIRST_WAIT_MS) : waitMs, signal);
    this.#seen.set(signal, this.#count);
  }

  #wakeOr(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      signal.addEventListener("abort", wake);
      this.#waiting.add(wake);
    });
  }
}
