import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Incarnation } from "../ship/index.ts";
import { SqliteShipPositions } from "./index.ts";

const NOTHING = { offset: 0, position: 0 };
const BEGUN: Incarnation = {
  threadId: "thread",
  baseId: "rollout",
  rolloutId: "rollout",
  number: 0,
  shipped: NOTHING,
  sent: NOTHING,
  fingerprint: "of nothing",
};

function somewhere(): string {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-positions-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "positions.sqlite");
}

describe("the file of positions", () => {
  it("keeps what it was told", () => {
    const path = somewhere();
    {
      using positions = new SqliteShipPositions(path, "here");
      positions.begin(BEGUN);
      positions.intend(BEGUN, { offset: 20, position: 2 }, "of twenty");
      positions.acknowledge(BEGUN, { offset: 10, position: 1 });
    }

    using positions = new SqliteShipPositions(path, "here");

    const sent = { offset: 20, position: 2 };
    const shipped = { offset: 10, position: 1 };
    expect(positions.incarnations("thread", "rollout")).toEqual([
      { ...BEGUN, shipped, sent, fingerprint: "of twenty" },
    ]);
  });

  it("tells of shipped lines once the broker has some, not when some are about to be sent", () => {
    using positions = new SqliteShipPositions(somewhere(), "here");
    positions.begin(BEGUN);
    positions.intend(BEGUN, { offset: 20, position: 2 }, "of twenty");
    const before = positions.holdsAny;

    positions.acknowledge(BEGUN, { offset: 10, position: 1 });

    expect([before, positions.holdsAny]).toEqual([false, true]);
  });

  it("is for one process at a time, until that one lets go of it", () => {
    const path = somewhere();
    {
      using first = new SqliteShipPositions(path, "here");
      expect(first.isKnown).toBe(false);
      first.makeKnown({ incarnations: [BEGUN], files: [] });
      expect(() => new SqliteShipPositions(path, "here")).toThrow(`${path}: another \`ship\` uses it`);
    }

    using again = new SqliteShipPositions(path, "here");
    expect(again.isKnown).toBe(true);
    expect(again.incarnations("thread", "rollout")).toEqual([BEGUN]);
  });

  it.each([
    [
      "for another destination",
      "UPDATE destination SET name = 'elsewhere'",
      "is about what was shipped to elsewhere, not to here",
    ],
    ["of a newer format", "PRAGMA user_version = 99", "is of format 99, this version knows"],
  ])("%s is refused, with that reason each time", (_what, sql, says) => {
    const path = somewhere();
    new SqliteShipPositions(path, "here")[Symbol.dispose]();
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();

    for (let times = 0; times < 2; times++) expect(() => new SqliteShipPositions(path, "here")).toThrow(says);
  });
});
