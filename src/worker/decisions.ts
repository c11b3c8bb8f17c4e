import type { PartitionName } from "./partition-name.ts";
import type { Decision, Offset } from "./records.ts";

/** The decisions topic: what holds for the threads that stopped. */
export interface Decisions {
  /** All decisions made until now. */
  read(): Promise<readonly Decision[]>;
  /** Raised with every decision that comes in later. */
  readonly version: number;
}

/** The decisions for one partition of one observer, by record. */
export class DecisionTable {
  readonly #byOffset: ReadonlyMap<Offset, Decision>;

  constructor(decisions: readonly Decision[], { observer, partition }: PartitionName) {
    const ours = decisions.filter((decision) => decision.observer === observer && decision.partition === partition);
    this.#byOffset = new Map(ours.map((decision) => [decision.offset, decision]));
  }

  at(offset: Offset): Decision | undefined {
    return this.#byOffset.get(offset);
  }

  /** Threads that have stopped. */
  get stopped(): number {
    return [...this.#byOffset.values()].filter(({ isDone }) => !isDone).length;
  }

  /** Those that ask for something that was not done yet. */
  open(): Decision[] {
    return [...this.#byOffset.values()].filter(({ action, isDone }) => action !== "hold" && !isDone);
  }
}
