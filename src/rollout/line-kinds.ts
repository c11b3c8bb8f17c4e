/**
 * Which lines Codex 0.169.0 keeps when it loads a legacy rollout file: they take the next rollout index (ADR 0001).
 * Of a line without effect only its kind is examined (ADR 0021).
 */

/** Line kinds besides `event_msg` and `response_item` that are kept. */
export const COUNTED_LINE_KINDS: ReadonlySet<string> = new Set([
  "session_meta",
  "turn_context",
  "compacted",
  "world_state",
  "token_usage_record",
  "retained_context",
  "inter_agent_communication",
  "security_risk_score",
  "dynamic_tools_updated",
  "inter_agent_communication_metadata",
]);

/** Response items that are kept: all that this release knows. */
export const COUNTED_RESPONSE_ITEMS: ReadonlySet<string> = new Set([
  "message",
  "agent_message",
  "reasoning",
  "local_shell_call",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "tool_search_call",
  "tool_search_output",
  "web_search_call",
  "image_generation_call",
  "compaction",
  "compaction_summary",
  "context_compaction",
  "additional_tools",
  "configuration_update",
]);

/** Event messages that are kept, by `payload.type`. Of `item_completed` only some items are (paginated §4). */
export const COUNTED_EVENTS: ReadonlySet<string> = new Set([
  "task_started",
  "turn_started",
  "task_complete",
  "turn_complete",
  "turn_aborted",
  "thread_rolled_back",
  "user_message",
  "agent_message",
  "agent_reasoning",
  "agent_reasoning_raw_content",
  "patch_apply_end",
  "mcp_tool_call_end",
  "web_search_end",
  "image_generation_end",
  "context_compacted",
  "entered_review_mode",
  "exited_review_mode",
  "sub_agent_activity",
  "token_count",
  "thread_goal_updated",
  "thread_settings_applied",
]);
