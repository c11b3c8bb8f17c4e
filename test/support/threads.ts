import { CodexView, type FullTurn, FullTurns } from "../../src/history/index.ts";
import { stringify } from "../../src/json/index.ts";
import { type Mutation, OBSERVER_NAMES, type ObservedLine, startObserver } from "../../src/projections/index.ts";
import { LineDecoder, ThreadMode } from "../../src/rollout/index.ts";

/** A rollout as test data: the lines of its file. */
export interface TestRollout {
  readonly rolloutId: string;
  readonly threadId?: string;
  readonly lines: readonly (string | Buffer)[];
}

/** A line with what Codex's own reader makes of its kind. */
export interface TestLine extends ObservedLine {
  readonly known: boolean;
}

/** Every readable line of the rollouts of one thread, as observers get it. */
export function observedLines(
  threadId: string,
  rollouts: readonly TestRollout[],
  options?: { readonly skims: boolean },
): TestLine[] {
  const decoder = new LineDecoder(options);
  const mode = new ThreadMode();
  return rollouts.flatMap(({ rolloutId, lines }) =>
    lines.flatMap((text, position): TestLine[] => {
      const bytes = Buffer.from(text);
      const line = decoder.decode(bytes, 0, bytes.length, mode.in(rolloutId));
      if (line.outcome === "empty" || line.outcome === "rejected") return [];
      const place = { threadId, rolloutId, position, ordinal: line.ordinal, counted: line.counted, generation: 0 };
      if (line.outcome === "neutral") return [{ ...place, known: line.known, event: null, timestamp: "" }];
      mode.saw(line.event);
      return [{ ...place, known: true, event: line.event, timestamp: line.timestamp }];
    }),
  );
}

/** The mutations of all observers, line by line. */
export function mutationsOf(lines: readonly ObservedLine[]): Mutation[] {
  const observers = OBSERVER_NAMES.map((name) => startObserver(name));
  return lines.flatMap((line) => observers.flatMap((observer) => observer.observe(line).mutations));
}

export function fullTurnsOf(lines: readonly ObservedLine[]): FullTurn[] {
  const builder = new FullTurns();
  for (const line of lines) builder.add(line);
  return builder.turns();
}

export function codexTurnsOf(lines: readonly TestLine[]): FullTurn[] {
  const builder = new CodexView();
  for (const line of lines) builder.add(line);
  return builder.turns();
}

/** What the values are as JSON, for comparing with data. */
export function asJson(value: unknown): unknown {
  return JSON.parse(stringify(value));
}
