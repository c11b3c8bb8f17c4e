import { describe, expect, it } from "vitest";
import { decodeEvent, eventOf, expectRejection, OTHER_THREAD, specify, THREAD } from "../../test/support/decoding.ts";

const CALL = { call_id: "c", sender_thread_id: THREAD };
const READ_CALL = { callId: "c", senderThreadId: THREAD };
const CALL_FIELDS = { call_id: "! text", sender_thread_id: "! uuid" };
const SPAWN = { ...CALL, prompt: "p", model: "m", reasoning_effort: "low" };
const READ_SPAWN = { ...READ_CALL, prompt: "p", model: "m", reasoningEffort: "low" };
const SPAWN_FIELDS = {
  ...CALL_FIELDS,
  prompt: "! text",
  model: "! text",
  reasoning_effort: "! (none|minimal|low|medium|high|xhigh)",
};
const DONE = { completed: "done" };
const READ_DONE = { status: "completed", message: "done" };

specify("rollout-format §4: collab_agent_spawn_begin", {
  decode: decodeEvent,
  example: { type: "collab_agent_spawn_begin", ...SPAWN, started_at_ms: 1 },
  reads: { type: "collab_agent_spawn_begin", ...READ_SPAWN },
  fields: SPAWN_FIELDS,
});

specify("rollout-format §4: collab_agent_spawn_end", {
  decode: decodeEvent,
  example: { type: "collab_agent_spawn_end", ...SPAWN, new_thread_id: OTHER_THREAD, status: DONE },
  reads: { type: "collab_agent_spawn_end", ...READ_SPAWN, newThreadId: OTHER_THREAD, status: READ_DONE },
  fields: { ...SPAWN_FIELDS, new_thread_id: "? uuid" },
});

const RECEIVER = { ...CALL, receiver_thread_id: OTHER_THREAD };
const READ_RECEIVER = { ...READ_CALL, receiverThreadId: OTHER_THREAD };
const RECEIVER_FIELDS = { ...CALL_FIELDS, receiver_thread_id: "! uuid" };

specify("rollout-format §4: collab_agent_interaction_begin", {
  decode: decodeEvent,
  example: { type: "collab_agent_interaction_begin", ...RECEIVER, prompt: "p" },
  reads: { type: "collab_agent_interaction_begin", ...READ_RECEIVER, prompt: "p" },
  fields: { ...RECEIVER_FIELDS, prompt: "! text" },
});

specify("rollout-format §4: collab_agent_interaction_end", {
  decode: decodeEvent,
  example: { type: "collab_agent_interaction_end", ...RECEIVER, prompt: "p", status: DONE },
  reads: { type: "collab_agent_interaction_end", ...READ_RECEIVER, prompt: "p", status: READ_DONE },
  fields: { ...RECEIVER_FIELDS, prompt: "! text" },
});

for (const verb of ["close", "resume"]) {
  specify(`rollout-format §4: collab_${verb}_begin`, {
    decode: decodeEvent,
    example: { type: `collab_${verb}_begin`, ...RECEIVER },
    reads: { type: `collab_${verb}_begin`, ...READ_RECEIVER },
    fields: RECEIVER_FIELDS,
  });

  specify(`rollout-format §4: collab_${verb}_end`, {
    decode: decodeEvent,
    example: { type: `collab_${verb}_end`, ...RECEIVER, status: "not_found" },
    reads: { type: `collab_${verb}_end`, ...READ_RECEIVER, status: { status: "notFound", message: null } },
    fields: RECEIVER_FIELDS,
  });
}

specify("rollout-format §4: collab_waiting_begin", {
  decode: decodeEvent,
  example: { type: "collab_waiting_begin", ...CALL, receiver_thread_ids: [OTHER_THREAD, THREAD.toUpperCase()] },
  reads: { type: "collab_waiting_begin", ...READ_CALL, receiverThreadIds: [OTHER_THREAD, THREAD] },
  fields: { ...CALL_FIELDS, receiver_thread_ids: "! list" },
});

specify("rollout-format §4: collab_waiting_end", {
  decode: decodeEvent,
  example: {
    type: "collab_waiting_end",
    ...CALL,
    statuses: { [OTHER_THREAD]: "running", [THREAD.toUpperCase()]: DONE },
  },
  reads: {
    type: "collab_waiting_end",
    ...READ_CALL,
    statuses: new Map<string, object>([
      [OTHER_THREAD, { status: "running", message: null }],
      [THREAD, READ_DONE],
    ]),
  },
  fields: { ...CALL_FIELDS, statuses: "! object" },
});

describe("rollout-format §4: an agent's status", () => {
  const decode = (status: unknown) => decodeEvent({ type: "collab_close_end", ...RECEIVER, status });

  it.each([
    ["pending_init", "pendingInit", null],
    ["running", "running", null],
    ["interrupted", "interrupted", null],
    ["shutdown", "shutdown", null],
    ["not_found", "notFound", null],
    [{ completed: null }, "completed", null],
    [{ completed: "m" }, "completed", "m"],
    [{ errored: "m" }, "errored", "m"],
  ])("%j reads as %s with the message %s", (given, status, message) =>
    expect(eventOf(decode(given))).toMatchObject({ status: { status, message } }),
  );

  it.each(
    [
      "zz",
      "completed",
      "errored",
      {},
      { zz: 1 },
      { errored: null },
      { completed: 5 },
      { completed: "m", errored: "m" },
      5,
      null,
      [],
    ].map((status) => [status]),
  )("refuses %j", (status) => expect(decode(status).outcome).toBe("rejected"));

  it("is required", () =>
    expectRejection(decodeEvent({ type: "collab_close_end", ...RECEIVER }), "missing-field", "status"));

  it("by thread: refuses a key that is no thread id", () =>
    expectRejection(
      decodeEvent({ type: "collab_waiting_end", ...CALL, statuses: { x: "running" } }),
      "unknown-value",
      "statuses",
    ));
});

describe("rollout-format §3: a thread id is a UUID, read in lower case with hyphens", () => {
  const decode = (id: string) => decodeEvent({ type: "collab_close_begin", ...RECEIVER, sender_thread_id: id });
  const HEX = THREAD.replaceAll("-", "");

  it.each([THREAD, THREAD.toUpperCase(), HEX, HEX.toUpperCase(), `{${THREAD}}`, `urn:uuid:${THREAD}`])(
    "reads %s",
    (id) => expect(eventOf(decode(id))).toMatchObject({ senderThreadId: THREAD }),
  );

  it("reads the nil UUID", () => expect(decode("00000000-0000-0000-0000-000000000000").outcome).toBe("event"));

  it.each([
    "",
    "x",
    ` ${THREAD}`,
    `${THREAD} `,
    THREAD.slice(1),
    `${THREAD}0`,
    THREAD.replace("-", ""),
    `{${HEX}}`,
    `urn:uuid:${HEX}`,
    `URN:UUID:${THREAD}`,
    `{${THREAD}`,
    HEX.replace("a", "g"),
  ])("refuses %j", (id) => expectRejection(decode(id), "unknown-value", "sender_thread_id"));
});

specify("rollout-format §4, reduction §12: sub_agent_activity", {
  decode: decodeEvent,
  example: {
    type: "sub_agent_activity",
    event_id: "e",
    occurred_at_ms: 5,
    kind: "interacted",
    agent_thread_id: THREAD,
    agent_path: "/root/a_1/b",
    model: "m",
    reasoning_effort: "odd",
  },
  reads: {
    type: "sub_agent_activity",
    eventId: "e",
    occurredAtMs: 5,
    kind: "interacted",
    agentThreadId: THREAD,
    agentPath: "/root/a_1/b",
    model: "m",
    reasoningEffort: "odd",
  },
  fields: {
    event_id: "! text",
    occurred_at_ms: "= int64",
    kind: "! (started|interacted|interrupted|completed)",
    agent_thread_id: "! uuid",
    agent_path: "! agentPath",
    model: "? text",
    reasoning_effort: "? filled",
  },
  absent: { occurredAtMs: 0 },
});

describe("paginated §2: an agent path", () => {
  const decode = (agent_path: string) =>
    decodeEvent({ type: "sub_agent_activity", event_id: "e", kind: "started", agent_thread_id: THREAD, agent_path });

  it.each(["/root", "/root/a", "/root/a/b", "/root/a_1", "/root/9", "/morpheus"])("may be %s", (path) =>
    expect(eventOf(decode(path))).toMatchObject({ agentPath: path }),
  );

  it.each([
    "/root/",
    "/root/A",
    "/root/a-b",
    "/root/x/",
    "/root/root",
    "/root/..",
    "/root//a",
    "root",
    "/",
    "/foo",
    "/morpheus/x",
    "/root/a\n",
  ])("may not be %j", (path) => expectRejection(decode(path), "unknown-value", "agent_path"));
});

const GUARDIAN = {
  type: "guardian_assessment",
  id: "g",
  target_item_id: "i",
  turn_id: "t",
  started_at_ms: 1,
  completed_at_ms: 2,
  rationale: "r",
  status: "approved",
  action: { type: "command", source: "shell", command: "ls", cwd: "/w/." },
};

specify("rollout-format §4: guardian_assessment", {
  decode: decodeEvent,
  example: GUARDIAN,
  reads: {
    type: "guardian_assessment",
    targetItemId: "i",
    turnId: "t",
    status: "approved",
    action: { type: "command", command: "ls", cwd: "/w" },
  },
  fields: {
    id: "! text unread",
    target_item_id: "? text",
    turn_id: "= text",
    started_at_ms: "= int64 unread",
    completed_at_ms: "? int64 unread",
    rationale: "? text unread",
    status: "! (in_progress|approved|denied|timed_out|aborted)",
    action: "! object",
  },
  absent: { turnId: "" },
});

describe("rollout-format §4: guardian_assessment: action", () => {
  const decode = (action: object) => decodeEvent({ ...GUARDIAN, action });
  const EXECVE = { type: "execve", source: "unified_exec", program: "/bin/ls", argv: ["ls"], cwd: "/w" };

  it("execve", () =>
    expect(eventOf(decode(EXECVE))).toMatchObject({
      action: { type: "execve", program: "/bin/ls", argv: ["ls"], cwd: "/w" },
    }));

  it.each(["apply_patch", "network_access", "mcp_tool_call", "request_permissions"])("%s is not examined", (type) =>
    expect(eventOf(decode({ type, cwd: 5 }))).toMatchObject({ action: { type: "other" } }),
  );

  it.each([
    [{ type: "zz" }, "unknown-value", "type"],
    [{ ...EXECVE, source: "zz" }, "unknown-value", "source"],
    [{ ...EXECVE, source: undefined }, "missing-field", "source"],
    [{ ...EXECVE, argv: [5] }, "wrong-type", "argv"],
    [{ ...EXECVE, program: undefined }, "missing-field", "program"],
    [{ ...EXECVE, cwd: "w" }, "unknown-value", "cwd"],
    [{ ...GUARDIAN.action, command: undefined }, "missing-field", "command"],
    [{ ...GUARDIAN.action, cwd: "w" }, "unknown-value", "cwd"],
    [{ ...GUARDIAN.action, source: null }, "wrong-type", "source"],
  ])("refuses %j", (action, reason, field) => expectRejection(decode(action), reason, field));
});
