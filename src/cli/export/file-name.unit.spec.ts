import { describe, expect, it } from "vitest";
import { fileNameOf } from "./file-name.ts";
import { FoundRollout } from "./found-rollout.ts";

const THREAD = "0197a1b2-0000-7000-8000-00000000000a";
const REVERT = "0197a1b2-0000-7000-8000-00000000000b";
const SESSION = JSON.stringify({ type: "session_meta", payload: { timestamp: "2026-01-31T12:34:56.789Z" } });

function rollout({ file, line = SESSION, rolloutId = THREAD }: { file?: string; line?: string; rolloutId?: string }) {
  const found = new FoundRollout(rolloutId);
  found.take({
    type: "line",
    partition: 0,
    offset: 0,
    timestamp: 0,
    headers: new Map(file === undefined ? [] : [["file", file]]),
    record: {
      threadId: THREAD,
      rolloutId,
      position: 0,
      recordedAt: Date.UTC(2026, 1, 3, 4, 5, 6),
      kind: "",
      eventType: null,
      line: Buffer.from(line),
      oversized: null,
    },
  });
  return found;
}

describe("a rollout's file", () => {
  it.each([
    { file: "rollout-2026-01-31T12-34-56-x.jsonl", name: "rollout-2026-01-31T12-34-56-x.jsonl" },
    { file: "rollout-x.jsonl.zst", name: "rollout-x.jsonl" },
    { file: "notes.jsonl.gz", name: "notes.jsonl" },
  ])("is called $name, as its header says, and not compressed", ({ file, name }) => {
    expect(fileNameOf(THREAD, rollout({ file }))).toBe(name);
  });

  it.each(["../other", "/etc/passwd", "a\\b", "..", "", "-", "a\nb", "a\u202eb", "x".repeat(256), ".zst"])(
    "never lies elsewhere, or under a strange name, whatever the header says: %j",
    (file) => {
      expect(fileNameOf(THREAD, rollout({ file }))).toBe(`rollout-2026-01-31T12-34-56-${THREAD}.jsonl`);
    },
  );

  it("is called as Codex calls it, when no header says how", () => {
    expect(fileNameOf(THREAD, rollout({}))).toBe(`rollout-2026-01-31T12-34-56-${THREAD}.jsonl`);
    expect(fileNameOf(THREAD, rollout({ rolloutId: REVERT }))).toBe(
      `rollout-2026-01-31T12-34-56-${THREAD}_${REVERT}.jsonl`,
    );
  });

  it("keeps its name when its content was replaced", () => {
    expect(fileNameOf(THREAD, rollout({ rolloutId: `${THREAD}#0123456789abcdef` }))).toBe(
      `rollout-2026-01-31T12-34-56-${THREAD}.jsonl`,
    );
  });

  it.each(["{", "null", "[]", '{"type":"event_msg"}', '{"type":"session_meta","payload":{"timestamp":"noon"}}'])(
    "has the time when it was recorded in its name, when its first line tells none: %s",
    (line) => {
      expect(fileNameOf(THREAD, rollout({ line }))).toBe(`rollout-2026-02-03T04-05-06-${THREAD}.jsonl`);
    },
  );

  it("has no name when its ids are none that a name could hold", () => {
    expect(fileNameOf(THREAD, rollout({ rolloutId: "run 1" }))).toBeUndefined();
    expect(fileNameOf("../thread", rollout({ rolloutId: "../thread" }))).toBeUndefined();
  });
});
