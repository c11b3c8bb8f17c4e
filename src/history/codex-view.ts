import type { Integer } from "../json/index.ts";
import type { HistoryMode } from "../rollout/index.ts";
import { type FullTurn, FullTurns, type HistoryLine } from "./full-turns.ts";

/**
 * What Codex 0.169.0 answers for rollout files: events that its reader drops are ignored, lines of a paginated rollout whose
 * ordinal is not ahead are skipped, and a turn still open is interrupted, because the thread is not running.
 *
 * A fork or revert is read after the rollouts it goes on from, oldest first (paginated §3.5).
 */
export class CodexView {
  readonly #builder = new FullTurns({ uncovers: true });
  #mode: HistoryMode = "legacy";
  #rolloutId: string | null = null;
  /** The last ordinal that counted; null before the rollout's first. */
  #last: Integer | null = null;

  add(line: HistoryLine & { readonly known: boolean }): void {
    const startsRollout = line.rolloutId !== this.#rolloutId;
    this.#rolloutId = line.rolloutId;
    if (startsRollout) this.#last = null;
    const { event } = line;
    if (event?.type === "session_meta" && startsRollout) this.#mode = event.historyMode;
    if (this.#mode === "paginated") {
      if (!line.known || !this.#isNext(line.ordinal)) return;
      const isDropped = event?.type === "item_started" || event?.type === "error";
      // A fork shows what it was forked from: to its reader it goes on like a revert.
      const shown = event?.type === "session_meta" ? { ...event, forkedFromId: null } : event;
      this.#builder.add({ ...line, event: isDropped ? null : shown });
    } else if (line.counted) this.#builder.add(line);
  }

  /** A line of this rollout that was refused after its ordinal was read: it takes the ordinal all the same. */
  skip(ordinal: Integer): void {
    if (this.#mode === "paginated") this.#isNext(ordinal);
  }

  #isNext(ordinal: Integer | null): boolean {
    if (ordinal === null || (this.#last !== null && ordinal <= this.#last)) return false;
    this.#last = ordinal;
    return true;
  }

  turns(): FullTurn[] {
    return this.#builder
      .turns()
      .map((turn) => (turn.status === "inProgress" ? { ...turn, status: "interrupted" } : turn));
  }
}
