import { type HistoryLine, INDEX, passLine, type TurnsState } from "../history/index.ts";
import type { Mutation, ObserverName } from "./mutation.ts";

/** A readable line of a thread, as observers get it. */
export interface ObservedLine extends HistoryLine {
  /** The line's time stamp, verbatim. */
  readonly timestamp: string;
  readonly generation: number;
}

/** What an observer makes of one line. */
export interface Observation {
  readonly mutations: readonly Mutation[];
  /** The fields of the state that this line changed: what a checkpoint must write. */
  readonly fields: readonly string[];
}

/** A state as text fields that change independently: a checkpoint writes those that did. */
export interface StateCodec<State> {
  /** The fields that the state has. */
  fields(state: State): Iterable<string>;
  /** A field's text; undefined when the state does not have it (any more). */
  encode(state: State, field: string): string | undefined;
  /** The state that all its fields make. */
  decode(fields: ReadonlyMap<string, string>): State;
}

/** Turns the lines of a thread into mutations of one kind. Pure: the same lines give the same bytes everywhere. */
export interface Observer<State> {
  readonly name: ObserverName;
  /** Raised when the mutations for the same lines would differ. */
  readonly version: number;
  initialState(): State;
  /**
   * Takes one line into the state. The change is computed before it is made: a throw leaves the state as it was.
   * What the line changes costs; the length of the thread does not.
   */
  observe(state: State, line: ObservedLine): Observation;
  readonly codec: StateCodec<State>;
}

const NONE: readonly never[] = [];
const PASSED: Observation = { mutations: NONE, fields: NONE };
const PASSED_COUNTED: Observation = { mutations: NONE, fields: [INDEX] };

/** Passes a line without effect, if it can be passed: see `passLine`. */
export function passed(turns: TurnsState, line: ObservedLine): Observation | undefined {
  const { event, rolloutId, counted } = line;
  if (event !== null || !passLine(turns, rolloutId, counted)) return undefined;
  return counted ? PASSED_COUNTED : PASSED;
}

/** Stamps the payloads that one observer makes of one line. */
export function stampedAs<M extends Mutation>(
  observer: Pick<Observer<never>, "name" | "version">,
  type: M["type"],
  line: ObservedLine,
  payloads: readonly M["payload"][],
): readonly M[] {
  if (payloads.length === 0) return NONE;
  const { threadId, rolloutId, position, generation, timestamp } = line;
  const suffix = generation === 0 ? "" : `@${generation}`;
  return payloads.map(
    (payload, n) =>
      ({
        mutationId: `${threadId}/${rolloutId}/${position}/${observer.name}/${n}${suffix}`,
        generation,
        threadId,
        rolloutId,
        sourcePosition: position,
        occurredAt: timestamp,
        observerVersion: observer.version,
        type,
        schema_version: 1,
        payload,
      }) as M,
  );
}
