import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ObservedLine, startObserver, threadItemObserver } from "../../src/projections/index.ts";
import type { HistoryMode } from "../../src/rollout/index.ts";
import { legacyThreads, linesOfThread, PROPERTY_RUNS, paginatedThreads } from "../support/generators.ts";
import {
  agent,
  completed,
  execBegin,
  itemCompleted,
  itemStarted,
  type Line,
  plan,
  rollout,
  session,
  started,
  THREAD,
  user,
} from "../support/story.ts";
import { observedLines } from "../support/threads.ts";

/** Counts what is read from, and written to, the collections of a state: the cost of an event, without a clock. */
class Meter {
  count = 0;

  map<V>(values: ReadonlyMap<string, V>, wrap: (value: V) => V = (value) => value): Map<string, V> {
    const meter = this;
    return new (class extends Map<string, V> {
      override get(key: string) {
        meter.count += 1;
        return super.get(key);
      }
      override set(key: string, value: V) {
        meter.count += 1;
        return super.set(key, value);
      }
      override [Symbol.iterator]() {
        meter.count += this.size;
        return super[Symbol.iterator]();
      }
      override keys() {
        meter.count += this.size;
        return super.keys();
      }
      override values() {
        meter.count += this.size;
        return super.values();
      }
    })([...values].map(([key, value]) => [key, wrap(value)]));
  }

  array<T extends object[]>(values: T): T {
    return new Proxy(values, {
      get: (target, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) this.count += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
  }
}

/** What it costs to take this line into a stored state. */
function costOf(stored: ReadonlyMap<string, string>, line: ObservedLine): number {
  const { turns, items } = threadItemObserver.codec.decode(stored);
  const meter = new Meter();
  const metered = {
    turns: { ...turns, turns: meter.array(turns.turns), byId: meter.map(turns.byId) },
    items: { ...items, scopes: meter.map(items.scopes, (rows) => meter.map(rows)) },
  };
  meter.count = 0;
  threadItemObserver.observe(metered, line);
  return meter.count;
}

const SHORT = 30;
const LONG = 300;
/** A search among sorted turns takes some steps more for each doubling. */
const STEPS_FOR_SEARCH = 4 * Math.ceil(Math.log2(LONG / SHORT));

/** The state after so many turns with their items, and one more, which may still be open. */
function stateAfter(turns: number, mode: HistoryMode, isOpen: boolean): Map<string, string> {
  const turnLines = (id: string): Line[] =>
    mode === "legacy"
      ? [started(id), user("x"), execBegin(id, "c"), agent("y")]
      : [started(id), itemCompleted(id, plan("p")), itemStarted(id, plan("q"))];
  const ended = Array.from({ length: turns }, (_, n) => [...turnLines(`t${n}`), completed(`t${n}`)]).flat();
  const lines = [session({ history_mode: mode }), ...ended, ...turnLines("a"), ...(isOpen ? [] : [completed("a")])];
  const observer = startObserver("thread-item");
  for (const line of observedLines(THREAD, [rollout(THREAD, lines)])) observer.observe(line);
  return observer.store();
}

describe.each([
  ["legacy", "an open turn", legacyThreads],
  ["legacy", "no open turn", legacyThreads],
  ["paginated", "an open turn", paginatedThreads],
  ["paginated", "no open turn", paginatedThreads],
] as const)("the cost of an event in a %s thread with %s", (mode, open, threads) => {
  const short = stateAfter(SHORT, mode, open === "an open turn");
  const long = stateAfter(LONG, mode, open === "an open turn");

  // An error that finds no turn in progress looks through the turns of a paginated thread.
  const looksForOpenTurn = mode === "paginated" && open === "no open turn" ? ["error"] : [];
  const exempt = ["session_meta", "thread_rolled_back", ...looksForOpenTurn];

  it("does not grow with the thread, but for what cuts history", () => {
    fc.assert(
      fc.property(threads, fc.nat(), (thread, n) => {
        const lines = linesOfThread(thread).filter(({ event }) => !exempt.includes(event?.type ?? ""));
        const line = lines[n % Math.max(lines.length, 1)];
        if (line === undefined) return;
        const next = { ...line, rolloutId: THREAD };
        expect(costOf(long, next)).toBeLessThanOrEqual(costOf(short, next) + STEPS_FOR_SEARCH);
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 3) },
    );
  });

  it("is that of what goes, for a rollback", () => {
    const rollback = observedLines(THREAD, [
      rollout(THREAD, [session(), { type: "event_msg", payload: { type: "thread_rolled_back", num_turns: 3 } }]),
    ]).slice(1);
    for (const line of rollback) expect(costOf(long, line)).toBeLessThanOrEqual(costOf(short, line) + STEPS_FOR_SEARCH);
  });
});
