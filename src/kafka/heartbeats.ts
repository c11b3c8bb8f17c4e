/** An answered heartbeat. */
export interface Heartbeat {
  readonly memberId: string;
  readonly generation: number;
}

/** Tells who waits for them of the heartbeats of one consumer, in order. */
export class Heartbeats {
  readonly #listeners = new Set<(beat: Heartbeat) => void>();

  answered(beat: Heartbeat): void {
    for (const listener of [...this.#listeners]) listener(beat);
  }

  /**
   * Resolves to true after two successive heartbeats of `memberId` in one generation, to false when `signal` aborts. The first
   * may have been sent before the call; the second was sent after the first was answered.
   */
  async confirm(memberId: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    let before: number | undefined;
    const listener = (beat: Heartbeat) => {
      if (beat.memberId !== memberId) return;
      if (beat.generation === before) resolve(true);
      before = beat.generation;
    };
    const onAbort = () => resolve(false);
    this.#listeners.add(listener);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await promise;
    } finally {
      this.#listeners.delete(listener);
      signal.removeEventListener("abort", onAbort);
    }
  }
}
