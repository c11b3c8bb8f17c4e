import {
  AGENT_A,
  AGENT_B,
  agentStatus,
  changes,
  duration,
  type Ingredients,
  type MakePayload,
  type Payload,
  pick,
  reviewOutput,
} from "./generated-events.ts";

/** Whole items, by the type that their line gives them. */
export const TURN_ITEMS = {
  UserMessage: ({ variant }) => ({ content: [{ type: "text", text: pick(variant, "hi", " ") }] }),
  HookPrompt: ({ variant }) => ({ fragments: [{ text: pick(variant, "x", "y"), hookRunId: "r" }] }),
  AgentMessage: ({ variant }) => ({ content: [{ type: "Text", text: pick(variant, "yes", "") }] }),
  Plan: ({ variant }) => ({ text: pick(variant, "1. do", "", "2. do") }),
  Reasoning: ({ variant }) => ({ summary_text: [pick(variant, "think", "more")] }),
  CommandExecution: ({ variant }) => ({
    command: ["ls"],
    cwd: "file:///w",
    parsed_cmd: [],
    source: "agent",
    status: pick(variant, "in_progress", "completed", "failed"),
    duration: pick(variant, null, duration(variant)),
  }),
  FileChange: ({ variant }) => ({ changes: changes(variant), status: pick(variant, undefined, "completed") }),
  McpToolCall: ({ variant }) => ({
    server: "s",
    tool: "t",
    arguments: { 2: 1.5, 1: null },
    status: pick(variant, "inProgress", "completed"),
  }),
  DynamicToolCall: ({ variant }) => ({ tool: "t", arguments: null, status: pick(variant, "in_progress", "failed") }),
  CollabAgentToolCall: ({ variant }) => ({
    tool: pick(variant, "spawn_agent", "wait"),
    status: "in_progress",
    sender_thread_id: AGENT_A,
    agents_states: { [AGENT_B]: agentStatus(variant) },
  }),
  SubAgentActivity: ({ variant }) => ({
    kind: pick(variant, "completed", "started"),
    agent_thread_id: AGENT_A,
    agent_path: "/root/a",
  }),
  WebSearch: ({ variant }) => ({ query: pick(variant, "q", ""), action: { type: "other" } }),
  ImageView: () => ({ path: "file:///w/i.png" }),
  ImageGeneration: ({ variant }) => ({ status: pick(variant, "", "completed"), result: "r" }),
  EnteredReviewMode: () => ({ target: { type: "custom", instructions: "i" }, user_facing_hint: "look" }),
  ExitedReviewMode: ({ variant }) => ({ review_output: reviewOutput(variant) }),
  FunctionCallOutput: ({ variant }) => ({
    name: "f",
    output: pick<unknown>(variant, "o", [{ type: "input_text", text: "o" }]),
  }),
  ContextCompaction: () => ({}),
  Extension: ({ variant }) =>
    pick<Payload>(variant, { kind: "clock.sleep", durationMs: 5 }, { kind: "web.search", query: "q" }),
} satisfies Record<string, MakePayload>;

/** A line that brings a whole item. */
export function itemLine(
  type: "item_started" | "item_completed",
  itemType: keyof typeof TURN_ITEMS,
  of: Ingredients,
): Payload {
  const make: MakePayload = TURN_ITEMS[itemType];
  return {
    type,
    thread_id: AGENT_A,
    turn_id: of.turnId,
    item: { type: itemType, id: of.callId, ...make(of) },
    started_at_ms: pick(of.variant, undefined, 1000),
    completed_at_ms: type === "item_completed" ? pick(of.variant, 2000, 0, 3000) : undefined,
  };
}
