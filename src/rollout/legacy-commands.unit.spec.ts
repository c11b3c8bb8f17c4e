import { describe, expect, it } from "vitest";
import { decodeEvent, eventOf, expectRejection, raw, specify, type Wire } from "../../test/support/decoding.ts";

const COMMAND = {
  call_id: "c",
  process_id: "p",
  turn_id: "t",
  started_at_ms: 1,
  command: ["ls", "-l"],
  cwd: "/w/./x/../",
  parsed_cmd: [{ type: "unknown", cmd: "ls" }],
  source: "user_shell",
  interaction_input: "i",
};
const READ_COMMAND = {
  callId: "c",
  processId: "p",
  turnId: "t",
  command: ["ls", "-l"],
  cwd: "/w",
  parsedCommands: [{ type: "unknown", cmd: "ls" }],
  source: "userShell",
};
const COMMAND_FIELDS = {
  call_id: "! text",
  process_id: "? text",
  turn_id: "! text",
  started_at_ms: "= int64 unread",
  command: "! texts",
  cwd: "! absolute",
  parsed_cmd: "! list",
  source: "= (agent|user_shell|unified_exec_startup|unified_exec_interaction)",
  interaction_input: "? text unread",
};

specify("rollout-format §4: exec_command_begin", {
  decode: decodeEvent,
  example: { type: "exec_command_begin", ...COMMAND },
  reads: { type: "exec_command_begin", ...READ_COMMAND },
  fields: COMMAND_FIELDS,
  absent: { source: "agent" },
});

const END = {
  type: "exec_command_end",
  ...COMMAND,
  completed_at_ms: 2,
  stdout: "o",
  stderr: "e",
  aggregated_output: "oe",
  exit_code: -1,
  duration: { secs: 1, nanos: 5_999_999 },
  formatted_output: "f",
  status: "failed",
};

specify("rollout-format §4: exec_command_end", {
  decode: decodeEvent,
  example: END,
  reads: {
    type: "exec_command_end",
    ...READ_COMMAND,
    aggregatedOutput: "oe",
    exitCode: -1,
    durationMs: 1005,
    status: "failed",
  },
  fields: {
    ...COMMAND_FIELDS,
    completed_at_ms: "= int64 unread",
    stdout: "! text unread",
    stderr: "! text unread",
    aggregated_output: "= text",
    exit_code: "! int32",
    duration: "! object as durationMs",
    formatted_output: "! text unread",
    status: "! (completed|failed|declined)",
  },
  absent: { source: "agent", aggregatedOutput: "" },
});

describe("rollout-format §3: a duration", () => {
  const decode = (duration: Wire) => decodeEvent({ ...END, duration });
  const msOf = (duration: Wire) => (eventOf(decode(duration)) as { durationMs?: unknown }).durationMs;

  it.each<[Wire, unknown, string]>([
    [{ secs: 0, nanos: 999_999 }, 0, "is rounded down"],
    [{ secs: 1, nanos: 4_294_967_295 }, 5294, "carries nanoseconds over"],
    [{ secs: raw("9223372036854775"), nanos: 807_999_999 }, 9223372036854775807n, "is exact"],
    [{ secs: raw("9223372036854775"), nanos: 808_000_000 }, null, "beyond 64 bits is none"],
    [{ secs: raw("18446744073709551615"), nanos: 999_999_999 }, null, "of the longest kind is none"],
  ])("%# %j reads as %s ms: %s", (duration, ms) => expect(msOf(duration)).toBe(ms));

  it.each([
    [{ secs: 1 }, "missing-field", "nanos"],
    [{ nanos: 1 }, "missing-field", "secs"],
    [{ secs: null, nanos: 0 }, "wrong-type", "secs"],
    [{ secs: -1, nanos: 0 }, "wrong-type", "secs"],
    [{ secs: 1.5, nanos: 0 }, "wrong-type", "secs"],
    [{ secs: 0, nanos: -1 }, "wrong-type", "nanos"],
    [{ secs: 0, nanos: 4_294_967_296 }, "wrong-type", "nanos"],
    [{ secs: 0, nanos: 0, zz: 1 }, "unknown-value", "duration"],
    [{ secs: raw("18446744073709551615"), nanos: 1_000_000_000 }, "wrong-type", "duration"],
  ])("%# %j is refused", (duration, reason, field) => expectRejection(decode(duration), reason, field));
});

describe("rollout-format §3: an absolute path is normalised", () => {
  it.each([
    ["/a/../b/./c//d/", "/b/c/d"],
    ["/", "/"],
    ["//", "/"],
    ["/..", "/"],
    ["/a/..", "/"],
    ["//a", "/a"],
    ["/../a", "/a"],
    ["/%20/.../\u0000é", "/%20/.../\u0000é"],
  ])("%j is %j", (path, normal) =>
    expect(eventOf(decodeEvent({ type: "view_image_tool_call", call_id: "c", path }))).toMatchObject({ path: normal }),
  );
});

const command = (entry: Wire) => decodeEvent({ ...END, parsed_cmd: [entry] });
const readCommand = (line: Parameters<typeof eventOf>[0]) =>
  (eventOf(line) as { parsedCommands?: unknown[] }).parsedCommands?.[0];

const PARSED: Readonly<Record<string, Parameters<typeof specify>[1]>> = {
  read: {
    example: { type: "read", cmd: "c", name: "n", path: "../p" },
    reads: { type: "read", cmd: "c", name: "n", path: "../p" },
    fields: { cmd: "! text", name: "! text", path: "! text" },
    decode: command,
  },
  list_files: {
    example: { type: "list_files", cmd: "c", path: "p" },
    reads: { type: "listFiles", cmd: "c", path: "p" },
    fields: { cmd: "! text", path: "? text" },
    decode: command,
  },
  search: {
    example: { type: "search", cmd: "c", query: "q", path: "p" },
    reads: { type: "search", cmd: "c", query: "q", path: "p" },
    fields: { cmd: "! text", query: "? text", path: "? text" },
    decode: command,
  },
  unknown: {
    example: { type: "unknown", cmd: "c" },
    reads: { type: "unknown", cmd: "c" },
    fields: { cmd: "! text" },
    decode: command,
  },
};

for (const [name, shape] of Object.entries(PARSED))
  specify(`rollout-format §7: a parsed command of the type ${name}`, { ...shape, read: readCommand });

it("rollout-format §7: a parsed command of another type is refused", () => {
  expectRejection(command({ type: "zz", cmd: "c" }), "unknown-value", "type");
  expectRejection(command({ cmd: "c" }), "missing-field", "type");
  expectRejection(command({ type: 5, cmd: "c" }), "unknown-value", "type");
});
