import { describe, expect, it } from "vitest";
import { type HistoryMode, LineDecoder, type NeutralLine } from "./index.ts";
import { skimLine } from "./skim.ts";

const TIME = "2026-06-05T10:00:00.000Z";
const SHORTEST = 2048;
const modes: readonly HistoryMode[] = ["legacy", "paginated"];

/** A line as Codex writes it, up to where its tag ends; then whatever makes it long, and its end. */
function long(beginning: string, bytes = SHORTEST, end = '"}}'): Buffer {
  const opened = `${beginning},"more":"`;
  return Buffer.from(opened + "x".repeat(bytes - opened.length - end.length) + end);
}

function skim(line: Buffer, mode: HistoryMode = "legacy"): NeutralLine | undefined {
  // It stands in the middle of a file.
  const bytes = Buffer.concat([Buffer.from("{}\n"), line, Buffer.from(`\n${untyped("turn_context")}}}`)]);
  return skimLine(bytes, 3, 3 + line.length)?.[mode];
}

const typed = (kind: string, type: string): string =>
  `{"timestamp":"${TIME}","type":"${kind}","payload":{"type":"${type}"`;
const untyped = (kind: string): string => `{"timestamp":"${TIME}","type":"${kind}","payload":{"cwd":"/"`;
const neutral = (counted: boolean, ordinal: number | null = null) => ({
  outcome: "neutral",
  counted,
  known: true,
  ordinal,
});

describe.each(modes)("ADR 0021: long lines without effect are known by how they begin (%s)", (mode) => {
  it.each([
    ["a kind that takes a rollout index", untyped("turn_context"), true],
    ["a kind that takes none", untyped("realtime_item"), false],
    ["a response item", typed("response_item", "function_call_output"), true],
    ["an event that takes a rollout index", typed("event_msg", "token_count"), true],
    ["an event that takes none", typed("event_msg", "exec_command_output_delta"), false],
  ])("%s", (_what, beginning, counted) => {
    expect(skim(long(beginning), mode)).toEqual(neutral(counted));
  });

  it.each([
    ["an event with an effect", typed("event_msg", "task_started")],
    ["the session", untyped("session_meta")],
    ["a kind that nobody knows", untyped("zz")],
    ["a response item that nobody knows", typed("response_item", "zz")],
    ["a response item whose type comes later", untyped("response_item")],
    ["an event whose type comes later", untyped("event_msg")],
    ["a kind that goes on", untyped("turn_context_2")],
    ["a kind that is cut short", untyped("turn_contex")],
    ["a type that goes on", typed("response_item", "function_call_output2")],
    ["an event that has a response item's name", typed("event_msg", "function_call_output")],
    // `wormE_state` has the hash of `world_state`.
    ["a kind that only looks like one", untyped("wormE_state")],
  ])("%s is left to be parsed", (_what, beginning) => {
    expect(skim(long(beginning), mode)).toBeUndefined();
  });

  it("the ordinal is told", () => {
    const numbered = (ordinal: string): Buffer =>
      long(`{"timestamp":"${TIME}","ordinal":${ordinal},"type":"turn_context","payload":{"cwd":"/"`);
    expect(skim(numbered("0"), mode)).toEqual(neutral(true, 0));
    expect(skim(numbered("190"), mode)).toEqual(neutral(true, 190));
    expect(skim(numbered("999999999999999"), mode)).toEqual(neutral(true, 999_999_999_999_999));
    // What is no ordinal, or might not be exact, is examined.
    for (const other of ["", "00", "01", "1000000000000000", "-1", "1.5", "1e3", "null", '"1"', "/", ":"])
      expect(skim(numbered(other), mode), other).toBeUndefined();
  });
});

describe("ADR 0021: long lines that are parsed all the same", () => {
  const beginning = untyped("turn_context");

  it("shorter ones: to parse them costs little", () => {
    expect(skim(long(beginning, SHORTEST - 1))).toBeUndefined();
    expect(skim(long(beginning, SHORTEST))).toBeDefined();
  });

  it.each(['"}', '" }', '"} }', '"}} ', '"}]', '"]}', '"'])("one that ends in %s", (end) => {
    expect(skim(long(beginning, SHORTEST, end))).toBeUndefined();
  });

  it.each([
    ["begins otherwise", ` ${beginning}`],
    ["begins with its kind", `{"type":"turn_context","timestamp":"${TIME}","payload":{"cwd":"/"`],
    ["names its kind otherwise", `{"timestamp":"${TIME}","kind":"turn_context","payload":{"cwd":"/"`],
    ["has something between", `{"timestamp":"${TIME}","x":1,"type":"turn_context","payload":{"cwd":"/"`],
    ["has a space between", `{"timestamp":"${TIME}", "type":"turn_context","payload":{"cwd":"/"`],
    ["has no object in it", `{"timestamp":"${TIME}","type":"turn_context","payload":["a"`],
    ["has an escape in its time", `{"timestamp":"${TIME}\\"","type":"turn_context","payload":{"cwd":"/"`],
    ["has a control character in its time", `{"timestamp":"${TIME}\u001f","type":"turn_context","payload":{"cwd":"/"`],
    ["has an escape in its kind", `{"timestamp":"${TIME}","type":"turn\\u005fcontext","payload":{"cwd":"/"`],
  ])("one that %s", (_what, other) => {
    expect(skim(long(other))).toBeUndefined();
  });

  it("one that is torn: a second line begins in it", () => {
    const torn = (rest: string): Buffer => long(`${beginning},"text":"cut off${rest}`);
    expect(skim(torn(untyped("turn_context")))).toBeUndefined();
    expect(skim(torn('{\\"timestamp\\":\\"'))).toBeDefined();
  });

  it("one whose time is longer than any", () => {
    const timed = (time: string): Buffer => long(`{"timestamp":"${time}","type":"turn_context","payload":{"cwd":"/"`);
    expect(skim(timed(" ".repeat(63)))).toBeDefined();
    expect(skim(timed(" ".repeat(64)))).toBeUndefined();
  });
});

describe("ADR 0021: what stands before a line tells nothing of it", () => {
  const timed = (time: string): Buffer => long(`{"timestamp":"${time}","type":"zz","payload":{"cwd":"/"`);

  it.each([
    ["an escape in its time", timed(`${TIME}\\"`)],
    ["a time longer than any", timed(" ".repeat(64))],
  ])("in a line with %s", (_what, line) => {
    for (const beginning of ["", "{}"]) {
      const before = Buffer.from(`${beginning},"type":"turn_context","payload":{"cwd":"/"}}\n`);
      const bytes = Buffer.concat([before, line]);
      expect(skimLine(bytes, before.length, bytes.length), beginning).toBeUndefined();
    }
  });
});

describe("ADR 0021: what is skimmed is not examined any further", () => {
  const twice = `${typed("event_msg", "exec_command_output_delta")},"type":"task_started","turn_id":"t"`;
  const bytes = long(twice);

  it("so a type that comes twice is the first one", () =>
    expect(new LineDecoder().decode(bytes, 0, bytes.length, "legacy")).toEqual(neutral(false)));

  it("unless the decoder is told to parse every line: the last one", () =>
    expect(new LineDecoder({ skims: false }).decode(bytes, 0, bytes.length, "legacy")).toMatchObject({
      outcome: "event",
      event: { type: "task_started", turnId: "t" },
    }));
});

describe("ADR 0021: what differs by the mode", () => {
  it("a compacted line has an effect in a legacy thread alone", () => {
    expect(skim(long(untyped("compacted")), "legacy")).toBeUndefined();
    expect(skim(long(untyped("compacted")), "paginated")).toEqual(neutral(true));
  });

  it("a legacy event has no effect in a paginated thread", () => {
    expect(skim(long(typed("event_msg", "exec_command_end")), "legacy")).toBeUndefined();
    expect(skim(long(typed("event_msg", "exec_command_end")), "paginated")).toEqual(neutral(false));
  });

  const message = typed("response_item", "message");

  it.each(["assistant", "developer", "users", "use"])("a message of the role %s is no hook prompt", (role) => {
    expect(skim(long(`${message},"role":"${role}"`))).toEqual(neutral(true));
    expect(skim(long(`${message},"id":"m","role":"${role}"`))).toEqual(neutral(true));
    expect(skim(long(`${message},"status":"s","id":"m","role":"${role}"`))).toEqual(neutral(true));
  });

  it.each([
    ["the user's", `${message},"role":"user"`],
    ["the user's, with an id", `${message},"id":"m","role":"user"`],
    ["one whose role comes later", message],
    ["one whose role may come twice", `${message},"phase":"p","role":"assistant"`],
    ["one whose role has an escape", `${message},"role":"\\u0075ser"`],
    ["one whose id has an escape", `${message},"id":"\\"","role":"assistant"`],
    ["one without a role", `${message},"role":1`],
  ])("a message that may be a hook prompt is parsed in a legacy thread alone: %s", (_what, beginning) => {
    expect(skim(long(beginning), "legacy")).toBeUndefined();
    expect(skim(long(beginning), "paginated")).toEqual(neutral(true));
  });
});
