import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { EmbeddedHistory, type ObserverChanges } from "../../src/sqlite/index.ts";
import type { CheckpointHead, ThreadDelta } from "../../src/worker/index.ts";
import { scratch } from "./support/importing.ts";

const HEAD: CheckpointHead = { generation: 0, watermark: 4, highest: 4, mark: null };
const TAKING = { threadId: "t", rolloutId: "t", position: 4 };
const CRASHES = { starts: 2, taking: TAKING, suspect: { ...TAKING, count: 1 } };
const INCARNATION = {
  threadId: "t",
  baseId: "t",
  rolloutId: "t",
  number: 0,
  shipped: { offset: 0, position: 0 },
  sent: { offset: 0, position: 0 },
  fingerprint: "f",
};

function delta(fields: Readonly<Record<string, string>>, more: Partial<ThreadDelta> = {}): ThreadDelta {
  return { threadId: "t", revision: 0, replaces: false, set: new Map(Object.entries(fields)), removed: [], ...more };
}

function changes(more: Partial<ObserverChanges> = {}): ObserverChanges {
  return { observer: "lifecycle", outputs: [], committed: 4, head: HEAD, startsOver: false, deltas: [], ...more };
}

const opened = (file: string): EmbeddedHistory => new EmbeddedHistory(file, "a version");

describe("the file of the embedded mode", () => {
  it("keeps what observers made, and how much was read, from one commit on", () => {
    const file = join(scratch(), "history.sqlite");
    {
      using history = opened(file);
      history.positions.begin(INCARNATION);
      history.write([changes({ deltas: [delta({ a: "1", b: "2" })] })]);
      history.positions.acknowledge(INCARNATION, { offset: 9, position: 4 });
      history.commit();
    }
    using history = opened(file);
    expect(history.observer("lifecycle")).toEqual({ committed: 4, head: HEAD });
    expect(history.load("lifecycle", ["t", "u"])).toEqual(
      new Map<string, unknown>([
        [
          "t",
          {
            revision: 1,
            fields: new Map([
              ["a", "1"],
              ["b", "2"],
            ]),
          },
        ],
        ["u", "new"],
      ]),
    );
    expect(history.positions.incarnation("t", "t")?.shipped).toEqual({ offset: 9, position: 4 });
  });

  it("has none of it when it was not committed", () => {
    const file = join(scratch(), "history.sqlite");
    {
      using history = opened(file);
      history.positions.begin(INCARNATION);
      history.write([changes({ deltas: [delta({ a: "1" })] })]);
    }
    using history = opened(file);
    expect(history.observer("lifecycle")).toEqual({ committed: null, head: null });
    expect(history.load("lifecycle", ["t"])).toEqual(new Map([["t", "new"]]));
    expect(history.positions.incarnation("t", "t")).toBeUndefined();
  });

  it("has none of it after it was abandoned, whatever is committed then", () => {
    const file = join(scratch(), "history.sqlite");
    {
      using history = opened(file);
      history.write([changes()]);
      history.abandon();
      history.noteCrashes(CRASHES);
      history.commit();
      expect(() => history.positions.begin(INCARNATION)).toThrow("no transaction is open");
    }
    using history = opened(file);
    expect(history.observer("lifecycle")).toEqual({ committed: null, head: null });
  });

  it("keeps at once which record is suspected, whatever becomes of the process then", () => {
    const file = join(scratch(), "history.sqlite");
    {
      using history = opened(file);
      history.noteCrashes(CRASHES);
    }
    using history = opened(file);
    expect(history.crashes()).toEqual(CRASHES);
  });

  it("keeps a thread's fields as deltas say: set, removed, or all replaced", () => {
    using history = opened(join(scratch(), "history.sqlite"));
    const fieldsAfter = (one: ThreadDelta): unknown => {
      history.write([changes({ deltas: [one] })]);
      const found = history.load("lifecycle", ["t"]).get("t");
      return typeof found === "object" ? [found.revision, Object.fromEntries(found.fields)] : found;
    };
    expect(fieldsAfter(delta({ a: "1", b: "2" }))).toEqual([1, { a: "1", b: "2" }]);
    expect(fieldsAfter(delta({ a: "3" }, { revision: 1, removed: ["b"] }))).toEqual([2, { a: "3" }]);
    expect(fieldsAfter(delta({ c: "4" }, { revision: 2, replaces: true }))).toEqual([3, { c: "4" }]);
  });

  it("forgets an observer's threads when it starts over, and no other's", () => {
    using history = opened(join(scratch(), "history.sqlite"));
    history.write([changes({ deltas: [delta({ a: "1" })] })]);
    history.write([changes({ observer: "thread-item", deltas: [delta({ a: "2" })] })]);

    history.write([changes({ startsOver: true, deltas: [] })]);

    expect(history.load("lifecycle", ["t"]).get("t")).toBe("new");
    expect(history.load("thread-item", ["t"]).get("t")).not.toBe("new");
  });

  it("lets others read while it is written to", () => {
    const file = join(scratch(), "history.sqlite");
    using history = opened(file);
    history.write([changes()]);
    const reader = new DatabaseSync(file, { readOnly: true });
    const seen = (): unknown => reader.prepare("SELECT count(*) AS n FROM observers").get()?.n;
    expect(seen()).toBe(0);
    history.commit();
    expect(seen()).toBe(1);
    reader.close();
  });
});
