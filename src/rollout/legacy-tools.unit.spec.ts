import { describe, expect, it } from "vitest";
import { decodeEvent, eventOf, expectRejection, raw, specify } from "../../test/support/decoding.ts";

const DURATION = { secs: 0, nanos: 2_000_000 };
const CHANGES = {
  "/b": { type: "update", unified_diff: "d", move_path: "/c" },
  "a/b": { type: "add", content: "x", zz: 1 },
  "10": { type: "delete", content: "y" },
};
const READ_CHANGES = new Map<string, object>([
  ["/b", { type: "update", unifiedDiff: "d", movePath: "/c" }],
  ["a/b", { type: "add", content: "x" }],
  ["10", { type: "delete", content: "y" }],
]);

specify("rollout-format §4: apply_patch_approval_request", {
  decode: decodeEvent,
  example: {
    type: "apply_patch_approval_request",
    call_id: "c",
    turn_id: "t",
    started_at_ms: 1,
    changes: CHANGES,
    reason: "r",
    grant_root: "/",
  },
  reads: { type: "apply_patch_approval_request", callId: "c", turnId: "t", changes: READ_CHANGES },
  fields: {
    call_id: "! text",
    turn_id: "= text",
    started_at_ms: "= int64 unread",
    changes: "! object",
    reason: "? text unread",
    grant_root: "? text unread",
  },
  absent: { turnId: "" },
});

specify("rollout-format §4: patch_apply_begin", {
  decode: decodeEvent,
  example: { type: "patch_apply_begin", call_id: "c", turn_id: "t", auto_approved: true, changes: CHANGES },
  reads: { type: "patch_apply_begin", callId: "c", turnId: "t", changes: READ_CHANGES },
  fields: { call_id: "! text", turn_id: "= text", auto_approved: "! flag unread", changes: "! object" },
  absent: { turnId: "" },
});

const PATCH_END = {
  type: "patch_apply_end",
  call_id: "c",
  turn_id: "t",
  stdout: "o",
  stderr: "e",
  success: false,
  changes: CHANGES,
  status: "declined",
};

specify("rollout-format §4: patch_apply_end", {
  decode: decodeEvent,
  example: PATCH_END,
  reads: { type: "patch_apply_end", callId: "c", turnId: "t", changes: READ_CHANGES, status: "declined" },
  fields: {
    call_id: "! text",
    turn_id: "= text",
    stdout: "! text unread",
    stderr: "! text unread",
    success: "! flag unread",
    changes: "= object",
    status: "! (completed|failed|declined)",
  },
  absent: { turnId: "", changes: new Map() },
});

describe("rollout-format §4: a file change", () => {
  const change = (value: unknown) => decodeEvent({ ...PATCH_END, changes: { "/a": value } });

  it.each([
    [{ type: "add" }, "missing-field", "content"],
    [{ type: "add", content: null }, "wrong-type", "content"],
    [{ type: "delete" }, "missing-field", "content"],
    [{ type: "update" }, "missing-field", "unified_diff"],
    [{ type: "update", unified_diff: 5 }, "wrong-type", "unified_diff"],
    [{ type: "update", unified_diff: "d", move_path: 5 }, "wrong-type", "move_path"],
    [{ type: "zz" }, "unknown-value", "type"],
    [{}, "missing-field", "type"],
    [{ add: { content: "x" } }, "missing-field", "type"],
    [null, "wrong-type", "changes"],
  ])("refuses %j", (value, reason, field) => expectRejection(change(value), reason, field));

  it.each([{}, { move_path: null }])("move_path may be absent or null: %j", (members) =>
    expect(eventOf(change({ type: "update", unified_diff: "d", ...members }))).toMatchObject({
      changes: new Map([["/a", { type: "update", unifiedDiff: "d", movePath: null }]]),
    }),
  );
});

specify("rollout-format §4: dynamic_tool_call_request, in camelCase", {
  decode: decodeEvent,
  example: {
    type: "dynamic_tool_call_request",
    callId: "c",
    turnId: "t",
    startedAtMs: 1,
    namespace: "n",
    tool: "x",
    arguments: raw('{ "2": 1.0, "1": 1e3 }'),
  },
  reads: {
    type: "dynamic_tool_call_request",
    callId: "c",
    turnId: "t",
    namespace: "n",
    tool: "x",
    arguments: raw('{"2":1.0,"1":1e+3}'),
  },
  fields: {
    callId: "! text",
    turnId: "! text",
    startedAtMs: "= int64 unread",
    namespace: "? text",
    tool: "! text",
    arguments: "! any",
  },
});

it("rollout-format §4: dynamic_tool_call_request refuses the snake_case spelling", () =>
  expectRejection(
    decodeEvent({ type: "dynamic_tool_call_request", call_id: "c", turn_id: "t", tool: "x", arguments: null }),
    "missing-field",
    "callId",
  ));

const RESPONSE = {
  type: "dynamic_tool_call_response",
  call_id: "c",
  turn_id: "t",
  completed_at_ms: 1,
  namespace: "n",
  tool: "x",
  arguments: null,
  content_items: [
    { type: "inputText", text: "t" },
    { type: "inputImage", imageUrl: "u", detail: "low" },
    { type: "inputAudio", audioUrl: "a" },
  ],
  success: true,
  error: "e",
  duration: DURATION,
};

specify("rollout-format §4: dynamic_tool_call_response, in snake_case", {
  decode: decodeEvent,
  example: RESPONSE,
  reads: {
    type: "dynamic_tool_call_response",
    callId: "c",
    turnId: "t",
    namespace: "n",
    tool: "x",
    arguments: raw("null"),
    contentItems: [
      { type: "inputText", text: "t" },
      { type: "inputImage", imageUrl: "u" },
      { type: "inputAudio", audioUrl: "a" },
    ],
    success: true,
    durationMs: 2,
  },
  fields: {
    call_id: "! text",
    turn_id: "! text",
    completed_at_ms: "= int64 unread",
    namespace: "? text",
    tool: "! text",
    arguments: "! any",
    content_items: "! list",
    success: "! flag",
    error: "? text unread",
    duration: "! object as durationMs",
  },
});

it.each([
  [{ type: "inputText" }, "missing-field", "text"],
  [{ type: "inputImage", image_url: "u" }, "missing-field", "imageUrl"],
  [{ type: "inputImage", fileId: "f" }, "missing-field", "imageUrl"],
  [{ type: "inputAudio", audioUrl: null }, "wrong-type", "audioUrl"],
  [{ type: "input_text", text: "t" }, "unknown-value", "type"],
  [{ text: "t" }, "missing-field", "type"],
])("rollout-format §4: content_items refuses %j", (entry, reason, field) =>
  expectRejection(decodeEvent({ ...RESPONSE, content_items: [entry] }), reason, field),
);

const CALL = {
  call_id: "c",
  turn_id: "t",
  invocation: { server: "s", tool: "x", arguments: { a: 1 } },
  connector_id: "ci",
  link_id: "li",
  app_name: "an",
  action_name: "ac",
  mcp_app_resource_uri: "ru",
  mcp_app_ui: { resourceUri: "r", preferredModelDisplayMode: "fullscreen" },
  plugin_id: "pi",
  read_only_hint: true,
};
const READ_CALL = {
  callId: "c",
  turnId: "t",
  invocation: { server: "s", tool: "x", arguments: raw('{"a":1}') },
  connectorId: "ci",
  linkId: "li",
  appName: "an",
  actionName: "ac",
  mcpAppResourceUri: "ru",
  mcpAppUi: { resourceUri: "r", preferredModelDisplayMode: "fullscreen" },
  pluginId: "pi",
  readOnlyHint: true,
};
const CALL_FIELDS = {
  call_id: "! text",
  turn_id: "= text",
  invocation: "! object",
  connector_id: "? text",
  link_id: "? text",
  app_name: "? text",
  action_name: "? text",
  mcp_app_resource_uri: "? text",
  mcp_app_ui: "? object",
  plugin_id: "? text",
  read_only_hint: "? flag",
};

specify("rollout-format §4: mcp_tool_call_begin", {
  decode: decodeEvent,
  example: { type: "mcp_tool_call_begin", ...CALL },
  reads: { type: "mcp_tool_call_begin", ...READ_CALL },
  fields: CALL_FIELDS,
  absent: { turnId: "" },
});

const MCP_END = {
  type: "mcp_tool_call_end",
  ...CALL,
  duration: DURATION,
  result: {
    Ok: { content: [raw("1.0")], structuredContent: { b: 2 }, isError: false, _meta: [], structured_content: 1 },
  },
};
const OK = { content: raw("[1.0]"), structuredContent: raw('{"b":2}'), isError: false, meta: raw("[]") };

specify("rollout-format §4: mcp_tool_call_end", {
  decode: decodeEvent,
  example: MCP_END,
  reads: { type: "mcp_tool_call_end", ...READ_CALL, durationMs: 2, outcome: { ok: true, result: OK } },
  fields: { ...CALL_FIELDS, duration: "! object as durationMs", result: "! object as outcome" },
  absent: { turnId: "" },
});

specify("rollout-format §4: mcp_tool_call_end: invocation", {
  decode: (invocation) => decodeEvent({ ...MCP_END, invocation }),
  read: (line) => (eventOf(line) as { invocation?: unknown }).invocation,
  example: { server: "s", tool: "x", arguments: [1] },
  reads: { server: "s", tool: "x", arguments: raw("[1]") },
  fields: { server: "! text", tool: "! text", arguments: "? any" },
});

specify("rollout-format §4: mcp_tool_call_end: mcp_app_ui", {
  decode: (mcp_app_ui) => decodeEvent({ ...MCP_END, mcp_app_ui }),
  read: (line) => (eventOf(line) as { mcpAppUi?: unknown }).mcpAppUi,
  example: { resourceUri: "r", preferredModelDisplayMode: "inline" },
  reads: { resourceUri: "r", preferredModelDisplayMode: "inline" },
  fields: { resourceUri: "! text", preferredModelDisplayMode: "! (inline|fullscreen)" },
});

const outcomeOf = (result: unknown) => {
  const event = eventOf(decodeEvent({ ...MCP_END, result }));
  return "outcome" in event ? event.outcome : undefined;
};

specify("rollout-format §4: mcp_tool_call_end: result Ok", {
  decode: (Ok) => decodeEvent({ ...MCP_END, result: { Ok } }),
  read: (line) => (eventOf(line) as { outcome?: { result: unknown } }).outcome?.result,
  example: { content: [raw("1.0")], structuredContent: { b: 2 }, isError: false, _meta: [] },
  reads: OK,
  fields: { content: "! list", structuredContent: "? any", isError: "? flag", _meta: "? any as meta" },
});

it("rollout-format §4: mcp_tool_call_end: result Err is a text", () => {
  expect(outcomeOf({ Err: "e" })).toEqual({ ok: false, message: "e" });
  for (const Err of [5, null, {}]) expectRejection(decodeEvent({ ...MCP_END, result: { Err } }), "wrong-type", "Err");
});

it.each(
  [
    {},
    { ok: {} },
    { Ok: null },
    { Ok: { content: [] }, Err: "e" },
    { Ok: { content: [] }, zz: 1 },
    { zz: 1, Err: "e" },
    "Err",
  ].map((result) => [result]),
)("rollout-format §4: mcp_tool_call_end: result has exactly one key, Ok or Err: refuses %j", (result) =>
  expect(decodeEvent({ ...MCP_END, result }).outcome).toBe("rejected"),
);

for (const type of ["web_search_begin", "image_generation_begin"])
  specify(`rollout-format §4: ${type}`, {
    decode: decodeEvent,
    example: { type, call_id: "c" },
    reads: { type, callId: "c" },
    fields: { call_id: "! text" },
  });

specify("rollout-format §4: view_image_tool_call", {
  decode: decodeEvent,
  example: { type: "view_image_tool_call", call_id: "c", path: "/a//b/" },
  reads: { type: "view_image_tool_call", callId: "c", path: "/a/b" },
  fields: { call_id: "! text", path: "! absolute" },
});

const SEARCH_END = {
  type: "web_search_end",
  call_id: "c",
  query: "q",
  action: { type: "search", query: "a", queries: ["b"] },
  results: [{ x: raw("1.0") }, null],
};

specify("rollout-format §4: web_search_end", {
  decode: decodeEvent,
  example: SEARCH_END,
  reads: {
    type: "web_search_end",
    callId: "c",
    query: "q",
    action: { type: "search", query: "a", queries: ["b"] },
    results: raw('[{"x":1.0},null]'),
  },
  fields: { call_id: "! text", query: "! text", action: "! object", results: "? list" },
});

describe("rollout-format §4: web_search_end: action", () => {
  const decode = (action: unknown) => decodeEvent({ ...SEARCH_END, action });

  it.each([
    [{ type: "search" }, { type: "search", query: null, queries: null }],
    [
      { type: "open_page", url: "u" },
      { type: "openPage", url: "u" },
    ],
    [
      { type: "open_page", url: null },
      { type: "openPage", url: null },
    ],
    [
      { type: "find_in_page", url: "u", pattern: "p" },
      { type: "findInPage", url: "u", pattern: "p" },
    ],
    [{ type: "find_in_page" }, { type: "findInPage", url: null, pattern: null }],
    [{ type: "other" }, { type: "other" }],
    [{ type: "openPage", url: 5 }, { type: "other" }],
    [{ type: "" }, { type: "other" }],
  ])("%j reads as %j", (action, read) => expect(eventOf(decode(action))).toMatchObject({ action: read }));

  it.each([
    [{}, "missing-field", "type"],
    [{ type: -5 }, "wrong-type", "type"],
    [{ type: "search", query: 5 }, "wrong-type", "query"],
    [{ type: "search", queries: [5] }, "wrong-type", "queries"],
    [{ type: "open_page", url: 5 }, "wrong-type", "url"],
    [{ type: "find_in_page", pattern: 5 }, "wrong-type", "pattern"],
  ])("%j is refused", (action, reason, field) => expectRejection(decode(action), reason, field));
});
