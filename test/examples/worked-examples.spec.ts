import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asJson, codexTurnsOf, fullTurnsOf, mutationsOf, observedLines, type TestRollout } from "../support/threads.ts";

/** A worked example of the specification, with what it must give. */
interface Example {
  readonly name: string;
  readonly title: string;
  readonly rule: string;
  readonly threadId: string;
  readonly rollouts: readonly TestRollout[];
  readonly mutations: readonly {
    readonly rollout: number;
    readonly position: number;
    readonly type: string;
    readonly payload: unknown;
  }[];
  readonly turns: unknown;
  readonly codexView: readonly CodexTurn[];
}

interface CodexTurn {
  readonly items: readonly { readonly id: string }[];
}

function examplesIn(folder: string): Example[] {
  const path = join(import.meta.dirname, folder);
  const files = readdirSync(path).filter((name) => name.endsWith(".json"));
  return files.sort().map((name) => JSON.parse(readFileSync(join(path, name), "utf8")) as Example);
}

/** Threads of the example: a fork is a thread of its own. */
function threadsOf({ rollouts, threadId }: Example): { threadId: string; rollouts: TestRollout[] }[] {
  const groups = Map.groupBy(rollouts, (rollout) => rollout.threadId ?? threadId);
  return [...groups].map(([id, group]) => ({ threadId: id, rollouts: group }));
}

/** Codex lists an item that was completed again in a fork twice; rows are merged (ADR 0024). */
function merged(turns: readonly CodexTurn[]): unknown {
  return turns.map((turn) => ({ ...turn, items: [...new Map(turn.items.map((item) => [item.id, item])).values()] }));
}

describe.each(["legacy", "paginated"])("worked examples of %s threads", (folder) => {
  describe.each(examplesIn(folder))("$name $title: $rule", (example) => {
    it("gives these mutations", () => {
      const mutations = threadsOf(example).flatMap(({ threadId, rollouts }) =>
        mutationsOf(observedLines(threadId, rollouts)),
      );
      const rolloutIds = example.rollouts.map(({ rolloutId }) => rolloutId);
      const found = mutations.map(({ rolloutId, sourcePosition, type, payload }) => ({
        rollout: rolloutIds.indexOf(rolloutId),
        position: sourcePosition,
        type,
        payload: asJson(payload),
      }));
      expect(found).toEqual(example.mutations);
    });

    it("gives these turns", () => {
      const last = threadsOf(example).at(-1);
      expect(asJson(fullTurnsOf(observedLines(last?.threadId ?? "", last?.rollouts ?? [])))).toEqual(example.turns);
    });

    it("gives, for a file, what Codex 0.169.0 answers", () => {
      const lines = observedLines(example.threadId, example.rollouts);
      expect(asJson(codexTurnsOf(lines))).toEqual(merged(example.codexView));
    });
  });
});
