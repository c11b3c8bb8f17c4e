import type { Decision, Decisions } from "../worker/index.ts";

/** What holds for the threads that stopped: as the file has it, and what came since. */
export class EmbeddedDecisions implements Decisions {
  version = 0;
  readonly #decisions = new Map<string, Decision>();

  constructor(stored: readonly Decision[]) {
    for (const decision of stored) this.#put(decision);
  }

  /** Each is there at once. */
  settled(): Promise<void> {
    return Promise.resolve();
  }

  read(): Promise<readonly Decision[]> {
    return Promise.resolve(this.all);
  }

  get all(): Decision[] {
    return [...this.#decisions.values()];
  }

  add(decision: Decision): void {
    this.#put(decision);
    this.version += 1;
  }

  #put(decision: Decision): void {
    this.#decisions.set(`${decision.observer} ${decision.offset}`, decision);
  }
}
