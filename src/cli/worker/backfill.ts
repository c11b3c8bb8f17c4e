import type { ObserverName } from "../../projections/index.ts";
import type { Offset } from "../../worker/index.ts";
import type { PartitionEnd } from "./observer-runner.ts";

export interface HaltedPartition {
  readonly observer: ObserverName;
  readonly partition: number;
  readonly reason: string;
}

/** `--once`: the work up to the end of each partition as it was at the start. */
export class Backfill {
  readonly halted: HaltedPartition[] = [];
  readonly #ends: ReadonlyMap<number, Offset>;
  readonly #open = new Map<ObserverName, Set<number>>();
  readonly #ours = new Map<ObserverName, ReadonlySet<number>>();
  readonly #done = Promise.withResolvers<void>();

  /** @param ends one past the last offset of each partition */
  constructor(observers: readonly ObserverName[], ends: ReadonlyMap<number, Offset>) {
    this.#ends = ends;
    for (const observer of observers) this.#open.set(observer, new Set(ends.keys()));
  }

  /** Resolves when every partition is done, for every observer. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  readonly until = (partition: number): Offset | undefined => this.#ends.get(partition);

  readonly assigned = (observer: ObserverName, partitions: readonly number[]): void => {
    this.#ours.set(observer, new Set(partitions));
  };

  readonly ended = (observer: ObserverName, partition: number, end: PartitionEnd): void => {
    if (end.outcome === "halted") this.halted.push({ observer, partition, reason: end.reason });
    this.#close(observer, partition);
  };

  /** What the group has committed: partitions that another process works on are done by it. */
  committed(observer: ObserverName, offsets: ReadonlyMap<number, Offset>): void {
    const ours = this.#ours.get(observer);
    for (const [partition, offset] of offsets)
      if (ours?.has(partition) !== true && offset >= (this.#ends.get(partition) ?? Number.POSITIVE_INFINITY))
        this.#close(observer, partition);
  }

  #close(observer: ObserverName, partition: number): void {
    this.#open.get(observer)?.delete(partition);
    if ([...this.#open.values()].every((partitions) => partitions.size === 0)) this.#done.resolve();
  }
}
