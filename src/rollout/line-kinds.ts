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

/** Line kinds that 0.169.0 knows and does not keep. */
export const KNOWN_LINE_KINDS: ReadonlySet<string> = new Set(["realtime_item"]);

/** Event messages that 0.169.0 knows, does not keep, and that have no effect in either history mode. */
export const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  "agent_message_content_delta",
  "agent_reasoning_section_break",
  "auth_recovery_completed",
  "auth_recovery_started",
  "deprecation_notice",
  "elicitation_abandoned",
  "elicitation_request",
  "environment_connected",
  "environment_disconnected",
  "exec_approval_request",
  "exec_command_output_delta",
  "guardian_warning",
  "hook_completed",
  "hook_started",
  "mcp_startup_complete",
  "mcp_startup_update",
  "model_reroute",
  "model_verification",
  "patch_apply_updated",
  "plan_delta",
  "plan_update",
  "raw_response_completed",
  "raw_response_item",
  "realtime_conversation_closed",
  "realtime_conversation_list_voices_response",
  "realtime_conversation_realtime",
  "realtime_conversation_sdp",
  "realtime_conversation_started",
  "reasoning_content_delta",
  "reasoning_raw_content_delta",
  "request_permissions",
  "request_user_input",
  "safety_buffering",
  "session_configured",
  "shutdown_complete",
  "stream_error",
  "terminal_interaction",
  "thread_queue_changed",
  "turn_diff",
  "turn_moderation_metadata",
  "warning",
]);
