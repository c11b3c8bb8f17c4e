import type { Random } from "./random.ts";

/** Whoever waits: a process, which may be frozen or dead, or the surroundings, which are neither. */
export interface Actor {
  readonly name: string;
  readonly isFrozen: boolean;
  readonly isDead: boolean;
}

interface Step {
  readonly actor: Actor;
  readonly name: string;
  readonly readyAt: number;
  readonly signal: AbortSignal | undefined;
  readonly run: () => void;
}

/** How many turns of the microtask queue a step gets to come to its next wait; none needs so many. More would only be another interleaving. */
const TURNS = 24;
/** So many turns are waited even where the next wait is known: a step may come to several. */
const FEWEST_TURNS = 8;

/** Decides what happens next: everything that anybody waits for is a step, and steps are drawn by the seed. */
export class Scheduler {
  /** Milliseconds. */
  now = 0;
  /** Steps taken so far. */
  taken = 0;
  /** What happened, in words; kept only when somebody wants to read it. */
  readonly trace: string[] | null;
  /** Tells whether two runs took the same steps (FNV-1a). */
  hash = 0x811c9dc5;
  readonly #random: Random;
  #steps: Step[] = [];
  #added = 0;

  constructor(random: Random, isTraced: boolean) {
    this.#random = random;
    this.trace = isTraced ? [] : null;
  }

  /** Waits until the step is drawn, `delayMs` from now at the earliest, and answers what `work` does then. */
  step<T>(actor: Actor, name: string, delayMs: number, work: () => T, signal?: AbortSignal): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const step: Step = {
      actor,
      name,
      readyAt: this.now + delayMs,
      signal,
      run: () => {
        if (signal?.aborted === true) {
          resolve(undefined);
          return;
        }
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      },
    };
    this.#add(step);
    return promise;
  }

  /** Has something happen later, which nobody waits for. */
  at(actor: Actor, name: string, delayMs: number, work: () => void): void {
    this.#add({ actor, name, readyAt: this.now + delayMs, signal: undefined, run: work });
  }

  /** Takes one step, moving time on if nothing is ready. False when nothing is left to happen. */
  async advance(): Promise<boolean> {
    let ready = this.#ready();
    if (ready.length === 0) {
      const next = this.#next();
      if (next === undefined) return false;
      this.now = next;
      ready = this.#ready();
    }
    const step = this.#random.pick(ready);
    const index = this.#steps.indexOf(step);
    this.#steps.splice(index, 1);
    this.note(step.actor, step.name);
    this.#mix(this.now);
    this.#mix(index);
    this.#mix(step.name.length);
    this.taken += 1;
    const added = this.#added;
    step.run();
    for (let turn = 0; turn < TURNS && !(turn >= FEWEST_TURNS && this.#added > added); turn++) await Promise.resolve();
    return true;
  }

  note(actor: Actor, what: string): void {
    this.trace?.push(`${this.now} ${actor.name} ${what}`);
  }

  #mix(value: number): void {
    this.hash = Math.imul(this.hash ^ value, 0x01000193);
  }

  /** What can happen now. Who is told to stop waits no longer; who is dead waits for nothing. */
  #ready(): Step[] {
    return this.#steps.filter(
      ({ actor, readyAt, signal }) =>
        !actor.isFrozen && !actor.isDead && (readyAt <= this.now || signal?.aborted === true),
    );
  }

  /** When something can happen next. */
  #next(): number | undefined {
    let next: number | undefined;
    for (const { actor, readyAt } of this.#steps)
      if (!actor.isFrozen && !actor.isDead && (next === undefined || readyAt < next)) next = readyAt;
    return next;
  }

  #add(step: Step): void {
    this.#added += 1;
    this.#steps.push(step);
  }
}
