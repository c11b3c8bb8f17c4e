import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mutation } from "../../src/projections/index.ts";
import { linesOfThread, PROPERTY_RUNS, threads } from "../support/generators.ts";
import { Table } from "../support/table.ts";
import { mutationsOf } from "../support/threads.ts";

function holdsForMutations(check: (mutations: readonly Mutation[]) => void): void {
  fc.assert(
    fc.property(threads, (thread) => check(mutationsOf(linesOfThread(thread)))),
    { numRuns: PROPERTY_RUNS },
  );
}

describe("identities are unique", () => {
  it("gives no mutation id twice (ADR 0018)", () => {
    holdsForMutations((mutations) => {
      expect(new Set(mutations.map(({ mutationId }) => mutationId)).size).toBe(mutations.length);
    });
  });

  it("gives the same ids and bytes on a replay", () => {
    fc.assert(
      fc.property(threads, (thread) => {
        expect(mutationsOf(linesOfThread(thread))).toEqual(mutationsOf(linesOfThread(thread)));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("never gives an item ordinal to another turn or item (ADR 0004)", () => {
    holdsForMutations((mutations) => {
      const owners = new Map<number, string>();
      for (const { type, payload } of mutations) {
        if (type !== "thread_item") continue;
        const row = JSON.stringify([payload.turnId, payload.itemKey]);
        expect([payload.itemOrdinal, owners.get(payload.itemOrdinal) ?? row]).toEqual([payload.itemOrdinal, row]);
        owners.set(payload.itemOrdinal, row);
      }
    });
  });

  it("keeps the ordinal of a row as long as it lives", () => {
    holdsForMutations((mutations) => {
      const table = new Table();
      for (const mutation of mutations) {
        if (mutation.type === "thread_item") {
          const { turnId, itemKey, itemOrdinal } = mutation.payload;
          expect(table.items.get(turnId)?.get(itemKey)?.ordinal ?? itemOrdinal).toBe(itemOrdinal);
        }
        table.apply(mutation);
      }
    });
  });

  it("gives the live turns different turn ordinals (ADR 0016)", () => {
    holdsForMutations((mutations) => {
      const table = new Table();
      for (const mutation of mutations) {
        table.apply(mutation);
        const ordinals = [...table.turns.values()].map(({ turnOrdinal }) => turnOrdinal);
        if (mutation.type === "turn_summary") expect(new Set(ordinals).size).toBe(ordinals.length);
      }
    });
  });
});
