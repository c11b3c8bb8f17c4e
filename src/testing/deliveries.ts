import type { DeliveredMutation } from "./projected.ts";

/** One order in which mutations may come. */
export interface Delivery {
  /** For the name of a test. */
  readonly name: string;
  readonly mutations: readonly DeliveredMutation[];
}

export interface DeliveriesOptions {
  /** How many random ones, beside those that are always there. @default 20, which find what hand-written orders miss */
  readonly random?: number;
  /** The same seed gives the same orders. @default 1 */
  readonly seed?: number;
}

type Random = () => number;

/**
 * Orders in which a consumer may get these mutations: each topic in its own order, the topics mixed in any way, and, after a
 * replay, a restart or behind a client that leaks aborted records, any stretch of a topic once more. A table that ends the
 * same after each of them is right.
 *
 * @param mutations as the workers publish them
 */
export function deliveriesOf(
  mutations: readonly DeliveredMutation[],
  { random = 20, seed = 1 }: DeliveriesOptions = {},
): Delivery[] {
  const topics = [...Map.groupBy(mutations, ({ mutation }) => mutation.type).values()];
  const next = randomOf(seed);
  const always: Delivery[] = [
    { name: "as it was published", mutations },
    { name: "each mutation twice", mutations: mutations.flatMap((one) => [one, one]) },
    { name: "all of it twice", mutations: [...mutations, ...mutations] },
    { name: "the last half once more", mutations: [...mutations, ...mutations.slice(mutations.length / 2)] },
    { name: "topic by topic", mutations: topics.flat() },
    { name: "topic by topic, the other way round", mutations: [...topics].reverse().flat() },
  ];
  const drawn = Array.from({ length: random }, (_, n): Delivery => {
    const streams = topics.map((stream) => withRepeats(stream, next));
    return { name: `seed ${seed}, order ${n + 1}`, mutations: mixed(streams, next) };
  });
  return [...always, ...drawn];
}

/**
 * Orders that no topic has: whatever comes comes at any place, and some of it twice. A table that is guarded by generation
 * and source offset ends the same after these, too.
 */
export function shuffledDeliveriesOf(
  mutations: readonly DeliveredMutation[],
  { random = 20, seed = 1 }: DeliveriesOptions = {},
): Delivery[] {
  const next = randomOf(seed);
  return Array.from({ length: random }, (_, n) => {
    const all = mutations.flatMap((one) => (next() < 0.2 ? [one, one] : [one]));
    const keyed = all.map((one) => ({ one, at: next() }));
    keyed.sort((a, b) => a.at - b.at);
    return { name: `seed ${seed}, shuffle ${n + 1}`, mutations: keyed.map(({ one }) => one) };
  });
}

/** Up to three times, some of what came comes again, and what follows it. */
function withRepeats(stream: readonly DeliveredMutation[], next: Random): DeliveredMutation[] {
  const repeated: DeliveredMutation[] = [];
  let at = 0;
  for (let repeats = below(4, next); repeats > 0; repeats--) {
    const until = at + below(stream.length - at + 1, next);
    repeated.push(...stream.slice(at, until));
    at = below(until + 1, next);
  }
  return [...repeated, ...stream.slice(at)];
}

/** Streams as one, each in its order. */
function mixed(streams: readonly (readonly DeliveredMutation[])[], next: Random): DeliveredMutation[] {
  const waiting = streams.map((stream) => ({ stream, at: 0 }));
  const out: DeliveredMutation[] = [];
  for (;;) {
    const left = waiting.filter(({ stream, at }) => at < stream.length);
    const drawn = left[below(left.length, next)];
    if (drawn === undefined) return out;
    const count = 1 + below(5, next);
    out.push(...drawn.stream.slice(drawn.at, drawn.at + count));
    drawn.at += count;
  }
}

function below(limit: number, next: Random): number {
  return Math.floor(next() * limit);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixedBits = Math.imul(state ^ (state >>> 15), 1 | state);
    mixedBits = (mixedBits + Math.imul(mixedBits ^ (mixedBits >>> 7), 61 | mixedBits)) ^ mixedBits;
    return ((mixedBits ^ (mixedBits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
