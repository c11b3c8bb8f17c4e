import { OBSERVER_NAMES } from "../projections/index.ts";
import type { ObserverStatus, QuarantinedThread } from "../read-model/index.ts";
import type { Decision, WorkerEvent } from "../worker/index.ts";

/** What operators see of the observers. */
export interface EmbeddedStatus {
  readonly observers: readonly ObserverStatus[];
  readonly quarantined: readonly QuarantinedThread[];
}

/** Before anything began. */
export const NO_STATUS: EmbeddedStatus = {
  observers: OBSERVER_NAMES.map((observer) => ({
    observer,
    partition: 0,
    phase: null,
    detail: null,
    position: null,
    end: null,
    rebuildRemaining: null,
  })),
  quarantined: [],
};

/** The status of an observer after an event of its worker. */
export function statusAfter(status: ObserverStatus, event: WorkerEvent): ObserverStatus {
  switch (event.type) {
    case "phase":
      return { ...status, phase: event.phase, detail: event.detail ?? null };
    case "restart":
      return { ...status, detail: event.reason };
    case "progress":
      return { ...status, position: event.position, end: event.end };
    default:
      return status;
  }
}

/** Threads that stay stopped. */
export function quarantined(decisions: readonly Decision[]): QuarantinedThread[] {
  return decisions.filter(({ isDone }) => !isDone).map(({ isDone: _isDone, ...decision }) => decision);
}
