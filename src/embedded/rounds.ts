import { setImmediate as turn } from "node:timers/promises";
import type { EmbeddedHistory } from "../sqlite/index.ts";
import type { Offset } from "../worker/index.ts";
import { Bell } from "./bell.ts";
import type { EmbeddedLog } from "./embedded-log.ts";
import type { ObserverPart } from "./observer-part.ts";

/** What is not part of a round, such as that a file holds nothing new, is committed after so long. */
const IDLE_COMMIT_MS = 1_000;

interface RoundsListener {
  /** A round is about to begin: answers how many records it may have. */
  beginning(): number;
  committed(end: Offset): void;
}

/**
 * Round after round: the observers take all that was read; when all three are done, what they made, their state and offsets, and
 * how much of which rollout was read are committed together. A crash goes back to the end of a round, and what came after is read
 * from the rollouts again.
 */
export class Rounds {
  readonly #log: EmbeddedLog;
  readonly #parts: readonly ObserverPart[];
  readonly #history: EmbeddedHistory;
  readonly #listener: RoundsListener;
  readonly #ended = new Bell();
  #isUnderWay = false;

  constructor(log: EmbeddedLog, parts: readonly ObserverPart[], history: EmbeddedHistory, listener: RoundsListener) {
    this.#log = log;
    this.#parts = parts;
    this.#history = history;
    this.#listener = listener;
  }

  /** Until `over` aborts; a round that began is ended, unless `broken` aborts. @throws EmbeddedError */
  async run(over: AbortSignal, broken: AbortSignal): Promise<void> {
    const either = AbortSignal.any([over, broken]);
    while (!either.aborted) {
      await this.#log.arrived(either);
      if (!either.aborted) await this.#round(broken);
    }
    if (!broken.aborted) this.#history.commit();
  }

  async #round(broken: AbortSignal): Promise<void> {
    this.#isUnderWay = true;
    const end = this.#log.beginRound(this.#listener.beginning());
    await Promise.all(this.#parts.map((part) => part.reached(end, broken)));
    if (broken.aborted) return;
    this.#history.write(this.#parts.map((part) => part.changes()));
    this.#log.settle();
    // Whoever was told notes it in this transaction, before anything else has its turn.
    await turn();
    if (broken.aborted) return;
    this.#history.commit();
    this.#isUnderWay = false;
    this.#log.endRound();
    this.#listener.committed(end);
    this.#ended.ring();
  }

  /** Resolves once all that was settled stands, or `broken` aborts. */
  async standing(broken: AbortSignal): Promise<void> {
    if (this.#isUnderWay) await this.#ended.rung(broken);
    else if (!broken.aborted) this.#history.commit();
  }

  /** Commits what no round does, now and then, until `over` aborts. @throws EmbeddedError */
  async commitIdly(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#ended.rung(over, IDLE_COMMIT_MS);
      if (!this.#isUnderWay && !over.aborted) this.#history.commit();
    }
  }
}
