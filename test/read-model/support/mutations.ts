import fc from "fast-check";
import { JsonText } from "../../../src/json/index.ts";
import { type Mutation, ThreadProjector } from "../../../src/projections/index.ts";
import { RowBatch } from "../../../src/read-model/index.ts";
import { observedLines, type TestRollout } from "../../support/threads.ts";

/** What a record of a mutation topic brings. */
export type Delivery =
  | { readonly type: "mutation"; readonly mutation: Mutation; readonly sourceOffset: number }
  | { readonly type: "reset"; readonly threadId: string; readonly generation: number };

export function batchOf(deliveries: readonly Delivery[]): RowBatch {
  const batch = new RowBatch();
  for (const delivery of deliveries) {
    if (delivery.type === "reset") batch.reset(delivery.threadId, delivery.generation);
    else batch.add(delivery.mutation, delivery.sourceOffset);
  }
  return batch;
}

/** What the workers make of threads: all mutations in order, as one partition of the input would give them. */
export function deliveriesOf(threads: ReadonlyMap<string, readonly TestRollout[]>): Delivery[] {
  let offset = 0;
  return [...threads].flatMap(([threadId, rollouts]) => {
    const projector = new ThreadProjector(["thread-item", "turn-summary", "lifecycle"]);
    return observedLines(threadId, rollouts).flatMap((line) => {
      const sourceOffset = offset++;
      return projector.project(line).map((mutation): Delivery => ({ type: "mutation", mutation, sourceOffset }));
    });
  });
}

const THREADS = ["a", "b"];
const TEXTS = ["one", "zwei", "", "nul \0 and \u{F0000}0", `${"x".repeat(499)}👋🏽`, "\u{F0000}\0".repeat(300)];

/** What one source record gives; few ids, so that they meet. */
const step = fc.record({
  type: fc.constantFrom("item", "item", "item", "turn", "event", "started", "reset"),
  thread: fc.constantFrom(...THREADS),
  turn: fc.nat(2),
  item: fc.nat(2),
  isTombstone: fc.boolean(),
  generation: fc.constantFrom(0, 0, 0, 0, 1, 2),
  text: fc.constantFrom(...TEXTS),
  at: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "1969-01-01T00:00:00Z", "?"),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Histories that no worker would write, but rows must join all the same: in any order, tombstones first, built anew. */
export const synthetic: fc.Arbitrary<Delivery[]> = fc
  .array(step, { maxLength: 40, size: "max" })
  .map((steps) => steps.map(deliveryOf));

function deliveryOf(step: Step, offset: number): Delivery {
  const { type, thread: threadId, generation } = step;
  if (type === "reset") return { type, threadId, generation };
  const base = {
    generation,
    threadId,
    rolloutId: `rollout ${offset % 3}`,
    sourcePosition: offset,
    occurredAt: step.at,
    observerVersion: 1,
    schema_version: 1,
    mutationId: `${threadId}/r/${offset}/${type}/0${generation === 0 ? "" : `@${generation}`}`,
  } as const;
  return {
    type: "mutation",
    sourceOffset: offset,
    mutation: { ...base, ...contentOf(step, type, offset) } as Mutation,
  };
}

function contentOf(step: Step, type: Exclude<Step["type"], "reset">, offset: number): object {
  const turnId = `turn ${step.turn}`;
  // A row that comes again after its tombstone has another ordinal (ADR 0004).
  const life = 100 * Math.floor(offset / 8);
  switch (type) {
    case "item":
      return { type: "thread_item", payload: itemOf(step, turnId, life) };
    case "turn":
      return { type: "turn_summary", payload: { turnId, mutation: step.isTombstone ? null : summaryOf(step, life) } };
    case "event":
      return { type: "lifecycle", payload: { eventType: "turn.started", turnId, payload: { startedAt: offset } } };
    case "started":
      return {
        type: "lifecycle",
        payload: { eventType: "thread.started", turnId: null, payload: startedOf(step, offset) },
      };
  }
}

function itemOf({ item, isTombstone, text, turn }: Step, turnId: string, life: number): object {
  const itemKey = `item ${item}`;
  const shown =
    item === 0
      ? { type: "userMessage", id: itemKey, content: [{ type: "text", text }] }
      : { type: item === 1 ? "agentMessage" : "plan", id: itemKey, text, phase: "final_answer" };
  return {
    turnId,
    itemKey,
    itemOrdinal: life + 10 * turn + item,
    mutationKind: isTombstone ? "tombstone" : "upsert",
    isOpen: text === "one",
    materializedThreadItem: isTombstone ? null : new JsonText(JSON.stringify(shown)),
  };
}

function summaryOf({ turn, text }: Step, life: number): object {
  return {
    status: text === "one" ? "inProgress" : "completed",
    startedAt: 9_007_199_254_740_993n,
    completedAt: -1,
    durationMs: null,
    error: text === "zwei" ? { message: text, codexErrorInfo: null, additionalDetails: null } : null,
    rootTurnId: null,
    turnOrdinal: life + turn,
  };
}

function startedOf({ text, isTombstone }: Step, offset: number): object {
  return {
    rolloutId: `rollout ${offset % 3}`,
    // Long ones are shortened in Postgres (ADR 0037).
    cwd: `/${text.slice(0, 100)}`,
    source: new JsonText('{"subagent":"review"}'),
    originator: text,
    cliVersion: "0.169.0",
    modelProvider: null,
    historyMode: "paginated",
    forkedFromId: null,
    historyBase: isTombstone ? { threadId: "b", endOrdinalExclusive: 2n ** 64n - 1n } : null,
    parentThreadId: null,
    agentNickname: null,
    agentRole: null,
    git: isTombstone ? { commitHash: "c", branch: null, repositoryUrl: null } : null,
  };
}
