/** Payloads of event messages for generated threads: small pools of values, so that ids collide and values repeat. */

/** What one generated line is made of. `variant` picks among the values that a kind knows. */
export interface Ingredients {
  readonly turnId: string;
  readonly callId: string;
  readonly variant: number;
}

export type Payload = Readonly<Record<string, unknown>>;
export type MakePayload = (ingredients: Ingredients) => Payload;

export const AGENT_A = "01900000-0000-7000-8000-00000000000a";
export const AGENT_B = "01900000-0000-7000-8000-00000000000b";

/** The value for this variant; past the last, the first again. */
export function pick<T>(variant: number, first: T, ...others: readonly T[]): T {
  return [first, ...others][variant % (others.length + 1)] ?? first;
}

const ERROR_INFOS = [
  null,
  "bad_request",
  { http_connection_failed: { http_status_code: 502 } },
  "thread_rollback_failed",
  { active_turn_not_steerable: { turn_kind: "review" } },
  "never_heard_of",
];

const failureOf = (variant: number) => ({
  message: pick(variant, "broken", "", "again"),
  codex_error_info: pick(variant, ERROR_INFOS[0], ...ERROR_INFOS.slice(1)),
});
const seconds = (variant: number) =>
  pick<number | bigint | null | undefined>(variant, 10, null, 20, undefined, 9007199254740993n, -1);

export const TURN_EVENTS = {
  task_started: ({ turnId, variant }) => ({
    turn_id: turnId,
    started_at: seconds(variant),
    root_turn_id: pick(variant, undefined, turnId, "root"),
  }),
  task_complete: ({ turnId, variant }) => ({
    turn_id: turnId,
    started_at: seconds(variant),
    completed_at: seconds(variant + 1),
    duration_ms: seconds(variant + 2),
    error: pick(variant, undefined, undefined, null, undefined, failureOf(variant)),
    root_turn_id: pick(variant, undefined, "late root"),
  }),
  turn_aborted: ({ turnId, variant }) => ({
    turn_id: pick(variant, turnId, turnId, undefined, turnId, null),
    reason: pick(variant, "interrupted", "replaced", "review_ended", "budget_limited"),
    completed_at: seconds(variant),
    error: pick(variant, undefined, null, undefined, failureOf(variant)),
  }),
  error: ({ variant }) => failureOf(variant),
  thread_rolled_back: ({ variant }) => ({ num_turns: pick(variant, 1, 0, 2, 1, 4294967295, 3) }),
} satisfies Record<string, MakePayload>;

const command = ({ turnId, callId, variant }: Ingredients) => ({
  call_id: callId,
  turn_id: turnId,
  command: ["ls", pick(variant, "-la", "it's")],
  cwd: "/w",
  parsed_cmd: [{ type: "read", cmd: "cat x", name: "x", path: pick(variant, "x", "/x") }],
});
export const changes = (variant: number) => ({
  "/w/a": pick(variant, { type: "add", content: "x" }, { type: "delete", content: "x" }),
});
export const duration = (variant: number) => ({ secs: variant, nanos: 5_000_000 });
const receiver = ({ callId }: Ingredients) => ({
  call_id: callId,
  sender_thread_id: AGENT_A,
  receiver_thread_id: AGENT_B,
});
export const agentStatus = (variant: number) =>
  pick<unknown>(variant, "running", { errored: "x" }, { completed: null }, "not_found");
const invocation = (variant: number) => ({
  server: "s",
  tool: "t",
  arguments: pick<unknown>(variant, { 2: 1, 1: 2 }, null, undefined),
});
const findings = [
  {
    title: "t",
    body: "b",
    confidence_score: 1,
    priority: 1,
    code_location: { absolute_file_path: "/w/a", line_range: { start: 1, end: 2 } },
  },
];
export const reviewOutput = (variant: number) =>
  pick(
    variant,
    undefined,
    { findings: [], overall_correctness: "", overall_explanation: " ok ", overall_confidence_score: 1 },
    { findings, overall_correctness: "", overall_explanation: "", overall_confidence_score: 1 },
  );
const reviewPlace = ({ turnId, callId, variant }: Ingredients) => ({
  item_id: pick(variant, undefined, callId, callId, undefined),
  turn_id: pick(variant, undefined, undefined, turnId, turnId),
});

/** Legacy events that make or change an item, those of the raw stream only included. */
export const ITEM_EVENTS = {
  user_message: ({ variant }) => ({ message: pick(variant, "hi", " ", "more"), images: pick(variant, null, ["u"]) }),
  agent_message: ({ variant }) => ({
    message: pick(variant, "yes", "", "no"),
    phase: pick(variant, undefined, "final_answer"),
  }),
  agent_reasoning: ({ variant }) => ({ text: pick(variant, "think", "", "more") }),
  agent_reasoning_raw_content: ({ variant }) => ({ text: pick(variant, "raw", "", "more") }),
  web_search_begin: ({ callId }) => ({ call_id: callId }),
  web_search_end: ({ callId, variant }) => ({
    call_id: callId,
    query: "q",
    action: pick(variant, { type: "search", query: "q" }, { type: "open_page" }, { type: "new" }),
  }),
  exec_command_begin: command,
  exec_command_end: (of) => ({
    ...command(of),
    stdout: "",
    stderr: "",
    formatted_output: "",
    aggregated_output: pick(of.variant, "", "out"),
    exit_code: 0,
    duration: duration(of.variant),
    status: pick(of.variant, "completed", "failed", "declined"),
  }),
  guardian_assessment: ({ turnId, callId, variant }) => ({
    id: "g",
    target_item_id: pick(variant, callId, callId, null),
    turn_id: pick(variant, turnId, ""),
    status: pick(variant, "in_progress", "denied", "approved", "timed_out"),
    action: pick<unknown>(
      variant,
      { type: "command", source: "shell", command: "ls", cwd: "/w" },
      { type: "execve", source: "shell", program: "ls", argv: [], cwd: "/w" },
      { type: "apply_patch" },
    ),
  }),
  apply_patch_approval_request: ({ turnId, callId, variant }) => ({
    call_id: callId,
    turn_id: turnId,
    changes: changes(variant),
  }),
  patch_apply_begin: ({ turnId, callId, variant }) => ({
    call_id: callId,
    turn_id: turnId,
    auto_approved: true,
    changes: changes(variant),
  }),
  patch_apply_end: ({ turnId, callId, variant }) => ({
    call_id: callId,
    turn_id: pick(variant, turnId, turnId, ""),
    stdout: "",
    stderr: "",
    success: true,
    changes: changes(variant),
    status: pick(variant, "completed", "failed"),
  }),
  dynamic_tool_call_request: ({ turnId, callId, variant }) => ({
    callId,
    turnId,
    tool: "t",
    arguments: pick<unknown>(variant, { a: 1 }, null),
  }),
  dynamic_tool_call_response: ({ turnId, callId, variant }) => ({
    call_id: callId,
    turn_id: turnId,
    tool: "t",
    arguments: null,
    content_items: [{ type: "inputText", text: "x" }],
    success: pick(variant, true, false),
    duration: duration(variant),
  }),
  mcp_tool_call_begin: ({ callId, variant }) => ({ call_id: callId, invocation: invocation(variant) }),
  mcp_tool_call_end: ({ turnId, callId, variant }) => ({
    call_id: callId,
    turn_id: pick(variant, undefined, turnId),
    invocation: invocation(variant),
    duration: duration(variant),
    result: pick<unknown>(variant, { Ok: { content: [{ n: 1n }], isError: variant > 2 } }, { Err: "no" }),
  }),
  view_image_tool_call: ({ callId }) => ({ call_id: callId, path: "/w/i.png" }),
  image_generation_begin: ({ callId }) => ({ call_id: callId }),
  image_generation_end: ({ callId, variant }) => ({
    call_id: callId,
    status: pick(variant, "completed", ""),
    result: "r",
  }),
  collab_agent_spawn_begin: ({ callId }) => ({
    call_id: callId,
    sender_thread_id: AGENT_A,
    prompt: "p",
    model: "m",
    reasoning_effort: "low",
  }),
  collab_agent_spawn_end: ({ callId, variant }) => ({
    call_id: callId,
    sender_thread_id: AGENT_A,
    new_thread_id: pick(variant, AGENT_B, null),
    prompt: "p",
    model: "m",
    reasoning_effort: "low",
    status: agentStatus(variant),
  }),
  collab_agent_interaction_begin: (of) => ({ ...receiver(of), prompt: "p" }),
  collab_agent_interaction_end: (of) => ({ ...receiver(of), prompt: "p", status: agentStatus(of.variant) }),
  collab_waiting_begin: ({ callId }) => ({
    call_id: callId,
    sender_thread_id: AGENT_A,
    receiver_thread_ids: [AGENT_B, AGENT_A],
  }),
  collab_waiting_end: ({ callId, variant }) => ({
    call_id: callId,
    sender_thread_id: AGENT_A,
    statuses: { [AGENT_B]: agentStatus(variant), [AGENT_A]: "running" },
  }),
  collab_close_begin: receiver,
  collab_close_end: (of) => ({ ...receiver(of), status: agentStatus(of.variant) }),
  collab_resume_begin: receiver,
  collab_resume_end: (of) => ({ ...receiver(of), status: agentStatus(of.variant) }),
  context_compacted: () => ({}),
  entered_review_mode: (of) => ({
    target: { type: "uncommittedChanges" },
    user_facing_hint: pick(of.variant, null, "look"),
    ...reviewPlace(of),
  }),
  exited_review_mode: (of) => ({ review_output: reviewOutput(of.variant), ...reviewPlace(of) }),
  sub_agent_activity: ({ callId, variant }) => ({
    event_id: callId,
    occurred_at_ms: pick(variant, 0, 5),
    kind: pick(variant, "started", "interacted", "completed"),
    agent_thread_id: AGENT_A,
    agent_path: "/root/a",
  }),
} satisfies Record<string, MakePayload>;
