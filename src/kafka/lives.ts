import { settlesWithin } from "./time-limit.ts";

/** Runs a life until it ends by itself or soon after `drain` aborts. */
export type Live = (drain: AbortSignal) => Promise<void>;

interface Life {
  readonly drain: AbortController;
  readonly ended: Promise<void>;
}

/** The lives of partitions in this process: never two of one partition at once. */
export class Lives {
  readonly #lives = new Map<number, Life>();

  get partitions(): readonly number[] {
    return [...this.#lives.keys()];
  }

  /** Begins a life once the partition's last one has ended, unless it is drained by then. `live` must not throw. */
  begin(partition: number, live: Live): void {
    const before = this.#lives.get(partition);
    before?.drain.abort();
    const drain = new AbortController();
    const ended = (before?.ended ?? Promise.resolve())
      .then(() => (drain.signal.aborted ? undefined : live(drain.signal)))
      .finally(() => {
        if (this.#lives.get(partition)?.drain === drain) this.#lives.delete(partition);
      });
    this.#lives.set(partition, { drain, ended });
  }

  /** Ends all lives. Resolves when they have ended, or after `ms`, to the partitions whose lives have not. */
  async drain(ms: number): Promise<readonly number[]> {
    const lives = [...this.#lives.values()];
    for (const { drain } of lives) drain.abort();
    const inTime = await settlesWithin(ms, Promise.all(lives.map(({ ended }) => ended)));
    return inTime ? [] : this.partitions;
  }
}
