import type { Random } from "./random.ts";

/** What may go wrong at a step that a worker waits for. */
export const STEP_FAULTS = [
  /** kill -9. */
  "crash",
  /** SIGSTOP, for longer than a session. */
  "freeze",
  /** The request is lost. */
  "request-lost",
  /** It is done, and the reply is lost. */
  "reply-lost",
  /** It takes long: a call that is given up meanwhile still happens. */
  "late",
  /** A transaction is written and never ended: it stays open. */
  "left-open",
  /** A transaction is decided on, and its markers, with the offset, show only later. */
  "markers-late",
] as const;

/** What may go wrong in the surroundings, at any time. */
export const WORLD_FAULTS = [
  "rebalance",
  "add-worker",
  "drain-worker",
  "store-down",
  "store-flushed",
  "store-key-lost",
  "store-rolled-back",
  "registry-down",
  "reset-offsets",
  "hold-back",
  "append",
] as const;

export type StepFault = (typeof STEP_FAULTS)[number];
export type WorldFault = (typeof WORLD_FAULTS)[number];
export type FaultName = StepFault | WorldFault;

export const ALL_FAULTS: readonly FaultName[] = [...STEP_FAULTS, ...WORLD_FAULTS];

/** Draws faults for a run, at most so many; counts at which step each was drawn. */
export class Faults {
  /** `fault @ step`, and how often. */
  readonly drawn: string[] = [];
  readonly #random: Random;
  readonly #stepFaults: readonly StepFault[];
  readonly #rate: number;
  #left: number;

  constructor(random: Random, allowed: readonly FaultName[], most: number, rate: number) {
    this.#random = random;
    this.#stepFaults = STEP_FAULTS.filter((name) => allowed.includes(name));
    this.#left = most;
    this.#rate = rate;
  }

  /** What goes wrong at this step; undefined when nothing does. */
  at(step: string): StepFault | undefined {
    if (this.#left <= 0 || this.#stepFaults.length === 0 || !this.#random.chance(this.#rate)) return undefined;
    const fault = this.#random.pick(this.#stepFaults);
    if (!isPossible(fault, step)) return undefined;
    this.#left -= 1;
    this.drawn.push(`${fault} @ ${step}`);
    return fault;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#left = 0;
  }
}

function isPossible(fault: StepFault, step: string): boolean {
  switch (fault) {
    case "crash":
    case "freeze":
      return true;
    case "left-open":
    case "markers-late":
      return step === "commit";
    case "request-lost":
    case "reply-lost":
    case "late":
      return !["sleep", "take", "confirm"].includes(step);
  }
}
