import type { PartitionName } from "./partition-name.ts";
import type { Decision, Offset } from "./records.ts";

/** The decisions topic: what holds for the threads that stopped. */
export interface Decisions {
  /**
   * Until all that was decided before now can be read, also what a transaction of another partition still hides; or until
   * `signal` aborts.
   */
  settled(signal: AbortSignal): Promise<void>;
  /** All decisions that can be read now. */
  read(): Promise<readonly Decision[]>;
  /** Raised with every decision that comes in later. */
  readonly version: number;
}

/** A decision of this worker's own, and what the topic said of the record when it was made. */
interface OwnDecision {
  readonly decision: Decision;
  readonly before: Decision | undefined;
}

/** The decisions for one partition of one observer, by record, as one owner of it knows them. */
export class DecisionTable {
  readonly #name: PartitionName;
  #read: ReadonlyMap<Offset, Decision> = new Map();
  readonly #own = new Map<Offset, OwnDecision>();

  constructor(name: PartitionName) {
    this.#name = name;
  }

  /** Takes what the topic says now. */
  renew(decisions: readonly Decision[]): void {
    const { observer, partition } = this.#name;
    const ours = decisions.filter((decision) => decision.observer === observer && decision.partition === partition);
    this.#read = new Map(ours.map((decision) => [decision.offset, decision]));
    for (const [offset, { before }] of this.#own) if (!isSame(this.#read.get(offset), before)) this.#own.delete(offset);
  }

  /** A decision that was committed holds at once: the topic may show it only later. */
  note(decision: Decision): void {
    this.#own.set(decision.offset, { decision, before: this.#read.get(decision.offset) });
  }

  at(offset: Offset): Decision | undefined {
    return this.#own.get(offset)?.decision ?? this.#read.get(offset);
  }

  /** Threads that have stopped. */
  get stopped(): number {
    return this.#all().filter(({ isDone }) => !isDone).length;
  }

  /** Those that ask for something that was not done yet. */
  open(): Decision[] {
    return this.#all().filter(({ action, isDone }) => action !== "hold" && !isDone);
  }

  #all(): Decision[] {
    const own = [...this.#own].map(([offset, { decision }]) => [offset, decision] as const);
    return [...new Map([...this.#read, ...own]).values()];
  }
}

function isSame(a: Decision | undefined, b: Decision | undefined): boolean {
  return a?.action === b?.action && a?.isDone === b?.isDone && a?.reason === b?.reason;
}
