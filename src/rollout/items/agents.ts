import { type Fields, list, literal, nonEmptyString, object, oneOf, string, unreadString } from "../fields.ts";
import { agentPath } from "../paths.ts";
import { agentStates, itemId, threadId, threadIds } from "../values.ts";

/** Items of other agents (paginated §2). */

const collabTool = oneOf({
  spawn_agent: "spawnAgent",
  send_input: "sendInput",
  resume_agent: "resumeAgent",
  wait: "wait",
  close_agent: "closeAgent",
  send_message: "sendMessage",
  followup_task: "followupTask",
  interrupt_agent: "interruptAgent",
  list_agents: "listAgents",
} as const);

const collabStatus = oneOf({
  in_progress: "inProgress",
  completed: "completed",
  failed: "failed",
  interrupted: "interrupted",
} as const);

const receiverAgents = list(
  object((agent) => {
    agent.required("thread_id", threadId);
    agent.optional("agent_nickname", unreadString);
    agent.optional("agent_role", unreadString);
  }),
);

export function collabAgentToolCall(fields: Fields) {
  fields.defaulted("receiver_agents", receiverAgents, []);
  return {
    type: "CollabAgentToolCall",
    id: itemId(fields),
    tool: fields.required("tool", collabTool),
    status: fields.required("status", collabStatus),
    senderThreadId: fields.required("sender_thread_id", threadId),
    receiverThreadIds: fields.defaulted("receiver_thread_ids", threadIds, []),
    prompt: fields.optional("prompt", string),
    model: fields.optional("model", string),
    reasoningEffort: fields.optional("reasoning_effort", nonEmptyString),
    agentsStates: fields.defaulted("agents_states", agentStates, new Map()),
  } as const;
}

const activityKind = literal("started", "interacted", "interrupted", "completed");

export function subAgentActivity(fields: Fields) {
  return {
    type: "SubAgentActivity",
    id: itemId(fields),
    model: fields.optional("model", string),
    reasoningEffort: fields.optional("reasoning_effort", nonEmptyString),
    kind: fields.required("kind", activityKind),
    agentThreadId: fields.required("agent_thread_id", threadId),
    agentPath: fields.required("agent_path", agentPath),
  } as const;
}
