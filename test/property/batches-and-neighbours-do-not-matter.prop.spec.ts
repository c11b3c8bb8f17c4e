import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutationJson, OBSERVER_NAMES, type ObservedLine, startObserver } from "../../src/projections/index.ts";
import { LineDecoder, ThreadMode } from "../../src/rollout/index.ts";
import { linesOfThread, PROPERTY_RUNS, type TestThread, threads } from "../support/generators.ts";
import { mutationsOf } from "../support/threads.ts";

/** One thread at work among others. */
class Work {
  readonly found: string[] = [];
  readonly #observers = OBSERVER_NAMES.map((name) => startObserver(name));
  readonly #mode = new ThreadMode();
  readonly #decoder: LineDecoder;
  readonly #lines: { rolloutId: string; position: number; bytes: Buffer }[];
  #waiting: ObservedLine[] = [];

  constructor({ rollouts }: TestThread, decoder: LineDecoder) {
    this.#decoder = decoder;
    this.#lines = rollouts.flatMap(({ rolloutId, lines }) =>
      lines.map((text, position) => ({ rolloutId, position, bytes: Buffer.from(text) })),
    );
  }

  /** Decodes some lines more, and keeps them for the next batch. The bytes are overwritten at once, as a reader's buffer is. */
  read(threadId: string, count: number): void {
    for (const { rolloutId, position, bytes } of this.#lines.splice(0, count)) {
      const line = this.#decoder.decode(bytes, 0, bytes.length, this.#mode.in(rolloutId));
      bytes.fill(0);
      if (line.outcome === "empty" || line.outcome === "rejected") continue;
      const place = { threadId, rolloutId, position, ordinal: line.ordinal, counted: line.counted, generation: 0 };
      if (line.outcome === "event") this.#mode.saw(line.event);
      this.#waiting.push(
        line.outcome === "event"
          ? { ...place, event: line.event, timestamp: line.timestamp }
          : { ...place, event: null, timestamp: "" },
      );
    }
  }

  observe(): void {
    for (const line of this.#waiting)
      for (const observer of this.#observers) this.found.push(...observer.observe(line).mutations.map(mutationJson));
    this.#waiting = [];
  }
}

describe("batches and neighbours do not matter", () => {
  it("gives each of several threads the same mutations, however their lines are batched and interleaved", () => {
    const batches = fc.array(fc.record({ thread: fc.nat(2), lines: fc.nat(6), observe: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.tuple(threads, threads, threads), batches, (all, order) => {
        const decoder = new LineDecoder();
        const works = all.map((thread) => new Work(thread, decoder));
        const rest = all.map((_, thread) => ({ thread, lines: Number.MAX_SAFE_INTEGER, observe: true }));
        for (const { thread, lines, observe } of [...order, ...rest]) {
          works[thread]?.read(all[thread]?.threadId ?? "", lines);
          if (observe) works[thread]?.observe();
        }
        const alone = all.map((thread) => mutationsOf(linesOfThread(thread)).map(mutationJson));
        expect(works.map(({ found }) => found)).toEqual(alone);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
