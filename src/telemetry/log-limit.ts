/** So many messages of a kind are logged in a window of time; the rest are counted, and metrics count them all. */
const MAX_IN_WINDOW = 5;
const WINDOW_MS = 10_000;

interface Window {
  until: number;
  told: number;
  untold: number;
}

/** Keeps a flood of messages of one kind out of the log. */
export class LogLimit {
  readonly #windows = new Map<string, Window>();

  /** How many of the kind were left out since the last one told; undefined when this one is to be left out too. */
  untold(kind: string, now: number): number | undefined {
    const window = this.#windows.get(kind) ?? { until: now + WINDOW_MS, told: 0, untold: 0 };
    this.#windows.set(kind, window);
    if (now >= window.until) {
      window.until = now + WINDOW_MS;
      window.told = 0;
    }
    if (window.told >= MAX_IN_WINDOW) {
      window.untold += 1;
      return undefined;
    }
    const { untold } = window;
    window.told += 1;
    window.untold = 0;
    return untold;
  }
}
