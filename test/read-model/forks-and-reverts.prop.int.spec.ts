import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Direction, ReadModel } from "../../src/read-model/index.ts";
import { shownByCodex } from "./support/codex-tables.ts";
import { batchOf, families, newestOf } from "./support/histories.ts";
import { allPages } from "./support/paging.ts";
import { plainRows } from "./support/plain-rows.ts";
import { STORE_NAMES, STORES, type TestStore } from "./support/stores.ts";
import { EVERYTHING } from "./support/threads.ts";

const { scope } = EVERYTHING;

const DIRECTIONS: readonly Direction[] = ["ascending", "descending"];
const RUNS = Number(process.env.READ_MODEL_RUNS ?? 100);

describe.each(STORE_NAMES)("on %s", (name) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await STORES[name]();
  });
  afterAll(() => store.drop());

  it("a thread shows what Codex shows of its lineage: forks and reverts, and those of these", async () => {
    await fc.assert(
      fc.asyncProperty(families, fc.integer({ min: 1, max: 5 }), async (rollouts, limit) => {
        await store.clear();
        await store.put(plainRows(batchOf(rollouts), 1));
        for (const newest of newestOf(rollouts)) {
          const expected = shownByCodex(newest);
          for (const direction of DIRECTIONS) {
            const shown = await shownBy(store.model, newest.threadId, limit, direction);
            expect(shown).toEqual(direction === "ascending" ? expected : reversed(expected));
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

type Shown = ReturnType<typeof shownByCodex>;

function reversed({ turns, items }: Shown): Shown {
  return { turns: turns.toReversed(), items: items.toReversed() };
}

async function shownBy(model: ReadModel, threadId: string, limit: number, direction: Direction): Promise<Shown> {
  const full = await allPages((page) => model.turns(threadId, { ...page, itemsView: "full", scope }), limit, direction);
  const summaries = await allPages(
    (page) => model.turns(threadId, { ...page, itemsView: "summary", scope }),
    limit,
    direction,
  );
  const items = await allPages((page) => model.items(threadId, { ...page, turnId: null, scope }), limit, direction);
  return {
    turns: full.map(({ turn, items: of }, at) => ({
      id: turn.turnId,
      status: turn.content?.status ?? "none",
      items: of.map(({ itemKey }) => itemKey),
      summary: (summaries[at]?.items ?? []).map(({ itemKey }) => itemKey),
    })),
    items: items.map(({ itemKey }) => itemKey),
  };
}
