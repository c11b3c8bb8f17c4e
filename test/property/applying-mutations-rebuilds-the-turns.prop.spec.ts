import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FullTurns } from "../../src/history/index.ts";
import { OBSERVER_NAMES, startObserver } from "../../src/projections/index.ts";
import {
  legacyThreads,
  linesOfThread,
  PROPERTY_RUNS,
  paginatedThreads,
  type TestThread,
} from "../support/generators.ts";
import { merged, Table, type TableTurn } from "../support/table.ts";

/**
 * Applying the mutations of a thread, in order, to an empty table gives what the full-turn builder gives (ADR 0016), merged
 * where ids repeat (ADR 0024), after every line.
 *
 * Left aside, all of legacy threads:
 * - the order of items in a turn whose id was started twice: the table has them in the order of their appearance, whichever
 *   of the turns took them;
 * - an item key that both turns hold, once a rollback took the later turn only: its row goes with that turn (ADR 0005);
 * - times that an empty plan brings to an item: the item itself is not kept (ADR 0017), and so is not published again.
 */
function rebuildsTheTurns(thread: TestThread): void {
  const observers = OBSERVER_NAMES.map((name) => startObserver(name));
  const builder = new FullTurns();
  const table = new Table();
  const halfRemoved = new Set<string>();
  const retimed = new Set<string>();
  for (const line of linesOfThread(thread)) {
    builder.add(line);
    const { event } = line;
    if ((event?.type === "item_completed" || event?.type === "item_started") && event.item.type === "Plan")
      if (event.item.text === "") retimed.add(rowName(event.turnId, event.item.id));
    const mutations = observers.flatMap((observer) => observer.observe(line).mutations);
    for (const mutation of mutations) table.apply(mutation);
    const turns = builder.turns();
    for (const { type, payload } of mutations) {
      if (type !== "thread_item" || payload.mutationKind === "upsert") continue;
      const held = turns.some(
        ({ id, items }) => id === payload.turnId && items.some((item) => item.id === payload.itemKey),
      );
      if (held) halfRemoved.add(rowName(payload.turnId, payload.itemKey));
    }
    const repeated = new Set(turns.map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at));
    const shown = (turn: TableTurn) => comparable(turn, { halfRemoved, retimed, repeated });
    expect(table.view().map(shown)).toEqual(merged(turns).map(shown));
  }
}

function rowName(turnId: string, key: string): string {
  return JSON.stringify([turnId, key]);
}

interface LeftAside {
  readonly halfRemoved: ReadonlySet<string>;
  readonly retimed: ReadonlySet<string>;
  readonly repeated: ReadonlySet<string>;
}

function comparable(turn: TableTurn, { halfRemoved, retimed, repeated }: LeftAside): TableTurn {
  const items = turn.items
    .filter(({ key }) => !halfRemoved.has(rowName(turn.id, key)))
    .map(({ key, text }) => ({ key, text: retimed.has(rowName(turn.id, key)) ? withoutTimes(text) : text }));
  return { ...turn, items: repeated.has(turn.id) ? items.sort((a, b) => (a.key < b.key ? -1 : 1)) : items };
}

function withoutTimes(text: string): string {
  return text.slice(0, text.lastIndexOf(',"startedAtMs"'));
}

describe("applying the mutations in order to an empty table gives the turns", () => {
  it("of a legacy thread", () => {
    fc.assert(fc.property(legacyThreads, rebuildsTheTurns), { numRuns: PROPERTY_RUNS });
  });

  it("of a paginated thread, open items in the place of their start", () => {
    fc.assert(fc.property(paginatedThreads, rebuildsTheTurns), { numRuns: PROPERTY_RUNS });
  });
});
