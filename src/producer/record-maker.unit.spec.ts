import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineDecoder } from "../rollout/index.ts";
import { encodeRolloutEvent } from "../schema-registry/index.ts";
import { RecordMaker } from "./record-maker.ts";

const CORPUS = join(import.meta.dirname, "../../test/corpus");
const THREAD = "01900000-0000-7000-8000-00000000000a";
const PLACE = { threadId: THREAD, rolloutId: THREAD, position: 7, recordedAt: 1_700_000_000_000 };
const LIMIT = 8 * 1024 * 1024;
const HUGE = 43_000_000;
/** What Kafka puts around the only record of a batch, and the length of the headers that there can be. */
const BATCH_BYTES = 61 + 30 + 340;

const maker = new RecordMaker({ maxRecordBytes: LIMIT });
const decoder = new LineDecoder();

function lineOf(type: string, payload: object): Buffer {
  return Buffer.from(JSON.stringify({ timestamp: "2026-01-01T00:00:00.000Z", type, payload }));
}

const imageUrl = (bytes: number): string => `data:image/png;base64,${"iVBORw0K".repeat(bytes / 8)}`;

const noteOf = (text: string): string =>
  JSON.stringify({ elided: true, bytes: Buffer.byteLength(text), sha256: hash("sha256", text) });

function outcomesOf(line: Buffer): object[] {
  return (["legacy", "paginated"] as const).map((mode) => decoder.decode(line, 0, line.length, mode));
}

function markerOf(line: Buffer): object {
  const oversized = { bytes: line.length, sha256: hash("sha256", line) };
  return { record: { ...PLACE, kind: "", eventType: null, line: Buffer.alloc(0), oversized }, elidedBytes: 0 };
}

describe("a line that fits into a record", () => {
  it("is in it byte for byte, whatever it is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
        const { record, elidedBytes } = new RecordMaker({ maxRecordBytes: 6_000 }).make(Buffer.from(bytes), PLACE);
        expect(record).toMatchObject({ ...PLACE, line: Buffer.from(bytes), oversized: null });
        expect(elidedBytes).toBe(0);
      }),
    );
  });

  it("has its labels", () => {
    const { record } = maker.make(lineOf("event_msg", { type: "agent_message", message: "m" }), PLACE);
    expect(record).toMatchObject({ kind: "event_msg", eventType: "agent_message" });
  });
});

describe("a record", () => {
  it("is never longer than it may be, with its key, its headers and all that Kafka adds", () => {
    const ids = fc.string({ maxLength: 40 });
    const place = fc.record({ threadId: ids, rolloutId: ids, position: fc.maxSafeNat(), recordedAt: fc.maxSafeNat() });
    const bytes = fc.integer({ min: 0, max: 12_000 });
    fc.assert(
      fc.property(place, fc.string({ maxLength: 3_000 }), bytes, fc.boolean(), (place, type, bytes, isRead) => {
        const payload = isRead
          ? { type, message: "m".repeat(bytes) }
          : { type: "token_count", info: "i".repeat(bytes) };
        const line = lineOf(isRead ? "event_msg" : type, payload);
        const { record } = new RecordMaker({ maxRecordBytes: 10_000 }).make(line, place);
        const size = encodeRolloutEvent(record, 2 ** 31 - 1).length + Buffer.byteLength(place.threadId) + BATCH_BYTES;
        expect(size).toBeLessThanOrEqual(10_000);
      }),
    );
  });
});

describe("a line that no record can hold", () => {
  const compactedLines = ["compact-0.137.0", "compact-0.169.0", "auto-compact-0.137.0"].flatMap((name) =>
    readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.includes('"type":"compacted"'))
      .slice(0, 1),
  );

  it("there are real compacted lines to try", () => expect(compactedLines.length).toBe(3));

  it.each(compactedLines)(
    "a real compacted line with inline images loses the largest images, as few as will do",
    (real) => {
      const images = [imageUrl(6_000_000), imageUrl(4_000_000), imageUrl(8_000_000)];
      const content = images.map((image) => ({ type: "input_image", image_url: image }));
      const line = real.replace(
        '"replacement_history":[',
        `"replacement_history":[{"type":"message","role":"user","content":${JSON.stringify(content)}},`,
      );
      const { record, elidedBytes } = maker.make(Buffer.from(line), PLACE);

      const expected = [images[0], images[2]].reduce(
        (text = "", image = "") => text.replace(image, () => JSON.stringify(noteOf(image)).slice(1, -1)),
        line,
      );
      expect(record.line.toString() === expected).toBe(true);
      expect(elidedBytes).toBe(14_000_044);
      expect(record).toMatchObject({ kind: "compacted", eventType: null, oversized: null });
      expect(outcomesOf(record.line)).toEqual(outcomesOf(Buffer.from(line)));
      expect(outcomesOf(record.line)).toMatchObject([{ outcome: "event" }, { outcome: "neutral", counted: true }]);
    },
  );

  it("a response item loses its image, and takes its rollout index as before", () => {
    const image = imageUrl(HUGE);
    const payload = (url: string) => ({
      type: "message",
      role: "user",
      content: [
        { type: "input_text", text: "what is this?" },
        { type: "input_image", image_url: url },
      ],
    });
    const { record, elidedBytes } = maker.make(lineOf("response_item", payload(image)), PLACE);

    expect(record.line.toString()).toBe(lineOf("response_item", payload(noteOf(image))).toString());
    expect(elidedBytes).toBe(Buffer.byteLength(image));
    expect(outcomesOf(record.line)).toMatchObject([
      { outcome: "neutral", counted: true },
      { outcome: "neutral", counted: true },
    ]);
  });

  it("of strings that are read none is left out, however many of them are longer", () => {
    const read = "r".repeat(3_000_000);
    const unread = "u".repeat(2_900_000);
    const payload = (cwd: string) => ({ type: "agent_message", message: read, b: read, cwd, d: "v".repeat(1_000_000) });
    const { record } = maker.make(lineOf("event_msg", payload(unread)), PLACE);
    expect(outcomesOf(record.line)).toMatchObject([{ event: { message: read } }, { outcome: "neutral" }]);
    expect(record.line.includes(noteOf(read).replaceAll('"', '\\"'))).toBe(true);
    expect(record.line.includes(unread)).toBe(true);
  });

  it.each([
    {
      what: "whose long string is read",
      line: lineOf("event_msg", { type: "agent_message", message: "m".repeat(HUGE) }),
    },
    { what: "of many small values", line: Buffer.from(`{"type":"compacted","payload":[${"1,".repeat(HUGE / 2)}1]}`) },
    { what: "of many small strings", line: Buffer.from(`{"type":"x","payload":[${'"a",'.repeat(HUGE / 4)}1]}`) },
    { what: "of many long strings that are read", line: reasoningOf(20_000) },
    { what: "nested deep", line: Buffer.from("[".repeat(HUGE)) },
    { what: "with a kind that is too long", line: lineOf("k".repeat(7 * 1024 * 1024), { type: "p".repeat(LIMIT) }) },
    { what: "that is no JSON", line: Buffer.from(`{"type":"response_item","payload":"${"x".repeat(HUGE)}`) },
    { what: "that is not UTF-8", line: Buffer.alloc(HUGE, 0xff) },
    { what: "of blanks", line: Buffer.alloc(HUGE, 0x20) },
    { what: "of quotes", line: Buffer.alloc(HUGE, 0x22) },
    { what: "of backslashes", line: Buffer.from(`{"a":"${"\\".repeat(HUGE + 1)}"}`) },
  ])("$what leaves a marker", ({ line }) => {
    const { record, elidedBytes } = maker.make(line, PLACE);
    expect(record.line.length).toBe(0);
    expect({ record, elidedBytes }).toEqual(markerOf(line));
  });

  it("and is malformed stays what it is", () => {
    const { record } = maker.make(Buffer.from(`{"a":"${"\\\\".repeat(HUGE / 2)}"}`), PLACE);
    expect(record.line.toString()).toBe(`{"a":${JSON.stringify(noteOf("\\".repeat(HUGE / 2)))}}`);
  });

  it("and was never held leaves a marker", () => {
    const oversized = { bytes: 10_000_000_000, sha256: "0".repeat(64) };
    expect(maker.marker(oversized, PLACE)).toEqual({
      record: { ...PLACE, kind: "", eventType: null, line: Buffer.alloc(0), oversized },
      elidedBytes: 0,
    });
  });
});

function reasoningOf(texts: number): Buffer {
  const text = Array.from({ length: texts }, (_, at) => `${at}`.padEnd(2_000, "x"));
  const item = { type: "Reasoning", id: "i", summary_text: text, raw_content: [] };
  return lineOf("event_msg", { type: "item_completed", thread_id: THREAD, turn_id: "t", item, completed_at_ms: 1 });
}
