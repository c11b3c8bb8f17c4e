import { describe, expect, it } from "vitest";
import { decode, decodeItem, expectRejection, lineOf, raw, THREAD } from "../../test/support/decoding.ts";
import { type HistoryMode, LineDecoder } from "./index.ts";
import { WHOLE_UP_TO_BYTES } from "./line.ts";

const STARTED = { type: "task_started", turn_id: "t" };
const EVENT = {
  outcome: "event",
  event: { type: "task_started", turnId: "t", rootTurnId: null, startedAt: null },
  counted: true,
  ordinal: null,
  timestamp: "2026-01-01T00:00:00Z",
};
const line = (members: object = {}) => lineOf("event_msg", STARTED, { ...members });
const notJson = (offset: number, message: string) => ({
  outcome: "rejected",
  reason: "not-json",
  offset,
  message: `not JSON: ${message}`,
});

describe("rollout-format §1: framing", () => {
  it("reads one JSON object a line", () => expect(decode(line())).toEqual(EVENT));

  it("allows white space round the object, a carriage return too", () => {
    expect(decode(` \t${line()} \t`)).toEqual(EVENT);
    expect(decode(`${line()}\r`)).toEqual(EVENT);
  });

  it.each(["", " ", "\t \r"])("skips an empty line: %j", (text) => expect(decode(text)).toEqual({ outcome: "empty" }));

  it.each(["\f", "\u00a0", "\0", "\ufeff"])("takes nothing else for an empty line: %j", (text) =>
    expect(decode(text)).toMatchObject({ outcome: "rejected", reason: "not-json" }),
  );

  it("refuses a byte order mark", () => expect(decode(`\ufeff${line()}`)).toEqual(notJson(0, "unexpected byte")));

  it.each(["[]", '"x"', "5", "true", "null"])("refuses %s: not an object", (text) =>
    expect(decode(text)).toEqual({
      outcome: "rejected",
      reason: "not-an-object",
      offset: expect.any(Number),
      message: "the line is not a JSON object",
    }),
  );

  it.each([
    [`${line()}x`, line().length, "bytes after the value"],
    [line().slice(0, -1), line().length - 1, "the text ends inside a value"],
    [line({ zz: "\t" }).replace("\\t", "\t"), 42, "control character in a string"],
    [line({ zz: raw('"\\ud800"') }), 42, "lone surrogate escape in a string"],
    [line({ zz: raw("18446744073709551616") }), 41, "integer outside 64 bits"],
    [line({ zz: raw("[".repeat(127) + "]".repeat(127)) }), 167, "nested too deep"],
    [line({ zz: raw("01") }), 41, "malformed number"],
    [line({ zz: raw('"\\x"') }), 42, "unknown escape in a string"],
    [line({ zz: raw("nul") }), 41, "unexpected byte"],
  ])("refuses the whole line when it is not JSON: case %#", (text, offset, message) =>
    expect(decode(text)).toEqual(notJson(offset, message)),
  );

  it("accepts 127 levels, the line's own among them", () =>
    expect(decode(line({ zz: raw("[".repeat(126) + "]".repeat(126)) }))).toEqual(EVENT));

  it.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xc3]]])("refuses what is not UTF-8: %j", (bytes) => {
    const text = Buffer.from(line({ zz: "@" }));
    const at = text.indexOf("@");
    expect(decode(Buffer.concat([text.subarray(0, at), Buffer.from(bytes), text.subarray(at + 1)]))).toEqual({
      outcome: "rejected",
      reason: "not-utf8",
      offset: 0,
      message: "the line is not UTF-8",
    });
  });

  it("needs no newline after the last line", () => {
    const bytes = Buffer.from(line());
    expect(new LineDecoder().decode(bytes, 0, bytes.length, "legacy")).toEqual(EVENT);
  });

  it("counts an error's offset from the start of the line", () => {
    const bytes = Buffer.from(`{"before":1}\n${lineOf("event_msg", { type: "task_started", turn_id: 5 })}\n`);
    const decoded = new LineDecoder().decode(bytes, 13, bytes.length - 1, "legacy");
    expect(decoded).toMatchObject({ outcome: "rejected", offset: bytes.indexOf("5}}") - 13 });
  });
});

describe("rollout-format §1: what is wrong is said", () => {
  it.each([
    [line({ timestamp: 5 }), '"timestamp" must be a string'],
    ['{"timestamp":"","type":5,"payload":{}}', '"type" must be a string'],
    ['{"timestamp":"","type":"event_msg","payload":[]}', '"payload" must be an object'],
    ['{"timestamp":"","type":"event_msg"}', '"payload" is missing'],
  ])("%s", (text, message) => expect(decode(text)).toMatchObject({ outcome: "rejected", message }));

  it("with the ordinal, where a line is refused only for its time (paginated §1)", () => {
    const item = { type: "Plan", id: "i", text: "" };
    const undated = (members: object) =>
      lineOf(
        "event_msg",
        { type: "item_completed", thread_id: THREAD, turn_id: "t", item },
        { timestamp: "junk", ...members },
      );
    const refused = { outcome: "rejected", reason: "unknown-value", message: expect.stringContaining('"timestamp"') };
    expect(decode(undated({ ordinal: 7 }), "paginated")).toEqual({
      ...refused,
      offset: '{"timestamp":"'.length,
      ordinal: 7,
    });
    expect(decode(undated({}), "paginated")).toEqual({ ...refused, offset: '{"timestamp":"'.length });
    expect(decode(undated({ ordinal: 7 }), "legacy")).toMatchObject({ outcome: "event", ordinal: 7 });
  });
});

describe("a line of any length reads the same", () => {
  const WHOLE = WHOLE_UP_TO_BYTES;
  const citation = { entries: [{ path: "p", lineStart: 1, lineEnd: 2, note: "n" }], rolloutIds: ["r"] };

  /** A message in a line of so many bytes, with other fields that have fields of their own. */
  function saying(bytes: number, rest: object = {}): string {
    const text = (message: string) => {
      const fields = { message, memory_citation: citation, phase: "commentary" };
      return lineOf("event_msg", { type: "agent_message", ...fields, ...rest });
    };
    return text("x".repeat(Math.max(0, bytes - text("").length)));
  }

  /** What a decoded message shows, but for its text, of which the length. */
  function brief(text: string): unknown {
    const decoded = decode(text);
    if (decoded.outcome !== "event" || decoded.event.type !== "agent_message") return decoded;
    const { message, ...others } = decoded.event;
    return { ...others, length: message.length };
  }

  it.each([WHOLE - 1, WHOLE, WHOLE + 1, 3 * WHOLE])("one of %i bytes", (bytes) => {
    const text = saying(bytes);
    expect(text).toHaveLength(bytes);
    expect(brief(text)).toEqual({ ...Object(brief(saying(1_000))), length: bytes - saying(0).length });
    expect(brief(saying(bytes, { phase: "zz" }))).toMatchObject({ outcome: "rejected", reason: "unknown-value" });
    expect(brief(`${text.slice(0, -2)}]}`)).toMatchObject({ reason: "not-json", offset: bytes - 2 });
  });
});

const modes: readonly HistoryMode[] = ["legacy", "paginated"];

describe.each(modes)("rollout-format §1, paginated §1: the members of a line (%s)", (mode) => {
  it.each<[string, string, string]>([
    ['{"type":"event_msg","payload":{"type":"task_started","turn_id":"t"}}', "missing-field", "timestamp"],
    [line({ timestamp: 5 }), "wrong-type", "timestamp"],
    [line({ timestamp: null }), "wrong-type", "timestamp"],
    ['{"timestamp":"","payload":{"type":"task_started","turn_id":"t"}}', "missing-field", "type"],
    ['{"timestamp":"","type":5,"payload":{}}', "wrong-type", "type"],
    ['{"timestamp":"","type":null,"payload":{}}', "wrong-type", "type"],
    ['{"timestamp":"","type":"event_msg"}', "missing-field", "payload"],
    ...[null, 5, "x", []].map(
      (payload) => [lineOf("event_msg", payload), "wrong-type", "payload"] as [string, string, string],
    ),
    [lineOf("event_msg", {}), "missing-field", "type"],
    ...[null, -5, true, {}, []].map(
      (type) => [lineOf("event_msg", { type }), "wrong-type", "type"] as [string, string, string],
    ),
  ])("refuses %s", (text, reason, field) => expectRejection(decode(text, mode), reason, field));

  it.each(["", "junk", "2026"])("does not examine the text of the time stamp: %j", (timestamp) =>
    expect(decode(line({ timestamp }), mode)).toEqual({ ...EVENT, timestamp }),
  );

  it("ignores other members", () => expect(decode(line({ zz: [{}], metadata: 5 }), mode)).toEqual(EVENT));

  it("does not care for the order of keys", () =>
    expect(
      decode('{"payload":{"turn_id":"t","type":"task_started"},"type":"event_msg","timestamp":"x"}', mode),
    ).toEqual({ ...EVENT, timestamp: "x" }));

  it("takes the last of repeated keys, in the line and in the payload", () =>
    expect(
      decode(
        '{"timestamp":5,"type":"zz","payload":1,"timestamp":"x","type":"event_msg","payload":{"turn_id":5,"type":"error","turn_id":"t","type":"task_started"}}',
        mode,
      ),
    ).toEqual({ ...EVENT, timestamp: "x" }));

  it("reads keys and texts whatever escapes spell them", () =>
    expect(
      decode(line().replace('"type"', '"t\\u0079pe"').replace("task_started", "task\\u005fstarted"), mode),
    ).toEqual(EVENT));

  it.each([
    [0, 0],
    [5, 5],
    [raw("-0"), 0],
    [null, null],
    [raw("9007199254740993"), 9007199254740993n],
    [raw("18446744073709551615"), 18446744073709551615n],
  ])("reads the ordinal %j", (ordinal, value) =>
    expect(decode(line({ ordinal }), mode)).toEqual({ ...EVENT, ordinal: value }),
  );

  it.each([-1, "5", true, [], {}, raw("1.0"), raw("1e1")])("refuses the ordinal %j, on every line", (ordinal) => {
    expectRejection(decode(line({ ordinal }), mode), "wrong-type", "ordinal");
    expectRejection(decode(lineOf("turn_context", {}, { ordinal }), mode), "wrong-type", "ordinal");
  });

  it("gives the ordinal of a line without effect", () =>
    expect(decode(lineOf("turn_context", {}, { ordinal: 7 }), mode)).toMatchObject({
      outcome: "neutral",
      counted: true,
      ordinal: 7,
    }));
});

it("a defect is not taken for a malformed line", () => {
  const bytes = Buffer.from(line());
  expect(() => new LineDecoder().decode(bytes, 0, bytes.length, "zz" as HistoryMode)).toThrow(TypeError);
});

it("a decoder keeps nothing from one line to the next", () => {
  const decoder = new LineDecoder();
  const read = (text: string) => decoder.decode(Buffer.from(text), 0, Buffer.byteLength(text), "legacy");
  read(lineOf("event_msg", { type: "agent_message", message: "long ".repeat(1000), phase: "commentary" }));
  read("not JSON");
  expect(read(line())).toEqual(EVENT);
  expect(decodeItem({ type: "Plan", id: "i", text: "t" }).outcome).toBe("event");
});
