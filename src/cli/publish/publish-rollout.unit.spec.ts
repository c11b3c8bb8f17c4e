import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RolloutFile } from "../../rollout-files/index.ts";
import type { RolloutRecord } from "../../worker/index.ts";
import { publishRollout } from "./publish-rollout.ts";

function fileOf(content: string): RolloutFile {
  async function* open() {
    yield await Promise.resolve(Buffer.from(content));
  }
  return { path: "r.jsonl", name: "r.jsonl", bytes: content.length, isStream: false, isCompressed: false, open };
}

/** What is published of a content, from a position on. */
async function published(content: string, { maxLineBytes = 1000, next = 0 } = {}) {
  const records: RolloutRecord[] = [];
  const remarks: string[] = [];
  const applied = { lines: next };
  const totals = await publishRollout(
    fileOf(content),
    "thread",
    { rolloutId: "rollout", next, applied },
    {
      maxLineBytes,
      send: (record) => {
        records.push(record);
        return Promise.resolve();
      },
      now: () => 7,
      onRead: () => undefined,
      remark: (message) => remarks.push(message),
    },
  );
  return { records, remarks, totals, applied };
}

const brief = ({ position, line }: RolloutRecord): string => `${position} ${line.toString()}`;

describe("publishing a rollout", () => {
  it("gives every line a record with its place, its labels, and its bytes", async () => {
    const { records, totals } = await published('{"type":"event_msg","payload":{"type":"error"}}\n');

    expect(records).toEqual([
      {
        threadId: "thread",
        rolloutId: "rollout",
        position: 0,
        recordedAt: 7,
        kind: "event_msg",
        eventType: "error",
        line: Buffer.from('{"type":"event_msg","payload":{"type":"error"}}'),
        oversized: null,
      },
    ]);
    expect(totals).toEqual({ lines: 1, bytes: 47 });
  });

  it("leaves nothing out: empty lines and malformed ones have their positions too", async () => {
    const { records, remarks } = await published("a\n\n{\r\n");

    expect(records.map(brief)).toEqual(["0 a", "1 ", "2 {\r"]);
    expect(remarks).toEqual([]);
  });

  it("takes a last line without newline when it is whole, and leaves it out when it is being written", async () => {
    const whole = await published('{"type":"x"}\n{"type":"y"}');
    const torn = await published('{"type":"x"}\n{"type":"y');

    expect(whole.records.map(brief)).toEqual(['0 {"type":"x"}', '1 {"type":"y"}']);
    expect(torn.records.map(brief)).toEqual(['0 {"type":"x"}']);
    expect(torn.remarks).toEqual([
      "r.jsonl: line 2 is still being written: it was left out, publish the file again later",
    ]);
  });

  it("leaves a marker in place of a line that is too long", async () => {
    const long = "y".repeat(20);
    const { records, remarks } = await published(`a\n${long}\nb\n`, { maxLineBytes: 10 });

    expect(records[1]).toMatchObject({
      position: 1,
      kind: "",
      line: Buffer.alloc(0),
      oversized: { bytes: 20, sha256: hash("sha256", long) },
    });
    expect(records.map(({ position }) => position)).toEqual([0, 1, 2]);
    expect(remarks).toEqual([
      "r.jsonl: line 2 has 20 bytes, more than producer.maxRecordBytes (10): a marker with its size and hash takes its place",
    ]);
  });

  it("leaves out what a copy of the rollout held, and notes how far it came", async () => {
    const { records, applied } = await published("a\nb\nc\n", { next: 2 });

    expect(records.map(brief)).toEqual(["2 c"]);
    expect(applied).toEqual({ lines: 3 });
  });
});
