import { describe, expect, it } from "vitest";
import { decode, lineOf } from "../../test/support/decoding.ts";
import { type DecodedLine, type HistoryMode, LineDecoder, LineScanner } from "./index.ts";
import { WHOLE_UP_TO_BYTES } from "./line.ts";

const modes: readonly HistoryMode[] = ["legacy", "paginated"];
const STARTED = { type: "task_started", turn_id: "t" };
const LONG = "x".repeat(3_000);

/** What the scanner makes of a line that stands between two others. */
function scan(line: string): ReturnType<LineScanner["scan"]> {
  const bytes = Buffer.from(`{}\n${line}\n{}`);
  return new LineScanner().scan(bytes, 3, bytes.length - 3);
}

/** What comes of the last line, when all are scanned ahead, as the lines of a chunk are. */
function decodedAhead(lines: readonly string[], mode: HistoryMode): DecodedLine | undefined {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const scanner = new LineScanner();
  const decoder = new LineDecoder();
  const nodes = new Int32Array(1 << 12);
  let base = 0;
  let start = 0;
  let decoded: DecodedLine | undefined;
  for (let end = bytes.indexOf("\n"); end >= 0; end = bytes.indexOf("\n", start)) {
    const found = scanner.scan(bytes, start, end);
    decoded = undefined;
    if (found !== undefined && !("outcome" in found)) {
      const next = found.copyTo(nodes, base);
      decoded = decoder.decodeScanned({ bytes, start, end, nodes, base }, mode);
      base = next;
    }
    start = end + 1;
  }
  return decoded;
}

describe("ADR 0021: a line is scanned ahead to its end when it has no effect in either mode", () => {
  it.each<[string, string, object]>([
    ["a kind that takes a rollout index", lineOf("turn_context", {}), { counted: true, known: true, ordinal: null }],
    ["with its ordinal", lineOf("turn_context", {}, { ordinal: 7 }), { counted: true, known: true, ordinal: 7 }],
    ["a long one", lineOf("turn_context", { a: LONG }), { counted: true, known: true, ordinal: null }],
    ["a kind that nobody knows", lineOf("zz", {}), { counted: false, known: false, ordinal: null }],
    ["an event", lineOf("event_msg", { type: "token_count" }), { counted: true, known: true, ordinal: null }],
    [
      "a message that is no hook prompt",
      lineOf("response_item", { type: "message", role: "user", content: [] }),
      { counted: true, known: true, ordinal: null },
    ],
  ])("%s", (_what, line, told) => expect(scan(line)).toEqual({ outcome: "neutral", ...told }));

  it.each([
    ["that is not JSON", lineOf("turn_context", {}).slice(1)],
    ["that is empty", " "],
    ["that is longer than its values are worth", lineOf("zz", { a: "x".repeat(WHOLE_UP_TO_BYTES) })],
  ])("a line %s is left to the decoder", (_what, line) => expect(scan(line)).toBeUndefined());
});

describe.each(modes)("ADR 0021: a line that was scanned ahead reads as any other (%s)", (mode) => {
  it.each([
    ["with an effect", lineOf("event_msg", STARTED)],
    ["with an effect in one mode", lineOf("event_msg", { type: "thread_rolled_back", num_turns: 1 })],
    ["with an effect in one mode, a long one", lineOf("event_msg", { type: "agent_message", message: LONG })],
    ["that is malformed for one mode", lineOf("compacted", {})],
    ["that is malformed for one mode, a long one", lineOf("compacted", { message: 5, more: LONG })],
    [
      "that tells its type twice, a long one",
      `{"timestamp":"","type":"event_msg","payload":{"type":"agent_message","a":"${LONG}","type":"task_started","turn_id":"t"}}`,
    ],
    ["without a time stamp", JSON.stringify({ type: "event_msg", payload: STARTED })],
    ["without a kind", JSON.stringify({ timestamp: "", payload: STARTED })],
    ["without a payload", JSON.stringify({ timestamp: "", type: "event_msg" })],
    ["that is no object", "[]"],
    ["with a malformed ordinal", lineOf("turn_context", {}, { ordinal: -1 })],
  ])("one %s, whatever the line before ends with", (_what, line) => {
    for (const last of ["", {}, []]) {
      const before = lineOf("event_msg", { ...STARTED, last });
      expect(decodedAhead([before, line], mode), JSON.stringify(last)).toEqual(decode(line, mode));
    }
  });
});
