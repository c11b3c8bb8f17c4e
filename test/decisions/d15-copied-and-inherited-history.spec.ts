import { describe, expect, it } from "vitest";
import {
  brief,
  codexTurns,
  completed,
  itemCompleted,
  items,
  type Line,
  lifecycle,
  OTHER_THREAD,
  paginatedSession,
  payloads,
  plan,
  revertTo,
  rollout,
  started,
  summaries,
  THREAD,
  withMembers,
} from "../support/story.ts";

const subAgent = (start: number, ...lines: Line[]) => [
  rollout(THREAD, [
    paginatedSession({ subagent_history_start_ordinal: start, parent_thread_id: OTHER_THREAD }),
    ...lines,
  ]),
];
const COPIED = [paginatedSession({ id: OTHER_THREAD }), started("parent"), itemCompleted("parent", plan("p0"))];
const OWN = [started("own"), itemCompleted("own", plan("p1"))];

describe("D15: copied and inherited history stays with its source", () => {
  it("lets no line below the start of a sub-agent's own history reach an observer", () => {
    const thread = subAgent(4, ...COPIED, ...OWN);
    expect(items(thread)).toEqual(["5: + own/p1 #1"]);
    expect(summaries(thread)).toEqual(["4: own inProgress"]);
    expect(lifecycle(thread)).toEqual(["4: turn.started own"]);
    expect(brief(codexTurns(thread))).toEqual(["own interrupted: p1"]);
  });

  it("counts the session lines of the parent neither as a start nor as a change of mode", () => {
    const copied = paginatedSession({ id: OTHER_THREAD, history_mode: "legacy" });
    const thread = subAgent(2, copied, ...OWN);
    expect(lifecycle(thread)).toEqual(["2: turn.started own"]);
    expect(items(thread)).toEqual(["3: + own/p1 #1"]);
  });

  it("counts lines from the start on, also those that name a copied turn", () => {
    const thread = subAgent(4, ...COPIED, itemCompleted("parent", plan("p2")), completed("parent"));
    expect(items(thread)).toEqual(["4: + parent/p2 #1"]);
    expect(summaries(thread)).toEqual(["5: parent completed"]);
  });

  it("counts a line without ordinal by its position", () => {
    const bare = (line: Parameters<typeof withMembers>[0]) => withMembers(line, { ordinal: undefined });
    expect(summaries(subAgent(2, bare(started("copied")), bare(started("own"))))).toEqual(["2: own inProgress"]);
  });

  it("announces the sub-agent with its parent", () => {
    expect(payloads(subAgent(9), "lifecycle", 0)).toMatchObject([{ payload: { parentThreadId: OTHER_THREAD } }]);
  });

  describe("of a fork", () => {
    const source = rollout(OTHER_THREAD, [
      paginatedSession({ id: OTHER_THREAD }),
      started("a"),
      itemCompleted("a", plan("p0")),
      completed("a"),
    ]);
    const fork = rollout(THREAD, [revertTo(OTHER_THREAD, 4, { forked_from_id: OTHER_THREAD }), ...OWN], 4);

    it("emits its own lines only", () => {
      expect(items([fork])).toEqual(["2: + own/p1 #1"]);
      expect(summaries([fork])).toEqual(["1: own inProgress"]);
      expect(lifecycle([fork])).toEqual(["1: turn.started own"]);
    });

    it("says in thread.started where the inherited rows are", () => {
      expect(payloads([fork], "lifecycle", 0)).toMatchObject([
        { payload: { forkedFromId: OTHER_THREAD, historyBase: { threadId: OTHER_THREAD, endOrdinalExclusive: 4 } } },
      ]);
    });

    it("shows them, in the codex view, before its own", () => {
      expect(brief(codexTurns([source, fork]))).toEqual(["a completed: p0", "own interrupted: p1"]);
    });
  });
});
