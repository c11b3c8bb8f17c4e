import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "../../src/json/index.ts";
import type { RowBatch } from "../../src/read-model/index.ts";
import { LineageError } from "../../src/read-model-sql/index.ts";
import { timestampOf } from "../support/story.ts";
import { about, CORPUS_NAMES, corpusRows, golden, rowsOf } from "./support/corpus.ts";
import { plainRows } from "./support/plain-rows.ts";
import { STORE_NAMES, STORES, type TestStore } from "./support/stores.ts";
import { EVERYTHING } from "./support/threads.ts";

const { scope } = EVERYTHING;

const ALL = { cursor: null, limit: 500, direction: "ascending" } as const;
const S = "01900000-0000-7000-8000-00000000000a";
const F = "01900000-0000-7000-8000-00000000000f";

/** Lines with ordinals from `start`. */
function rollout(rolloutId: string, start: number, ...bodies: readonly object[]) {
  return {
    rolloutId,
    lines: bodies.map((body, at) => stringify({ timestamp: timestampOf(at), ordinal: start + at, ...body })),
  };
}

function session(fields: object) {
  const plain = { timestamp: "t", cwd: "/w", originator: "o", cli_version: "0.169.0", source: "cli" };
  return { type: "session_meta", payload: { id: S, ...plain, history_mode: "paginated", ...fields } };
}

const goesOnFrom = (rolloutId: string, cut: number) => ({
  history_base: { thread_id: rolloutId, end_ordinal_exclusive: cut, end_byte_offset: 0 },
});
const forkOf = (rolloutId: string, cut: number) => session({ id: F, forked_from_id: S, ...goesOnFrom(rolloutId, cut) });
const started = (turn_id: string) => ({ type: "event_msg", payload: { type: "task_started", turn_id } });
const ended = (turn_id: string) => ({ type: "event_msg", payload: { type: "task_complete", turn_id } });
const said = (turn_id: string, id: string) => ({
  type: "event_msg",
  payload: {
    type: "item_completed",
    thread_id: S,
    turn_id,
    item: { type: "UserMessage", id, content: [{ type: "text", text: id }] },
  },
});

describe.each(STORE_NAMES)("on %s", (name) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await STORES[name]();
  });
  beforeEach(() => store.clear());
  afterAll(() => store.drop());

  const put = (batch: RowBatch) => store.put(plainRows(batch, 1));
  const turnsOf = async (threadId: string) => {
    const { data } = await store.model.turns(threadId, { ...ALL, itemsView: "full", scope });
    return data.map(({ turn, items }) => [turn.turnId, turn.content?.status, ...items.map((item) => item.itemKey)]);
  };

  // Clients that persist every event hold items that Codex drops when it reads the file.
  const read = CORPUS_NAMES.filter((of) => !of.endsWith("-ext") && !of.includes("-ext-"));

  it("the turns of threads of the corpus are those that Codex answers, forks included", async () => {
    await put(corpusRows());
    for (const of of read) {
      const expected = golden(of).map(({ id, status, items }) => [id, status, ...items.map((item) => item.id)]);
      // A turn that still runs is for each reader to word; Codex says so of threads that it has not loaded.
      const turns = (await turnsOf(about(of).thread_id)).map(([id, status, ...items]) => [
        id,
        status === "inProgress" ? "interrupted" : status,
        ...items,
      ]);
      expect([of, turns]).toEqual([of, expected]);
    }
  });

  it("a fork of a thread that was migrated is cut by the lines of the migrated rollout", async () => {
    const legacy = session({ history_mode: "legacy" });
    const user = (text: string) => ({ type: "event_msg", payload: { type: "user_message", message: text } });
    const neutral = { type: "turn_context", payload: {} };
    await put(
      rowsOf(
        new Map([
          [
            S,
            [
              rollout(
                S,
                0,
                legacy,
                neutral,
                neutral,
                neutral,
                started("a"),
                user("one"),
                ended("a"),
                started("b"),
                user("two"),
                ended("b"),
              ),
              rollout(
                `${S}#0`,
                0,
                session({}),
                started("a"),
                said("a", "item-1"),
                ended("a"),
                started("b"),
                said("b", "item-2"),
                ended("b"),
              ),
            ],
          ],
          [F, [rollout(F, 4, forkOf(S, 4), started("c"), said("c", "own"))]],
        ]),
      ),
    );
    expect(await turnsOf(S)).toEqual([
      ["a", "completed", "item-1"],
      ["b", "completed", "item-2"],
    ]);
    expect(await turnsOf(F)).toEqual([
      ["a", "completed", "item-1"],
      ["c", "inProgress", "own"],
    ]);
  });

  it("a fork still shows what its base reverted later", async () => {
    await put(
      rowsOf(
        new Map([
          [
            S,
            [
              rollout(
                S,
                0,
                session({}),
                started("a"),
                said("a", "x"),
                ended("a"),
                started("b"),
                said("b", "y"),
                ended("b"),
              ),
              rollout("01900000-0000-7000-8000-00000000000b", 4, session(goesOnFrom(S, 4)), started("c")),
            ],
          ],
          [F, [rollout(F, 7, forkOf(S, 7))]],
        ]),
      ),
    );
    expect(await turnsOf(S)).toEqual([
      ["a", "completed", "x"],
      ["c", "inProgress"],
    ]);
    expect(await turnsOf(F)).toEqual([
      ["a", "completed", "x"],
      ["b", "completed", "y"],
    ]);
  });

  it("a turn that its fork ended has the place and values of the fork's row, and the items of both", async () => {
    await put(
      rowsOf(
        new Map([
          [S, [rollout(S, 0, session({}), started("a"), said("a", "x"), started("b"))]],
          [F, [rollout(F, 4, forkOf(S, 4), said("a", "own"), ended("a"))]],
        ]),
      ),
    );
    expect(await turnsOf(F)).toEqual([
      ["b", "inProgress"],
      ["a", "completed", "x", "own"],
    ]);
    const turn = await store.model.turn(F, "a", { itemsView: "full", scope });
    expect(turn?.items.map((item) => item.itemKey)).toEqual(["x", "own"]);
    expect((await store.model.turn(F, "b", { itemsView: "notLoaded", scope }))?.turn.threadId).toBe(S);
  });

  it("a base that is not in the reader's scope does not show through what goes on from it", async () => {
    const G = "01900000-0000-7000-8000-000000000010";
    const goesOn = (id: string, rolloutId: string, cut: number, cwd: string) =>
      session({ id, cwd, ...goesOnFrom(rolloutId, cut) });
    await put(
      rowsOf(
        new Map([
          [S, [rollout(S, 0, session({ cwd: "/hidden" }), started("a"), said("a", "x"), ended("a"))]],
          [F, [rollout(F, 4, goesOn(F, S, 4, "/w/one"), started("b"), said("b", "y"), ended("b"))]],
          [G, [rollout(G, 8, goesOn(G, F, 8, "/w/two"), started("c"), said("c", "z"))]],
        ]),
      ),
    );
    const shown = async (cwds: readonly string[]) => {
      const within = { cwds, sourceKinds: [] };
      const { data } = await store.model.turns(G, { ...ALL, itemsView: "full", scope: within });
      const items = await store.model.items(G, { ...ALL, turnId: null, scope: within });
      const hidden = await store.model.turn(G, "a", { itemsView: "full", scope: within });
      return [
        data.map(({ turn }) => turn.turnId).join(),
        items.data.map(({ itemKey }) => itemKey).join(),
        hidden !== null,
      ];
    };
    expect(await shown([])).toEqual(["a,b,c", "x,y,z", true]);
    expect(await shown(["/w"])).toEqual(["b,c", "y,z", false]);
    expect(await shown(["/w/two"])).toEqual(["c", "z", false]);
    // What lies before a base that is hidden is not shown either.
    expect(await shown(["/w/two", "/hidden"])).toEqual(["c", "z", false]);
  });

  it("a fork whose base has not come yet shows its own rows", async () => {
    await put(rowsOf(new Map([[F, [rollout(F, 7, forkOf(S, 7), started("a"), said("a", "x"))]]])));
    expect(await turnsOf(F)).toEqual([["a", "inProgress", "x"]]);
  });

  it("turns and items are found by their ids, whatever they are", async () => {
    const ids = ["", "__proto__", "a,b", '{"a"}', "NULL", "\0", "\u{F0000}0", "ü'\\"];
    const lines = ids.flatMap((id) => [started(id), said(id, id), ended(id)]);
    await put(rowsOf(new Map([[S, [rollout(S, 0, session({}), ...lines)]]])));
    const expected = ids.map((id) => [id, "completed", id]);
    expect(await turnsOf(S)).toEqual(expected);
    const { data } = await store.model.turns(S, { ...ALL, itemsView: "summary", scope });
    expect(data.map(({ turn, items }) => [turn.turnId, "completed", ...items.map((item) => item.itemKey)])).toEqual(
      expected,
    );
    for (const id of ids)
      expect((await store.model.turn(S, id, { itemsView: "full", scope }))?.items.map((item) => item.itemKey)).toEqual([
        id,
      ]);
  });

  it("a lineage that leads round in a circle is refused", async () => {
    const round = [rollout(S, 0, session({ forked_from_id: F, ...goesOnFrom(F, 3) }), started("a"))];
    await put(
      rowsOf(
        new Map([
          [S, round],
          [F, [rollout(F, 7, forkOf(S, 7))]],
        ]),
      ),
    );
    await expect(turnsOf(F)).rejects.toThrow(LineageError);
    await expect(turnsOf(F)).rejects.toThrow(/circle/);
  });
});
