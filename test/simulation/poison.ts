import type { Mutation, ObserverName } from "../../src/projections/index.ts";
import type { Random } from "./random.ts";
import { isSamePlace, type Place, type SimulatedThread } from "./workload.ts";

/** A line on which an observer throws, every time. */
export interface Poison {
  readonly threadId: string;
  readonly place: Place;
}

/** A line of one of the threads that gives a mutation; not its first line, which says what the thread is. */
export function drawPoison(random: Random, threads: readonly SimulatedThread[], observer: ObserverName): Poison | null {
  const thread = random.pick(threads);
  const places = thread
    .expected(observer, null)
    .mutations.map(({ rolloutId, sourcePosition: position }) => ({ rolloutId, position }));
  const possible = places.filter(({ position }) => position > 0);
  return possible.length === 0 ? null : { threadId: thread.id, place: random.pick(possible) };
}

export function isPoisoned(poison: Poison | null, { threadId, rolloutId, sourcePosition }: Mutation): boolean {
  return poison?.threadId === threadId && isSamePlace({ rolloutId, position: sourcePosition }, poison.place);
}
