/** Rings again and again, for whoever waits for it. */
export class Bell {
  #next = Promise.withResolvers<void>();

  ring(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers<void>();
    resolve();
  }

  /** Resolves when it rings next, or after `waitMs`, or when `signal` aborts. */
  async rung(signal: AbortSignal, waitMs?: number): Promise<void> {
    if (signal.aborted) return;
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    signal.addEventListener("abort", end, { once: true });
    const timer = waitMs === undefined ? undefined : setTimeout(end, waitMs);
    await Promise.race([this.#next.promise, over.promise]);
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
