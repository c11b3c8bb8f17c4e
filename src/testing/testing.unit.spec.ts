import { describe, expect, it } from "vitest";
import { mutationJson } from "../projections/index.ts";
import { MutationTable } from "../read-model/index.ts";
import {
  type DeliveredMutation,
  deliveriesOf,
  itemTombstone,
  itemUpsert,
  lifecycleEvent,
  mutationsOfLines,
  sampleMutations,
  shuffledDeliveriesOf,
  TEST_THREAD,
  threadStarted,
  turnTombstone,
  turnUpsert,
} from "./index.ts";

const TIME = "2026-01-01T00:00:00.000Z";
const event = (payload: object) => ({ timestamp: TIME, type: "event_msg", payload });
const TURN = [
  event({ type: "task_started", turn_id: "turn-1", started_at: 1 }),
  event({ type: "user_message", message: "What is new?" }),
  event({ type: "agent_message", message: "Nothing." }),
  event({ type: "task_complete", turn_id: "turn-1", last_agent_message: null }),
];

/** What a table holds of all threads, as text. */
function contentOf(mutations: readonly DeliveredMutation[]): string {
  const table = new MutationTable();
  for (const { mutation, sourceOffset } of mutations) table.applyMutation(mutation, sourceOffset);
  const threads = [...new Set(mutations.map(({ mutation }) => mutation.threadId))].sort();
  return JSON.stringify(threads.map((id) => [id, table.turns(id), table.items(id), table.events(id)]));
}

describe("mutations for tests", () => {
  it("are built with the ids that the workers give them", () => {
    const place = { sourcePosition: 7, generation: 2 };
    expect(itemUpsert(place).mutationId).toBe(`${TEST_THREAD}/${TEST_THREAD}/7/thread-item/0@2`);
    expect(turnUpsert({ rolloutId: "r" }).mutationId).toBe(`${TEST_THREAD}/r/0/turn-summary/0`);
    expect(lifecycleEvent(threadStarted()).mutationId).toBe(`${TEST_THREAD}/${TEST_THREAD}/0/lifecycle/0`);
  });

  it("have defaults for all that a test does not care about", () => {
    expect(JSON.parse(mutationJson(itemUpsert({ itemKey: "i" })))).toMatchObject({
      type: "thread_item",
      payload: { turnId: "turn-1", itemKey: "i", mutationKind: "upsert", materializedThreadItem: { text: "Hello." } },
    });
    expect(itemTombstone().payload).toMatchObject({ mutationKind: "tombstone", materializedThreadItem: null });
    expect(turnUpsert({ status: "completed" }).payload.mutation).toMatchObject({ completedAt: 1_767_225_601 });
    expect(turnTombstone().payload).toEqual({ turnId: "turn-1", mutation: null });
  });

  it("are what the workers make of rollout lines", () => {
    const made = mutationsOfLines(TURN, { firstOffset: 40 });
    expect(made.map(({ mutation, sourceOffset }) => `${sourceOffset} ${mutation.type}`)).toEqual([
      "40 turn_summary",
      "40 lifecycle",
      "41 thread_item",
      "42 thread_item",
      "43 turn_summary",
      "43 lifecycle",
    ]);
  });

  it("are not made of a line that cannot be read: the error names it", () => {
    expect(() => mutationsOfLines([...TURN, "{"])).toThrow(`line 5 of ${TEST_THREAD}`);
  });

  it("of the samples are those of real threads", () => {
    const samples = sampleMutations();
    expect(new Set(samples.map(({ mutation }) => mutation.threadId)).size).toBe(6);
    expect(new Set(samples.map(({ mutation }) => mutation.mutationId)).size).toBe(samples.length);
  });
});

describe("deliveries", () => {
  const samples = sampleMutations();

  it.each(deliveriesOf(samples))("leave a right table the same: $name", ({ mutations }) => {
    expect(contentOf(mutations)).toBe(contentOf(samples));
  });

  it.each(deliveriesOf(samples))(
    "keep the order of each topic, but for what comes once more: $name",
    ({ mutations }) => {
      for (const type of ["thread_item", "turn_summary", "lifecycle"]) {
        const ids = (all: readonly DeliveredMutation[]) =>
          all.flatMap(({ mutation }) => (mutation.type === type ? [mutation.mutationId] : []));
        expect([...new Set(ids(mutations))]).toEqual(ids(samples));
      }
    },
  );

  it.each(shuffledDeliveriesOf(samples, { random: 5 }))(
    "in no order at all leave a guarded table the same: $name",
    ({ mutations }) => {
      expect(contentOf(mutations)).toBe(contentOf(samples));
    },
  );

  it("reveal a table that takes whatever comes last", () => {
    const naive = (mutations: readonly DeliveredMutation[]): number => {
      let applied = 0;
      for (const { mutation } of mutations) if (mutation.type === "lifecycle") applied += 1;
      return applied;
    };
    const counts = new Set(deliveriesOf(samples).map(({ mutations }) => naive(mutations)));
    expect(counts.size).toBeGreaterThan(1);
  });

  it("are the same for the same seed, and others for another", () => {
    const texts = (seed: number) => JSON.stringify(deliveriesOf(mutationsOfLines(TURN), { seed, random: 3 }));
    expect(texts(2)).toBe(texts(2));
    expect(texts(2)).not.toBe(texts(3));
  });
});
