import { HaltError, type WorkerEnd } from "../../src/worker/index.ts";
import type { Actor } from "./scheduler.ts";

interface Life {
  readonly partition: number;
  readonly drain: AbortController;
  isOver: boolean;
  ended: Promise<void>;
}

/** Runs the worker of a partition until `drain` aborts. */
export type RunPartition = (host: Host, partition: number, drain: AbortSignal) => Promise<WorkerEnd>;

export interface HostEvents {
  readonly halted: (partition: number, error: HaltError) => void;
  /** The partition turned out to be another's. */
  readonly lost: (host: Host) => void;
  /** A defect: a worker must end in one of the ways that it names. */
  readonly failed: (error: unknown) => void;
}

/** The same for all: to make an error for each costs more than the worker's answer to it. */
const TOLD = "told to stop";

/** A process with the workers of its partitions. Dead, it gets no answer any more; frozen, none until it thaws. */
export class Host implements Actor {
  readonly name: string;
  isFrozen = false;
  isDead = false;
  /** Told to stop: it takes no further partition. */
  isLeaving = false;
  /** In the consumer group, as the group sees it. */
  isMember = false;
  readonly #run: RunPartition;
  readonly #events: HostEvents;
  readonly #lives = new Map<number, Life>();

  constructor(name: string, run: RunPartition, events: HostEvents) {
    this.name = name;
    this.#run = run;
    this.#events = events;
  }

  get hasLives(): boolean {
    return [...this.#lives.values()].some(({ isOver }) => !isOver);
  }

  owns(partition: number): boolean {
    const life = this.#lives.get(partition);
    return life !== undefined && !life.isOver && !life.drain.signal.aborted;
  }

  /** Never two lives of one partition at once in one process. */
  begin(partition: number): void {
    const before = this.#lives.get(partition);
    before?.drain.abort(TOLD);
    const drain = new AbortController();
    const life: Life = { partition, drain, isOver: false, ended: Promise.resolve() };
    life.ended = (before?.ended ?? Promise.resolve()).then(() => this.#live(life));
    this.#lives.set(partition, life);
  }

  drainAll(): void {
    for (const { drain } of this.#lives.values()) drain.abort(TOLD);
  }

  async #live(life: Life): Promise<void> {
    try {
      if (life.drain.signal.aborted) return;
      const end = await this.#run(this, life.partition, life.drain.signal);
      if (end === "lost") this.#events.lost(this);
    } catch (error) {
      if (error instanceof HaltError) this.#events.halted(life.partition, error);
      else this.#events.failed(error);
    } finally {
      life.isOver = true;
    }
  }
}
