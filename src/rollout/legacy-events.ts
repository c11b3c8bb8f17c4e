import {
  collabAgentInteractionBegin,
  collabAgentInteractionEnd,
  collabAgentSpawnBegin,
  collabAgentSpawnEnd,
  collabCloseBegin,
  collabCloseEnd,
  collabResumeBegin,
  collabResumeEnd,
  collabWaitingBegin,
  collabWaitingEnd,
  subAgentActivity,
} from "./legacy/agents.ts";
import {
  applyPatchApprovalRequest,
  execCommandBegin,
  execCommandEnd,
  guardianAssessment,
  patchApplyBegin,
  patchApplyEnd,
} from "./legacy/commands.ts";
import {
  agentMessage,
  agentReasoning,
  agentReasoningRawContent,
  contextCompacted,
  enteredReviewMode,
  exitedReviewMode,
  userMessage,
} from "./legacy/messages.ts";
import {
  dynamicToolCallRequest,
  dynamicToolCallResponse,
  imageGenerationBegin,
  imageGenerationEnd,
  mcpToolCallBegin,
  mcpToolCallEnd,
  viewImageToolCall,
  webSearchBegin,
  webSearchEnd,
} from "./legacy/tools.ts";

/**
 * Events of the legacy history mode that make or update an item: their readers by `payload.type`, which is also the `type`
 * of what they read.
 */
export const LEGACY_ITEM_EVENTS = {
  user_message: userMessage,
  agent_message: agentMessage,
  agent_reasoning: agentReasoning,
  agent_reasoning_raw_content: agentReasoningRawContent,
  web_search_begin: webSearchBegin,
  web_search_end: webSearchEnd,
  exec_command_begin: execCommandBegin,
  exec_command_end: execCommandEnd,
  guardian_assessment: guardianAssessment,
  apply_patch_approval_request: applyPatchApprovalRequest,
  patch_apply_begin: patchApplyBegin,
  patch_apply_end: patchApplyEnd,
  dynamic_tool_call_request: dynamicToolCallRequest,
  dynamic_tool_call_response: dynamicToolCallResponse,
  mcp_tool_call_begin: mcpToolCallBegin,
  mcp_tool_call_end: mcpToolCallEnd,
  view_image_tool_call: viewImageToolCall,
  image_generation_begin: imageGenerationBegin,
  image_generation_end: imageGenerationEnd,
  collab_agent_spawn_begin: collabAgentSpawnBegin,
  collab_agent_spawn_end: collabAgentSpawnEnd,
  collab_agent_interaction_begin: collabAgentInteractionBegin,
  collab_agent_interaction_end: collabAgentInteractionEnd,
  collab_waiting_begin: collabWaitingBegin,
  collab_waiting_end: collabWaitingEnd,
  collab_close_begin: collabCloseBegin,
  collab_close_end: collabCloseEnd,
  collab_resume_begin: collabResumeBegin,
  collab_resume_end: collabResumeEnd,
  context_compacted: contextCompacted,
  entered_review_mode: enteredReviewMode,
  exited_review_mode: exitedReviewMode,
  sub_agent_activity: subAgentActivity,
} as const;

export type LegacyItemEvent = ReturnType<(typeof LEGACY_ITEM_EVENTS)[keyof typeof LEGACY_ITEM_EVENTS]>;

/** The event of one name. */
export type LegacyEventOf<T extends LegacyItemEvent["type"]> = Extract<LegacyItemEvent, { readonly type: T }>;
