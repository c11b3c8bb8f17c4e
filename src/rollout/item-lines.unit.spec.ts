import { describe, expect, it } from "vitest";
import { decode, decodeEvent, expectRejection, lineOf, THREAD } from "../../test/support/decoding.ts";
import type { HistoryMode } from "./index.ts";

const modes: readonly HistoryMode[] = ["legacy", "paginated"];

describe("paginated §1: the time stamp of an item line without started_at_ms", () => {
  const item = { type: "Plan", id: "i", text: "t" };
  const at = (timestamp: string, members: object = {}, mode: HistoryMode = "paginated") =>
    decode(
      lineOf(
        "event_msg",
        { type: "item_completed", thread_id: "0".repeat(32), turn_id: "t", item, ...members },
        { timestamp },
      ),
      mode,
    );

  it.each([
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z",
    "2026-01-01T00:00:00.123456789012Z",
    "2026-01-01 00:00:00Z",
    "2026-01-01t00:00:00z",
    "2026-01-01T00:00:00+02:00",
    "2026-01-01T00:00:00-00:00",
    "2026-01-01T00:00:00+23:59",
    "2026-01-01T00:00:00\u221202:00",
    "2026-01-01T00:00:60Z",
    "0000-02-29T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "1969-12-31T23:59:59Z",
    "2024-02-29T00:00:00Z",
  ])("may be %s", (timestamp) => expect(at(timestamp).outcome).toBe("event"));

  it.each([
    "",
    "2026-01-01",
    "2026-01-01T00:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+0200",
    "2026-01-01T00:00:00+02",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+00:60",
    "2026-01-01T00:00:61Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-02-30T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "12026-01-01T00:00:00Z",
    "+2026-01-01T00:00:00Z",
    "2026-1-1T00:00:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00,5Z",
    " 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z ",
    "2026-01-01T00:00:00 Z",
    "2026-01-01  00:00:00Z",
    "2026-01-01_00:00:00Z",
    "20260101T000000Z",
    "2026-W01-1T00:00:00Z",
    "2026-01-01T00:00:00 UTC",
  ])("may not be %j", (timestamp) => {
    expectRejection(at(timestamp), "unknown-value", "timestamp");
    expect(at(timestamp, { started_at_ms: null, completed_at_ms: 1 }).outcome).toBe("rejected");
    expect(at(timestamp, { started_at_ms: 0 }).outcome).toBe("event");
    expect(at(timestamp, {}, "legacy").outcome).toBe("event");
  });
});

describe("paginated §5: item_started", () => {
  const started = (members: object, mode: HistoryMode = "paginated") =>
    decodeEvent(
      {
        type: "item_started",
        thread_id: "0".repeat(32),
        turn_id: "t",
        item: { type: "Plan", id: "i", text: "" },
        ...members,
      },
      mode,
    );

  it.each(modes)("carries a whole item that is not complete (%s)", (mode) =>
    expect(started({ started_at_ms: 5 }, mode)).toMatchObject({
      outcome: "event",
      counted: false,
      event: {
        type: "item_started",
        turnId: "t",
        item: { type: "Plan", id: "i", text: "" },
        startedAtMs: 5,
        completedAtMs: null,
      },
    }),
  );

  it("started_at_ms may be absent, not null", () => {
    expect(started({}).outcome).toBe("event");
    expectRejection(started({ started_at_ms: null }), "wrong-type", "started_at_ms");
  });

  it("makes no row of Codex's, so its time stamp is not examined", () => {
    const payload = {
      type: "item_started",
      thread_id: THREAD,
      turn_id: "t",
      item: { type: "Plan", id: "i", text: "" },
    };
    expect(decode(lineOf("event_msg", payload, { timestamp: "junk" }), "paginated").outcome).toBe("event");
  });

  it("refuses a malformed item", () =>
    expectRejection(started({ item: { type: "Plan", id: "i" } }), "missing-field", "text"));
});
