import { describe, expect, it } from "vitest";
import { aborted, completed, itemCompleted, itemStarted, items, paginated, plan, started } from "../support/story.ts";

const command = (status: string) => ({
  type: "CommandExecution",
  id: "c",
  command: ["ls"],
  cwd: "file:///w",
  parsed_cmd: [],
  source: "agent",
  status,
});

describe("D23: a paginated item is open exactly from its start to its completion", () => {
  it("whatever its kind: also kinds without a status", () => {
    expect(items(paginated(itemStarted("a", plan("p")), itemCompleted("a", plan("p"))))).toEqual([
      "1: + a/p #1 (open)",
      "2: + a/p #1",
    ]);
  });

  it("whatever the status it shows", () => {
    const thread = paginated(itemStarted("a", command("completed")), itemCompleted("a", command("in_progress")));
    expect(items(thread)).toEqual(["1: + a/c #1 (open)", "2: + a/c #1"]);
  });

  it("never, when it has a completion only", () => {
    expect(items(paginated(itemCompleted("a", command("in_progress"))))).toEqual(["1: + a/c #1"]);
  });

  it("and not again: a start after the completion is ignored", () => {
    expect(items(paginated(itemCompleted("a", plan("p")), itemStarted("a", plan("p", "again"))))).toEqual([
      "1: + a/p #1",
    ]);
  });

  it("which is so for the pair of turn and item: the same id in another turn opens", () => {
    const thread = paginated(itemCompleted("a", plan("p")), itemStarted("b", plan("p")));
    expect(items(thread)).toEqual(["1: + a/p #1", "2: + b/p #2 (open)"]);
  });

  it("while it is started again with something new, it stays open", () => {
    const thread = paginated(
      itemStarted("a", plan("p")),
      itemStarted("a", plan("p", "more")),
      itemStarted("a", plan("p", "more")),
    );
    expect(items(thread)).toEqual(["1: + a/p #1 (open)", "2: + a/p #1 (open)"]);
  });

  it.each([
    ["completion", completed("a")],
    ["abort", aborted("a")],
  ])("and is not closed by the %s of its turn", (_end, line) => {
    expect(items(paginated(started("a"), itemStarted("a", plan("p")), line))).toEqual(["2: + a/p #1 (open)"]);
  });
});
