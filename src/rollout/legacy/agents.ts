import { type Fields, int64, literal, nonEmptyString, string } from "../fields.ts";
import { agentPath } from "../paths.ts";
import { agentState, agentStates, threadId, threadIds } from "../values.ts";

/** Events of calls to other agents (rollout-format §4). */

const reasoningEffort = literal("none", "minimal", "low", "medium", "high", "xhigh");

export function collabAgentSpawnBegin(fields: Fields) {
  return {
    type: "collab_agent_spawn_begin",
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    prompt: fields.required("prompt", string),
    model: fields.required("model", string),
    reasoningEffort: fields.required("reasoning_effort", reasoningEffort),
  } as const;
}

export function collabAgentSpawnEnd(fields: Fields) {
  return {
    ...collabAgentSpawnBegin(fields),
    type: "collab_agent_spawn_end",
    newThreadId: fields.optional("new_thread_id", threadId),
    status: fields.required("status", agentState),
  } as const;
}

function collabWithReceiver(fields: Fields) {
  return {
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    receiverThreadId: fields.required("receiver_thread_id", threadId),
  };
}

export function collabAgentInteractionBegin(fields: Fields) {
  return {
    type: "collab_agent_interaction_begin",
    ...collabWithReceiver(fields),
    prompt: fields.required("prompt", string),
  } as const;
}

export function collabAgentInteractionEnd(fields: Fields) {
  return {
    ...collabAgentInteractionBegin(fields),
    type: "collab_agent_interaction_end",
    status: fields.required("status", agentState),
  } as const;
}

export function collabWaitingBegin(fields: Fields) {
  return {
    type: "collab_waiting_begin",
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    receiverThreadIds: fields.required("receiver_thread_ids", threadIds),
  } as const;
}

export function collabWaitingEnd(fields: Fields) {
  return {
    type: "collab_waiting_end",
    callId: fields.required("call_id", string),
    senderThreadId: fields.required("sender_thread_id", threadId),
    statuses: fields.required("statuses", agentStates),
  } as const;
}

export function collabCloseBegin(fields: Fields) {
  return { type: "collab_close_begin", ...collabWithReceiver(fields) } as const;
}

export function collabCloseEnd(fields: Fields) {
  return {
    type: "collab_close_end",
    ...collabWithReceiver(fields),
    status: fields.required("status", agentState),
  } as const;
}

export function collabResumeBegin(fields: Fields) {
  return { type: "collab_resume_begin", ...collabWithReceiver(fields) } as const;
}

export function collabResumeEnd(fields: Fields) {
  return {
    type: "collab_resume_end",
    ...collabWithReceiver(fields),
    status: fields.required("status", agentState),
  } as const;
}

const activityKind = literal("started", "interacted", "interrupted", "completed");

export function subAgentActivity(fields: Fields) {
  return {
    type: "sub_agent_activity",
    eventId: fields.required("event_id", string),
    occurredAtMs: fields.defaulted("occurred_at_ms", int64, 0),
    kind: fields.required("kind", activityKind),
    agentThreadId: fields.required("agent_thread_id", threadId),
    agentPath: fields.required("agent_path", agentPath),
    model: fields.optional("model", string),
    reasoningEffort: fields.optional("reasoning_effort", nonEmptyString),
  } as const;
}
