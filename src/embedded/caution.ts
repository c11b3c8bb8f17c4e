import type { Crashes, EmbeddedHistory, RecordPlace } from "../sqlite/index.ts";

/** Starts in a row that did not get to the end of what was there, after which records are taken one by one. */
const CRASHED_STARTS = 3;
/** Times in a row that the process ended at one record, after which it is not taken any more. */
const CRASHES_AT_RECORD = 3;
/** More records than a round has: the one that ended the process was among them. */
const CAUTIOUS_RECORDS = 10_000;

/**
 * Finds the record that ends the process, whatever it is. The workers know records by their offsets; but what was not committed is
 * read again, and comes at other offsets when files have changed. Here a record is known by its place in its rollout.
 */
export class Caution {
  readonly #history: Pick<EmbeddedHistory, "crashes" | "noteCrashes">;
  #crashes: Crashes;
  #left: number;

  /** `isFirst`: whether the process has just started. */
  constructor(history: Pick<EmbeddedHistory, "crashes" | "noteCrashes">, isFirst: boolean) {
    this.#history = history;
    this.#crashes = history.crashes();
    this.#left = this.#crashes.starts >= CRASHED_STARTS ? CAUTIOUS_RECORDS : 0;
    if (isFirst) this.#note(afterCrash(this.#crashes));
  }

  /** Whether the next record is to be taken by itself. */
  get isNeeded(): boolean {
    return this.#left > 0;
  }

  isCulprit(record: RecordPlace): boolean {
    const { suspect } = this.#crashes;
    return suspect !== null && suspect.count >= CRASHES_AT_RECORD && isSame(suspect, record);
  }

  /** A record is going to be taken, the one before did no harm. If the process ends now, it is this one. */
  take({ threadId, rolloutId, position }: RecordPlace): void {
    const { starts, taking, suspect } = this.#crashes;
    const isCleared = taking !== null && suspect !== null && isSame(taking, suspect);
    this.#left -= 1;
    if (this.#left === 0) this.end();
    else this.#note({ starts, taking: { threadId, rolloutId, position }, suspect: isCleared ? null : suspect });
  }

  /** What was there is done, or the work ends in order. */
  end(): void {
    this.#left = 0;
    this.#note({ starts: 0, taking: null, suspect: null });
  }

  #note(crashes: Crashes): void {
    this.#crashes = crashes;
    this.#history.noteCrashes(crashes);
  }
}

/** What is known once a process starts, by what the one before left. */
function afterCrash({ starts, taking, suspect }: Crashes): Crashes {
  const isAgain = taking !== null && suspect !== null && isSame(taking, suspect);
  const count = isAgain ? suspect.count + 1 : 1;
  return { starts: starts + 1, taking: null, suspect: taking === null ? suspect : { ...taking, count } };
}

function isSame(a: RecordPlace, b: RecordPlace): boolean {
  return a.threadId === b.threadId && a.rolloutId === b.rolloutId && a.position === b.position;
}
