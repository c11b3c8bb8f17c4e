import { describe, expect, it } from "vitest";
import { event, itemTexts, legacy, started, THREAD } from "../../../test/support/story.ts";

const A = "01900000-0000-7000-8000-00000000000a";
const B = "01900000-0000-7000-8000-00000000000b";

function callOf(type: string, fields: object): unknown {
  const line = event(type, { call_id: "c", sender_thread_id: THREAD, ...fields });
  return JSON.parse(itemTexts(legacy(started("a"), line)).get("c") ?? "null");
}

const SPAWN = { prompt: "p", model: "m", reasoning_effort: "low" };

describe("collabAgentToolCall (reduction §8)", () => {
  it("shows a spawn in progress without receivers", () => {
    expect(callOf("collab_agent_spawn_begin", SPAWN)).toMatchObject({
      tool: "spawnAgent",
      status: "inProgress",
      senderThreadId: THREAD,
      receiverThreadIds: [],
      prompt: "p",
      model: "m",
      reasoningEffort: "low",
      agentsStates: {},
    });
  });

  it("completes a spawn with the new thread and its state", () => {
    expect(callOf("collab_agent_spawn_end", { ...SPAWN, new_thread_id: B, status: "running" })).toMatchObject({
      status: "completed",
      receiverThreadIds: [B],
      agentsStates: { [B]: { status: "running", message: null } },
    });
  });

  it.each([
    ["there is no new thread", { status: "running" }, []],
    ["the agent errored", { new_thread_id: B, status: { errored: "x" } }, [B]],
    ["the agent was not found", { new_thread_id: B, status: "not_found" }, [B]],
  ])("fails a spawn when %s", (_when, fields, receiverThreadIds) => {
    expect(callOf("collab_agent_spawn_end", { ...SPAWN, ...fields })).toMatchObject({
      status: "failed",
      receiverThreadIds,
    });
  });

  describe.each([
    ["collab_agent_interaction", "sendInput", "p"],
    ["collab_close", "closeAgent", null],
    ["collab_resume", "resumeAgent", null],
  ])("%s", (name, tool, prompt) => {
    const fields = { receiver_thread_id: B, prompt: "p" };

    it("is in progress at its begin, without states", () => {
      expect(callOf(`${name}_begin`, fields)).toMatchObject({
        tool,
        status: "inProgress",
        receiverThreadIds: [B],
        prompt,
        model: null,
        agentsStates: {},
      });
    });

    it.each([
      ["interrupted", "completed"],
      ["shutdown", "completed"],
      ["not_found", "failed"],
    ])("ends, with an agent %s, as %s", (status, found) => {
      expect(callOf(`${name}_end`, { ...fields, status })).toMatchObject({
        tool,
        status: found,
        receiverThreadIds: [B],
        prompt,
      });
    });
  });

  it("shows those waited for in the order given", () => {
    expect(callOf("collab_waiting_begin", { receiver_thread_ids: [B, A] })).toMatchObject({
      tool: "wait",
      receiverThreadIds: [B, A],
    });
  });

  it("shows those that ended sorted, each with its state", () => {
    const statuses = { [B]: { completed: null }, [A]: { completed: "done" } };
    const call = callOf("collab_waiting_end", { statuses }) as { agentsStates: object };
    expect(call).toMatchObject({ status: "completed", receiverThreadIds: [A, B] });
    expect(Object.entries(call.agentsStates)).toEqual([
      [A, { status: "completed", message: "done" }],
      [B, { status: "completed", message: null }],
    ]);
  });

  it.each([
    ["no agent", {}, "completed"],
    ["one that errored", { [A]: "running", [B]: { errored: "x" } }, "failed"],
  ])("ends a wait for %s", (_for, statuses, status) => {
    expect(callOf("collab_waiting_end", { statuses })).toMatchObject({ status });
  });
});
