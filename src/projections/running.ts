import { lifecycleObserver } from "./lifecycle.ts";
import type { ObserverName } from "./mutation.ts";
import type { Observation, ObservedLine, Observer } from "./observer.ts";
import { threadItemObserver } from "./thread-item.ts";
import { turnSummaryObserver } from "./turn-summary.ts";

/** An observer at work on one thread; its state is its own affair. */
export interface RunningObserver {
  readonly name: ObserverName;
  observe(line: ObservedLine): Observation;
  /** The whole state as stored fields. */
  store(): Map<string, string>;
  /** The text of one field now; undefined when the state does not have it. */
  encode(field: string): string | undefined;
}

/** In the order in which their mutations of one line are reported. */
export const OBSERVER_NAMES: readonly ObserverName[] = ["thread-item", "turn-summary", "lifecycle"];

/** Starts an observer on a thread, from the beginning or from stored fields. */
export function startObserver(name: ObserverName, stored?: ReadonlyMap<string, string>): RunningObserver {
  switch (name) {
    case "thread-item":
      return start(threadItemObserver, stored);
    case "turn-summary":
      return start(turnSummaryObserver, stored);
    case "lifecycle":
      return start(lifecycleObserver, stored);
  }
}

function start<State>(observer: Observer<State>, stored: ReadonlyMap<string, string> | undefined): RunningObserver {
  const { codec } = observer;
  const state = stored === undefined ? observer.initialState() : codec.decode(stored);
  return {
    name: observer.name,
    observe: (line) => observer.observe(state, line),
    encode: (field) => codec.encode(state, field),
    store() {
      const fields = new Map<string, string>();
      for (const field of codec.fields(state)) {
        const text = codec.encode(state, field);
        if (text !== undefined) fields.set(field, text);
      }
      return fields;
    },
  };
}
