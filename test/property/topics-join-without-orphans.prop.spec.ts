import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "../../src/json/index.ts";
import type { LifecyclePayload, Mutation, TurnSummary } from "../../src/projections/index.ts";
import { linesOfThread, PROPERTY_RUNS, threads } from "../support/generators.ts";
import { Table } from "../support/table.ts";
import { mutationsOf } from "../support/threads.ts";

/** The mutations of one source line, with what a table of summaries held before it and after. */
interface Step {
  readonly events: readonly LifecyclePayload[];
  readonly summaries: readonly { readonly turnId: string; readonly mutation: TurnSummary | null }[];
  readonly before: ReadonlyMap<string, TurnSummary>;
  readonly after: ReadonlyMap<string, TurnSummary>;
}

function stepsOf(mutations: readonly Mutation[]): Step[] {
  const table = new Table();
  const lines = Map.groupBy(mutations, ({ rolloutId, sourcePosition }) => `${rolloutId}/${sourcePosition}`);
  return [...lines.values()].map((ofLine) => {
    const before = new Map(table.turns);
    for (const mutation of ofLine) table.apply(mutation);
    const events = ofLine.flatMap(({ type, payload }) => (type === "lifecycle" ? [payload] : []));
    const summaries = ofLine.flatMap(({ type, payload }) => (type === "turn_summary" ? [payload] : []));
    return { events, summaries, before, after: new Map(table.turns) };
  });
}

function holdsForEveryStep(check: (step: Step) => void): void {
  fc.assert(
    fc.property(threads, (thread) => {
      for (const step of stepsOf(mutationsOf(linesOfThread(thread)))) check(step);
    }),
    { numRuns: PROPERTY_RUNS },
  );
}

/** The turn that a summary shows, and how it failed; null when it did not. */
function failureOf(summary: TurnSummary | undefined): string | null {
  return summary?.status === "failed" ? stringify([summary.turnOrdinal, summary.error]) : null;
}

describe("the topics of one thread join without orphans (ADR 0006)", () => {
  it("lets every lifecycle event of a turn name a turn that the summaries hold", () => {
    holdsForEveryStep(({ events, after }) => {
      for (const { turnId } of events) if (turnId !== null) expect([...after.keys()]).toContain(turnId);
    });
  });

  it("reports turn.failed exactly when a summary becomes failed or fails otherwise than before, or another turn that failed takes its place", () => {
    holdsForEveryStep(({ events, summaries, before, after }) => {
      const failed = events.filter(({ eventType }) => eventType === "turn.failed").map(({ turnId }) => turnId);
      const isCut = events.some(({ eventType }) => eventType === "thread.rolled_back");
      const changed = summaries
        .map(({ turnId }) => turnId)
        .filter((turnId) => failureOf(after.get(turnId)) !== null)
        .filter((turnId) => failureOf(after.get(turnId)) !== failureOf(before.get(turnId)));
      // A rollback uncovers an older turn of the same id as it was.
      expect(failed).toEqual(isCut ? [] : changed);
    });
  });

  it("reports turn.failed just before the end that brought the failure", () => {
    holdsForEveryStep(({ events }) => {
      const types = events.map(({ eventType }) => eventType);
      const at = types.indexOf("turn.failed");
      if (at < 0) return;
      expect([["turn.failed"], ["turn.failed", "turn.completed"], ["turn.failed", "turn.cancelled"]]).toContainEqual(
        types,
      );
    });
  });

  it("lets a tombstone of a turn come only with thread.rolled_back", () => {
    holdsForEveryStep(({ events, summaries }) => {
      const hasTombstone = summaries.some(({ mutation }) => mutation === null);
      if (hasTombstone) expect(events.map(({ eventType }) => eventType)).toContain("thread.rolled_back");
    });
  });

  it("shows each change of a summary once, and nothing that did not change", () => {
    holdsForEveryStep(({ summaries, before, after }) => {
      for (const { turnId } of summaries) expect(after.get(turnId)).not.toEqual(before.get(turnId));
      expect(new Set(summaries.map(({ turnId }) => turnId)).size).toBe(summaries.length);
    });
  });
});
