import { describe, expect, it } from "vitest";
import {
  decodeItem,
  expectRejection,
  itemOf,
  OTHER_THREAD,
  raw,
  specify,
  THREAD,
  type Wire,
} from "../../test/support/decoding.ts";

const decode = (item: Wire) => decodeItem(item);
const read = itemOf;
const DURATION = { secs: 1, nanos: 1_999_999 };

const COMMAND = {
  type: "CommandExecution",
  id: "i",
  plugin_id: "pl",
  script_path: "s",
  process_id: "p",
  command: ["ls"],
  cwd: "file:///w/a%20b/",
  parsed_cmd: [{ type: "list_files", cmd: "ls" }],
  source: "unified_exec_startup",
  interaction_input: "x",
  status: "in_progress",
  aggregated_output: "o",
  exit_code: 0,
  duration: DURATION,
  stdout: 1,
  stderr: [],
  formatted_output: null,
};

specify("paginated §2: CommandExecution", {
  decode,
  read,
  example: COMMAND,
  reads: {
    type: "CommandExecution",
    id: "i",
    pluginId: "pl",
    scriptPath: "s",
    processId: "p",
    command: ["ls"],
    cwd: "/w/a b/",
    parsedCommands: [{ type: "listFiles", cmd: "ls", path: null }],
    source: "unifiedExecStartup",
    status: "inProgress",
    aggregatedOutput: "o",
    exitCode: 0,
    durationMs: 1001,
  },
  fields: {
    id: "! text",
    plugin_id: "? text",
    script_path: "? text",
    process_id: "? text",
    command: "! texts",
    cwd: "! uri",
    parsed_cmd: "! list",
    source: "! (agent|user_shell|unified_exec_startup|unified_exec_interaction)",
    interaction_input: "? text unread",
    status: "! (in_progress|completed|failed|declined)",
    aggregated_output: "? text",
    exit_code: "? int32",
    duration: "? object as durationMs",
  },
});

specify("paginated §2: FileChange", {
  decode,
  read,
  example: {
    type: "FileChange",
    id: "i",
    changes: { "b/a": { type: "delete", content: "x" } },
    status: "declined",
    auto_approved: true,
    stdout: "o",
    stderr: "e",
  },
  reads: {
    type: "FileChange",
    id: "i",
    changes: new Map([["b/a", { type: "delete", content: "x" }]]),
    status: "declined",
  },
  fields: {
    id: "! text",
    changes: "! object",
    status: "? (completed|failed|declined)",
    auto_approved: "? flag unread",
    stdout: "? text unread",
    stderr: "? text unread",
  },
});

const MCP = {
  type: "McpToolCall",
  id: "i",
  server: "s",
  tool: "t",
  arguments: null,
  connectorId: "ci",
  linkId: "li",
  appName: "an",
  actionName: "ac",
  mcpAppResourceUri: "ru",
  mcpAppUi: { resourceUri: "r", preferredModelDisplayMode: "inline" },
  pluginId: "pi",
  readOnlyHint: false,
  status: "inProgress",
  result: { content: [], structuredContent: raw("1e3"), isError: true, _meta: null },
  error: { message: "e", zz: 1 },
  duration: DURATION,
};

specify("paginated §2: McpToolCall, in camelCase", {
  decode,
  read,
  example: MCP,
  reads: {
    ...MCP,
    arguments: raw("null"),
    result: { content: raw("[]"), structuredContent: raw("1e+3"), isError: true, meta: null },
    error: { message: "e" },
    duration: undefined,
    durationMs: 1001,
  },
  fields: {
    id: "! text",
    server: "! text",
    tool: "! text",
    arguments: "! any",
    connectorId: "? text",
    linkId: "? text",
    appName: "? text",
    actionName: "? text",
    mcpAppResourceUri: "? text",
    mcpAppUi: "? object",
    pluginId: "? text",
    readOnlyHint: "? flag",
    status: "! (inProgress|completed|failed)",
    result: "? object",
    error: "? object",
    duration: "? object as durationMs",
  },
});

it.each([
  [{ result: {} }, "missing-field", "content"],
  [{ result: { Ok: { content: [] } } }, "missing-field", "content"],
  [{ result: { content: [], isError: "x" } }, "wrong-type", "isError"],
  [{ error: {} }, "missing-field", "message"],
  [{ status: "in_progress" }, "unknown-value", "status"],
])("paginated §2: McpToolCall refuses %j", (members, reason, field) =>
  expectRejection(decodeItem({ ...MCP, ...members }), reason, field),
);

specify("paginated §2: DynamicToolCall", {
  decode,
  read,
  example: {
    type: "DynamicToolCall",
    id: "i",
    namespace: "n",
    tool: "t",
    arguments: {},
    status: "failed",
    content_items: [{ type: "inputText", text: "x" }],
    success: false,
    error: "e",
    duration: DURATION,
  },
  reads: {
    type: "DynamicToolCall",
    id: "i",
    namespace: "n",
    tool: "t",
    arguments: raw("{}"),
    status: "failed",
    contentItems: [{ type: "inputText", text: "x" }],
    success: false,
    durationMs: 1001,
  },
  fields: {
    id: "! text",
    namespace: "? text",
    tool: "! text",
    arguments: "! any",
    status: "! (in_progress|completed|failed)",
    content_items: "? list",
    success: "? flag",
    error: "? text unread",
    duration: "? object as durationMs",
  },
});

const COLLAB = {
  type: "CollabAgentToolCall",
  id: "i",
  tool: "followup_task",
  status: "interrupted",
  sender_thread_id: THREAD,
  receiver_thread_ids: [OTHER_THREAD],
  receiver_agents: [{ thread_id: THREAD, agent_nickname: "n", agent_role: null }],
  prompt: "p",
  model: "m",
  reasoning_effort: "odd",
  agents_states: { [THREAD.toUpperCase()]: { errored: "e" } },
};

specify("paginated §2: CollabAgentToolCall", {
  decode,
  read,
  example: COLLAB,
  reads: {
    type: "CollabAgentToolCall",
    id: "i",
    tool: "followupTask",
    status: "interrupted",
    senderThreadId: THREAD,
    receiverThreadIds: [OTHER_THREAD],
    prompt: "p",
    model: "m",
    reasoningEffort: "odd",
    agentsStates: new Map([[THREAD, { status: "errored", message: "e" }]]),
  },
  fields: {
    id: "! text",
    tool: "! (spawn_agent|send_input|resume_agent|wait|close_agent|send_message|followup_task|interrupt_agent|list_agents)",
    status: "! (in_progress|completed|failed|interrupted)",
    sender_thread_id: "! uuid",
    receiver_thread_ids: "= list",
    receiver_agents: "= list unread",
    prompt: "? text",
    model: "? text",
    reasoning_effort: "? filled",
    agents_states: "= object",
  },
  absent: { receiverThreadIds: [], agentsStates: new Map() },
});

it.each([
  [{ receiver_thread_ids: ["x"] }, "unknown-value", "receiver_thread_ids"],
  [{ receiver_agents: [{}] }, "missing-field", "thread_id"],
  [{ receiver_agents: [{ thread_id: "x" }] }, "unknown-value", "thread_id"],
  [{ receiver_agents: [{ thread_id: THREAD, agent_role: 5 }] }, "wrong-type", "agent_role"],
  [{ agents_states: { x: "running" } }, "unknown-value", "agents_states"],
  [{ agents_states: { [THREAD]: "zz" } }, "unknown-value", "agents_states"],
])("paginated §2: CollabAgentToolCall refuses %j", (members, reason, field) =>
  expectRejection(decodeItem({ ...COLLAB, ...members }), reason, field),
);

specify("paginated §2: SubAgentActivity", {
  decode,
  read,
  example: {
    type: "SubAgentActivity",
    id: "i",
    model: "m",
    reasoning_effort: "e",
    kind: "completed",
    agent_thread_id: THREAD,
    agent_path: "/root",
  },
  reads: {
    type: "SubAgentActivity",
    id: "i",
    model: "m",
    reasoningEffort: "e",
    kind: "completed",
    agentThreadId: THREAD,
    agentPath: "/root",
  },
  fields: {
    id: "! text",
    model: "? text",
    reasoning_effort: "? filled",
    kind: "! (started|interacted|interrupted|completed)",
    agent_thread_id: "! uuid",
    agent_path: "! agentPath",
  },
});

specify("paginated §2: FunctionCallOutput", {
  decode,
  read,
  example: { type: "FunctionCallOutput", id: "i", name: "n", namespace: "ns", output: "" },
  reads: { type: "FunctionCallOutput", id: "i", name: "n", namespace: "ns", output: "" },
  fields: { id: "! text", name: "! text", namespace: "? text" },
});

describe("paginated §2: FunctionCallOutput: output", () => {
  const decodeOutput = (output: unknown) => decodeItem({ type: "FunctionCallOutput", id: "i", name: "n", output });

  it.each([
    [
      { type: "input_text", text: "t", zz: 1 },
      { type: "input_text", text: "t" },
    ],
    [
      { type: "input_image", image_url: "u", detail: "low" },
      { type: "input_image", image_url: "u", detail: "low" },
    ],
    [
      { type: "input_image", image_url: "u", detail: null },
      { type: "input_image", image_url: "u" },
    ],
    [
      { type: "input_image", file_id: "f" },
      { type: "input_image", file_id: "f" },
    ],
    [
      { type: "input_image", image_url: "u", file_id: "f" },
      { type: "input_image", image_url: "u" },
    ],
    [
      { type: "input_audio", audio_url: "u" },
      { type: "input_audio", audio_url: "u" },
    ],
    [
      { type: "input_audio", file_id: "f" },
      { type: "input_audio", file_id: "f" },
    ],
    [
      { type: "encrypted_content", encrypted_content: "e" },
      { type: "encrypted_content", encrypted_content: "e" },
    ],
  ])("the entry %j reads as %j", (entry, shown) =>
    expect(itemOf(decodeOutput([entry]))).toMatchObject({ output: [shown] }),
  );

  it.each([
    [undefined, "missing-field", "output"],
    [null, "wrong-type", "output"],
    [5, "wrong-type", "output"],
    [{}, "wrong-type", "output"],
    [[{ type: "zz" }], "unknown-value", "type"],
    [[{ type: "input_text" }], "missing-field", "text"],
    [[{ type: "input_image" }], "missing-field", "image_url"],
    [[{ type: "input_image", image_url: "u", detail: "zz" }], "unknown-value", "detail"],
    [[{ type: "input_audio", audio_url: 5 }], "wrong-type", "audio_url"],
    [[{ type: "encrypted_content" }], "missing-field", "encrypted_content"],
  ])("refuses %j", (output, reason, field) => expectRejection(decodeOutput(output), reason, field));
});
