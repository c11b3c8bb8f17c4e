import type { AgentState, LegacyItemEvent } from "../../rollout/index.ts";
import { sortedStates } from "./from-turn-item.ts";
import type { CollabAgentToolCallItem } from "./thread-item.ts";

type CollabEvent = Extract<LegacyItemEvent, { readonly type: `collab_${string}` }>;

type CollabCall = Pick<CollabAgentToolCallItem, "tool" | "status" | "receiverThreadIds"> &
  Partial<Pick<CollabAgentToolCallItem, "prompt" | "model" | "reasoningEffort">> & {
    readonly states?: ReadonlyMap<string, AgentState>;
  };

/** Calls to other agents (reduction §8, "Collab items"). */
export function collabItem(event: CollabEvent): CollabAgentToolCallItem {
  const call = collabCall(event);
  return {
    type: "collabAgentToolCall",
    id: event.callId,
    tool: call.tool,
    status: call.status,
    senderThreadId: event.senderThreadId,
    receiverThreadIds: call.receiverThreadIds,
    prompt: call.prompt ?? null,
    model: call.model ?? null,
    reasoningEffort: call.reasoningEffort ?? null,
    agentsStates: sortedStates(call.states ?? new Map()),
  };
}

function collabCall(event: CollabEvent): CollabCall {
  switch (event.type) {
    case "collab_agent_spawn_begin": {
      const { prompt, model, reasoningEffort } = event;
      return { tool: "spawnAgent", status: "inProgress", receiverThreadIds: [], prompt, model, reasoningEffort };
    }
    case "collab_agent_spawn_end": {
      const { prompt, model, reasoningEffort, newThreadId, status } = event;
      const asked = { tool: "spawnAgent", prompt, model, reasoningEffort };
      if (newThreadId === null) return { ...asked, status: "failed", receiverThreadIds: [] };
      return { ...asked, ...ended([[newThreadId, status]]) };
    }
    case "collab_agent_interaction_begin":
      return { ...begun(event.receiverThreadId), tool: "sendInput", prompt: event.prompt };
    case "collab_agent_interaction_end":
      return { ...ended([[event.receiverThreadId, event.status]]), tool: "sendInput", prompt: event.prompt };
    case "collab_waiting_begin":
      return { tool: "wait", status: "inProgress", receiverThreadIds: event.receiverThreadIds };
    case "collab_waiting_end":
      return { ...ended([...event.statuses]), tool: "wait" };
    case "collab_close_begin":
      return { ...begun(event.receiverThreadId), tool: "closeAgent" };
    case "collab_close_end":
      return { ...ended([[event.receiverThreadId, event.status]]), tool: "closeAgent" };
    case "collab_resume_begin":
      return { ...begun(event.receiverThreadId), tool: "resumeAgent" };
    case "collab_resume_end":
      return { ...ended([[event.receiverThreadId, event.status]]), tool: "resumeAgent" };
  }
}

function begun(receiver: string): Pick<CollabCall, "status" | "receiverThreadIds"> {
  return { status: "inProgress", receiverThreadIds: [receiver] };
}

/** A call ends failed when any agent errored or was not found. */
function ended(states: readonly (readonly [string, AgentState])[]) {
  const hasFailed = states.some(([, { status }]) => status === "errored" || status === "notFound");
  return {
    status: hasFailed ? "failed" : "completed",
    receiverThreadIds: states.map(([id]) => id).sort(),
    states: new Map(states),
  } as const;
}
