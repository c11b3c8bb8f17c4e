import { describe, expect, it } from "vitest";
import type { ThreadDelta } from "../worker/index.ts";
import { type ScriptLimits, writeOf } from "./chunks.ts";
import { CheckpointKeys } from "./keys.ts";

const KEYS = new CheckpointKeys({ keyPrefix: "p:", group: "g", topic: "t", partition: 0 });
const HEAD = { generation: 3, watermark: 10, highest: 12, mark: null };
const LIMITS: ScriptLimits = { threads: 2, bytes: 100, fields: 100 };

function delta(threadId: string, bytes: number): ThreadDelta {
  return { threadId, revision: 4, replaces: false, set: new Map([["f", "x".repeat(bytes - 1)]]), removed: ["g"] };
}

function threadsOf(deltas: readonly ThreadDelta[]): string[] {
  const { chunks } = writeOf({ deltas, head: HEAD }, false, KEYS, LIMITS);
  return chunks.map(({ keys }) =>
    keys
      .slice(1)
      .map((key) => key.slice("p:{g:t:0}:3:t:".length))
      .join(" "),
  );
}

describe("a flush is divided into scripts", () => {
  it("by threads", () => {
    expect(threadsOf(["a", "b", "c", "d", "e"].map((id) => delta(id, 1)))).toEqual(["a b", "c d", "e"]);
  });

  it("by bytes, and a thread is never divided", () => {
    expect(
      threadsOf([delta("a", 60), delta("b", 40), delta("c", 41), delta("d", 60), delta("e", 500), delta("f", 1)]),
    ).toEqual(["a b", "c", "d", "e", "f"]);
  });

  it("into one without threads, for the head alone", () => {
    expect(threadsOf([])).toEqual([""]);
  });

  it("of which the first begins, each raises `highest`, and the last brings the head", () => {
    const deltas = [delta("a", 3), delta("b", 3), delta("c", 3)];
    const { chunks } = writeOf({ deltas, head: HEAD }, true, KEYS, LIMITS);
    const thread = (id: string) => [id, "4", "5", "0", "2", "1", ".f", "xx", ".g"];
    expect(chunks).toEqual([
      {
        keys: ["p:{g:t:0}:3:threads", "p:{g:t:0}:3:t:a", "p:{g:t:0}:3:t:b"],
        args: ["3", "1", "12", "0", ...thread("a"), ...thread("b")],
      },
      {
        keys: ["p:{g:t:0}:3:threads", "p:{g:t:0}:3:t:c"],
        args: [
          ...["3", "0", "12", "8", "watermark", "10", "highest", "12", "markOffset", "", "markCrc", ""],
          ...thread("c"),
        ],
      },
    ]);
  });
});
