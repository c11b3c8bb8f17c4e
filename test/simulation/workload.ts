import fc from "fast-check";
import { stringifyPlain } from "../../src/json/index.ts";
import { type Mutation, type ObserverName, startObserver } from "../../src/projections/index.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";
import { type TestThread, threads } from "../support/generators.ts";
import { observedLines } from "../support/threads.ts";
import type { Random } from "./random.ts";

/** Real-shaped threads to draw from: making one costs more than a run. */
const TEMPLATES = 100;
const SEED = 1;
/** How many lines of a thread are sent: few lengths, so that what is expected of each is worked out once. */
const LENGTHS = [3, 7, 12, 20, 40];

/** What one observer makes of a thread. */
export interface Expected {
  readonly mutations: readonly Mutation[];
  /** The same as text, for comparing: equal mutations have equal texts, and none have that differ. */
  readonly texts: readonly string[];
}

/** A record, its bytes, and the envelope that they are. */
export interface Envelope {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly record: RolloutRecord;
}

/** A line of a thread. */
export type Place = Pick<RolloutRecord, "rolloutId" | "position">;

/** A thread of a run: the records it sends, and what one observer makes of them in one process that never stops. */
export interface SimulatedThread {
  readonly id: string;
  readonly envelopes: readonly Envelope[];
  /** `without`: the line that is left out, if one is. */
  expected(observer: ObserverName, without: Place | null): Expected;
}

let templates: readonly TestThread[] | undefined;
const made = new Map<string, SimulatedThread>();

/** Some threads, of together so many records at most. The same draw gives the same threads. */
export function drawThreads(random: Random, most: number, records: number): SimulatedThread[] {
  templates ??= fc.sample(threads, { seed: SEED, numRuns: TEMPLATES });
  const drawn: SimulatedThread[] = [];
  let left = records;
  for (let n = random.int(1, most); n > 0 && left > 0; n--) {
    const lines = random.pick(LENGTHS.filter((length) => length <= left || length === LENGTHS[0]));
    const thread = threadOf(random.int(0, TEMPLATES - 1), drawn.length, lines);
    left -= thread.envelopes.length;
    drawn.push(thread);
  }
  return drawn;
}

/** `record.value` to what it is: decoding bytes is the schema registry's affair, and tested there. */
export const envelopes = new WeakMap<Buffer, RolloutRecord>();

function threadOf(template: number, slot: number, lines: number): SimulatedThread {
  const name = `${template} ${slot} ${lines}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const thread = templates?.[template];
  if (thread === undefined) throw new Error(`no template ${template}`);
  const one = simulatedThread(`t-${slot}`, thread, lines);
  made.set(name, one);
  return one;
}

function simulatedThread(id: string, { rollouts }: TestThread, most: number): SimulatedThread {
  let left = most;
  const kept = rollouts.map(({ lines, ...rest }) => {
    const some = lines.slice(0, left);
    left -= some.length;
    return { ...rest, lines: some };
  });
  const expected = new Map<string, Expected>();
  return {
    id,
    envelopes: kept.flatMap(({ rolloutId, lines }) =>
      lines.map((line, position) => envelopeOf(id, rolloutId, position, line)),
    ),
    expected: (observer, without) => {
      const name = without === null ? observer : `${observer} ${without.rolloutId} ${without.position}`;
      const known = expected.get(name);
      if (known !== undefined) return known;
      const found = expectedOf(id, kept, observer, without);
      expected.set(name, found);
      return found;
    },
  };
}

function expectedOf(
  id: string,
  rollouts: TestThread["rollouts"],
  observer: ObserverName,
  without: Place | null,
): Expected {
  const taken = rollouts.map(({ rolloutId, lines, ...rest }) => ({
    ...rest,
    rolloutId,
    lines: lines.map((line, position) => (isSamePlace({ rolloutId, position }, without) ? "" : line)),
  }));
  const running = startObserver(observer);
  const mutations = observedLines(id, taken).flatMap((line) => running.observe(line).mutations);
  return { mutations, texts: mutations.map(stringifyPlain) };
}

export function isSamePlace(place: Place, other: Place | null): boolean {
  return place.rolloutId === other?.rolloutId && place.position === other.position;
}

function envelopeOf(threadId: string, rolloutId: string, position: number, line: string | Buffer): Envelope {
  const bytes = Buffer.from(line);
  const record: RolloutRecord = {
    threadId,
    rolloutId,
    position,
    recordedAt: 0,
    kind: "",
    eventType: null,
    line: bytes,
    oversized: null,
  };
  const value = Buffer.from(`${threadId} ${rolloutId} ${position} ${bytes.length}`);
  envelopes.set(value, record);
  return { key: Buffer.from(threadId), value, record };
}
