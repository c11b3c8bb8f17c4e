import type { RolloutEvent } from "./events.ts";
import type { HistoryMode } from "./session-meta.ts";

/**
 * The history mode that the lines of a thread are to be decoded in: that of its newest rollout's first `session_meta`;
 * legacy before any (paginated §7).
 */
export class ThreadMode {
  #mode: HistoryMode = "legacy";
  #rolloutId: string | null = null;
  #sawSession = false;

  in(rolloutId: string): HistoryMode {
    if (rolloutId !== this.#rolloutId) {
      this.#rolloutId = rolloutId;
      this.#sawSession = false;
    }
    return this.#mode;
  }

  saw(event: RolloutEvent): void {
    if (event.type !== "session_meta" || this.#sawSession) return;
    this.#sawSession = true;
    this.#mode = event.historyMode;
  }

  /** As text, for `ThreadMode.decode`. */
  encode(): string {
    return JSON.stringify([this.#mode, this.#sawSession, this.#rolloutId]);
  }

  static decode(text: string): ThreadMode {
    const [mode, sawSession, rolloutId]: [HistoryMode, boolean, string | null] = JSON.parse(text);
    const decoded = new ThreadMode();
    decoded.#mode = mode;
    decoded.#sawSession = sawSession;
    decoded.#rolloutId = rolloutId;
    return decoded;
  }
}
