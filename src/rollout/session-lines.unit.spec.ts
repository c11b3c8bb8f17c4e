import { describe, expect, it } from "vitest";
import {
  decode,
  decodeEvent,
  eventOf,
  expectRejection,
  lineOf,
  OTHER_THREAD,
  raw,
  specify,
  THREAD,
  type Wire,
} from "../../test/support/decoding.ts";

const META = {
  id: THREAD,
  timestamp: "",
  cwd: "relative",
  originator: "o",
  cli_version: "v",
  history_mode: "paginated",
  history_base: { thread_id: OTHER_THREAD, end_ordinal_exclusive: 5, end_byte_offset: 6 },
  forked_from_id: OTHER_THREAD,
  subagent_history_start_ordinal: 7,
  source: { subagent: raw("{ }") },
  model_provider: "p",
  parent_thread_id: OTHER_THREAD,
  agent_nickname: "n",
  agent_role: "r",
  git: { commit_hash: "c", branch: "b", repository_url: "u" },
  session_id: OTHER_THREAD,
  account_scoped: true,
  attached_thread: true,
  base_instructions: { text: "t" },
  context_window: { window_id: "w" },
  dynamic_tools: [5],
  selected_capability_roots: [5],
  runtime_workspace_roots: ["relative"],
  multi_agent_version: "v2",
  forked_from_ordinal_exclusive: 8,
  agent_path: "a",
  agent_type: "t",
  creator_account_id: "c",
  creator_user_id: "u",
  memory_mode: "m",
  thread_source: "s",
};
const decodeMeta = (payload: Wire) => decode(lineOf("session_meta", payload));

specify("rollout-format §2, ADR 0016: session_meta", {
  decode: decodeMeta,
  example: META,
  reads: {
    type: "session_meta",
    threadId: THREAD,
    cwd: "relative",
    originator: "o",
    cliVersion: "v",
    historyMode: "paginated",
    historyBase: { rolloutId: OTHER_THREAD, endOrdinalExclusive: 5, endByteOffset: 6 },
    forkedFromId: OTHER_THREAD,
    subagentHistoryStartOrdinal: 7,
    source: raw('{"subagent":{}}'),
    modelProvider: "p",
    parentThreadId: OTHER_THREAD,
    agentNickname: "n",
    agentRole: "r",
    git: { commitHash: "c", branch: "b", repositoryUrl: "u" },
  },
  fields: {
    id: "! uuid as threadId",
    timestamp: "! text unread",
    cwd: "! text",
    originator: "! text",
    cli_version: "! text",
    history_mode: "= (legacy|paginated)",
    history_base: "? object",
    forked_from_id: "? uuid",
    subagent_history_start_ordinal: "? uint64",
    model_provider: "? text",
    parent_thread_id: "? uuid",
    agent_nickname: "? text",
    agent_role: "? text",
    git: "? object",
    session_id: "= uuid unread",
    account_scoped: "= flag unread",
    attached_thread: "? flag unread",
    base_instructions: "? object unread",
    context_window: "? object unread",
    dynamic_tools: "? list unread",
    selected_capability_roots: "? list unread",
    runtime_workspace_roots: "? texts unread",
    multi_agent_version: "? (disabled|v1|v2) unread",
    forked_from_ordinal_exclusive: "? uint64 unread",
    agent_path: "? text unread",
    agent_type: "? text unread",
    creator_account_id: "? text unread",
    creator_user_id: "? text unread",
    memory_mode: "? text unread",
    thread_source: "? text unread",
  },
  absent: { historyMode: "legacy" },
});

specify("paginated §3.5: session_meta: history_base", {
  decode: (history_base) => decodeMeta({ ...META, history_base }),
  read: (line) => (eventOf(line) as { historyBase?: unknown }).historyBase,
  example: META.history_base,
  reads: { rolloutId: OTHER_THREAD, endOrdinalExclusive: 5, endByteOffset: 6 },
  fields: { thread_id: "! uuid as rolloutId", end_ordinal_exclusive: "! uint64", end_byte_offset: "! uint64" },
});

specify("ADR 0016: session_meta: git", {
  decode: (git) => decodeMeta({ ...META, git }),
  read: (line) => (eventOf(line) as { git?: unknown }).git,
  example: META.git,
  reads: { commitHash: "c", branch: "b", repositoryUrl: "u" },
  fields: { commit_hash: "? text", branch: "? text", repository_url: "? text" },
});

describe("ADR 0016: session_meta: source", () => {
  it.each([
    ["cli", '"cli"'],
    ["", '""'],
    [{ subagent: "review" }, '{"subagent":"review"}'],
  ])("%j is kept as it is", (source, text) =>
    expect(eventOf(decodeMeta({ ...META, source }))).toMatchObject({ source: raw(text) }),
  );

  it("may be absent", () =>
    expect(eventOf(decodeMeta({ ...META, source: undefined }))).toMatchObject({ source: null }));

  it.each([null, 5, true, []])("refuses %j", (source) =>
    expectRejection(decodeMeta({ ...META, source }), "wrong-type", "source"),
  );
});

it("rollout-format §2: session_meta takes a rollout index, in both modes", () => {
  for (const mode of ["legacy", "paginated"] as const)
    expect(decode(lineOf("session_meta", META), mode)).toMatchObject({ outcome: "event", counted: true });
});

specify("rollout-format §2: compacted", {
  decode: (payload) => decode(lineOf("compacted", payload)),
  example: {
    message: "m",
    replacement_history: [],
    compaction_response_id: "c",
    first_window_id: "f",
    previous_window_id: "p",
    window_number: 1,
    retained_context: { verified_answers: [], incomplete: false },
    latest_token_usage_record: {},
    resume_metadata: {},
  },
  reads: { type: "compacted" },
  fields: {
    message: "! text unread",
    replacement_history: "? list unread",
    compaction_response_id: "? text unread",
    first_window_id: "? text unread",
    previous_window_id: "? text unread",
    window_number: "? uint64 unread",
    retained_context: "? object unread",
    latest_token_usage_record: "? object unread",
    resume_metadata: "? object unread",
  },
});

describe("rollout-format §2: compacted: replacement_history", () => {
  const decodeHistory = (...entries: unknown[]) =>
    decode(lineOf("compacted", { message: "", replacement_history: entries }));
  const message = (...content: unknown[]) => ({ type: "message", role: "user", content });

  const outcome = (entry: unknown) => decodeHistory({ type: "zz" }, entry).outcome;

  it.each([
    message(),
    message(
      { type: "input_text", text: "t" },
      { type: "output_text", text: "t" },
      { type: "input_image", image_url: "u" },
      { type: "input_image", file_id: "f" },
      { type: "input_audio", audio_url: "u" },
      { type: "input_audio", file_id: "f" },
    ),
    { type: "zz" },
    { type: "ghost_snapshot" },
    { type: "compaction_trigger" },
    { type: "web_search_call" },
    { type: "context_compaction" },
    { type: "function_call_output", output: [] },
  ])("accepts %j", (entry) => expect(decodeHistory(entry)).toMatchObject({ outcome: "event", counted: true }));

  it.each(
    [
      1,
      null,
      {},
      { type: 5 },
      message({ type: "zz" }),
      message({ type: "input_text" }),
      message({ type: "input_image" }),
      message({ type: "input_image", audio_url: "u" }),
      message({ type: "input_audio" }),
      message({ type: "input_audio", image_url: "u" }),
    ].map((entry) => [entry]),
  )("refuses %j", (entry) => expect(outcome(entry)).toBe("rejected"));

  const TEXT = { right: "t", wrong: 5 };
  const OUTPUT = { right: "o", wrong: 5 };
  const LIST = { right: [], wrong: {} };
  const OBJECT = { right: {}, wrong: [] };
  const ANY = { right: null, wrong: undefined };

  it.each([
    ["message", { role: TEXT, content: LIST }],
    ["agent_message", { author: TEXT, recipient: TEXT, content: ANY }],
    ["reasoning", { summary: LIST }],
    ["function_call", { name: TEXT, arguments: TEXT, call_id: TEXT }],
    ["function_call_output", { output: OUTPUT }],
    ["custom_tool_call", { call_id: TEXT, name: TEXT, input: TEXT }],
    ["custom_tool_call_output", { call_id: TEXT, output: OUTPUT }],
    ["local_shell_call", { status: TEXT, action: OBJECT }],
    ["image_generation_call", { status: TEXT, result: TEXT }],
    ["tool_search_call", { execution: TEXT, arguments: ANY }],
    ["tool_search_output", { status: TEXT, execution: TEXT, tools: LIST }],
    ["compaction", { encrypted_content: TEXT }],
    ["compaction_summary", { encrypted_content: TEXT }],
  ])("%s must have its fields", (type, fields) => {
    const whole = { type, ...Object.fromEntries(Object.entries(fields).map(([name, { right }]) => [name, right])) };
    expect(outcome(whole)).toBe("event");
    for (const [name, { wrong }] of Object.entries(fields)) {
      expect(outcome({ ...whole, [name]: wrong }), name).toBe("rejected");
      expect(outcome({ ...whole, [name]: undefined }), name).toBe("rejected");
    }
  });

  it.each([
    ["id", TEXT],
    ["phase", { right: "commentary", wrong: "zz" }],
    ["status", TEXT],
    ["encrypted_content", TEXT],
    ["internal_chat_message_metadata_passthrough", { right: { turn_id: "t" }, wrong: { turn_id: 5 } }],
    ["internal_chat_message_metadata_passthrough", OBJECT],
  ])("a message may have %s, of its type", (name, { right, wrong }) => {
    expect(outcome({ ...message(), [name]: right })).toBe("event");
    expect(outcome({ ...message(), [name]: null })).toBe("event");
    expect(outcome({ ...message(), [name]: wrong })).toBe("rejected");
  });

  it("an output is a text or a list: the message says so", () =>
    expect(decodeHistory({ type: "function_call_output", output: 5 })).toMatchObject({
      message: expect.stringContaining("a string or a list"),
    }));

  it.each([
    [{}, "rejected"],
    [{ verified_answers: [] }, "rejected"],
    [{ incomplete: true }, "rejected"],
    [{ verified_answers: [], incomplete: 1 }, "rejected"],
    [{ verified_answers: {}, incomplete: true }, "rejected"],
    [{ verified_answers: [], incomplete: true }, "event"],
  ])("retained_context %j: %s", (retained_context, found) =>
    expect(decode(lineOf("compacted", { message: "", retained_context })).outcome).toBe(found),
  );
});

describe("ADR 0001: thread_settings_applied takes a rollout index when well formed", () => {
  const SETTINGS = {
    model: "m",
    model_provider_id: "p",
    approval_policy: "never",
    approvals_reviewer: "user",
    permission_profile: {},
    cwd: "/w",
    collaboration_mode: { mode: "default", settings: { model: "m" } },
  };
  const apply = (settings: unknown, members: object = {}) =>
    decodeEvent({ type: "thread_settings_applied", thread_settings: settings, ...members });

  it.each([{}, { thread_id: null }, { thread_id: THREAD }])("well formed: %j", (members) =>
    expect(apply(SETTINGS, members)).toMatchObject({ outcome: "neutral", counted: true }),
  );

  it.each(Object.keys(SETTINGS))("%s is required", (field) =>
    expectRejection(apply({ ...SETTINGS, [field]: undefined }), "missing-field", field),
  );

  it.each([
    [{ cwd: "w" }, "unknown-value", "cwd"],
    [{ model: 5 }, "wrong-type", "model"],
    [{ permission_profile: null }, "wrong-type", "permission_profile"],
    [{ collaboration_mode: { mode: "default" } }, "missing-field", "settings"],
    [{ disabled_plugin_ids: null }, "wrong-type", "disabled_plugin_ids"],
    [{ runtime_workspace_roots: ["w"] }, "unknown-value", "runtime_workspace_roots"],
  ])("refuses %j", (members, reason, field) => expectRejection(apply({ ...SETTINGS, ...members }), reason, field));

  it("refuses another thread id", () =>
    expectRejection(apply(SETTINGS, { thread_id: "x" }), "unknown-value", "thread_id"));

  it("in a paginated thread it is not examined", () =>
    expect(decodeEvent({ type: "thread_settings_applied" }, "paginated")).toMatchObject({
      outcome: "neutral",
      counted: true,
    }));
});
