import { appendFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { EmbeddedEvent } from "../../src/embedded/index.ts";
import { OTHER_THREAD, rolloutName, THREAD } from "../support/cli.ts";
import { agent, completed, rollout, session, started, user } from "../support/story.ts";
import { importing, scratch } from "./support/importing.ts";
import { rowsIn, tableIn } from "./support/rows.ts";

const story = (threadId: string): string[] =>
  rollout(threadId, [session({ id: threadId }), started("a"), user("hello"), agent("hi"), completed("a")]).lines.map(
    String,
  );
const written = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

/** A history of three lines, whose process ended three times at the fourth one, and more lines to be imported. */
async function endedAtTheFourthLine() {
  const folder = scratch();
  const file = join(folder, "history.sqlite");
  const path = join(folder, rolloutName(THREAD));
  writeFileSync(path, written(story(THREAD).slice(0, 3)));
  await importing({ file, paths: [folder] });
  const database = new DatabaseSync(file);
  const taking = { threadId: THREAD, rolloutId: THREAD, position: 3 };
  database
    .prepare("UPDATE embedded SET crashes = ?")
    .run(JSON.stringify({ starts: 6, taking, suspect: { ...taking, count: 2 } }));
  database.close();
  appendFileSync(path, written(story(THREAD).slice(3)));
  return { folder, file };
}

const stopped = (events: readonly EmbeddedEvent[]) => events.filter(({ type }) => type === "quarantined");

describe("a line at which the process ended again and again", () => {
  it("stops its thread there, at whatever offset it comes; others go on", async () => {
    const { folder, file } = await endedAtTheFourthLine();
    const other = join(folder, rolloutName(OTHER_THREAD, 1));
    writeFileSync(other, written(story(OTHER_THREAD)));
    // What changed last is read first: the other thread takes the offsets that were this one's.
    utimesSync(other, new Date(), new Date(Date.now() + 60_000));

    const { end, events } = await importing({ file, paths: [folder] });

    expect(end).toEqual({ type: "done" });
    const reason = "the process ended each time that it took this record";
    expect(stopped(events)).toEqual(
      ["thread-item", "turn-summary", "lifecycle"].map((observer) => ({
        type: "quarantined",
        observer,
        threadId: THREAD,
        reason,
      })),
    );
    expect(rowsIn(file).get(THREAD)?.items).toHaveLength(1);
    expect(rowsIn(file).get(OTHER_THREAD)?.items).toHaveLength(2);
    expect(lettersIn(file)).toMatchObject([
      { observer: "lifecycle", source_offset: 8, code: "quarantined", reason },
      { observer: "thread-item", source_offset: 8, code: "quarantined", reason },
      { observer: "turn-summary", source_offset: 8, code: "quarantined", reason },
    ]);
  });

  it("shows to operators, also when it is started again", async () => {
    const { folder, file } = await endedAtTheFourthLine();
    await importing({ file, paths: [folder] });

    const { events } = await importing({ file, paths: [folder] });

    const last = events.findLast((event) => event.type === "status");
    expect(last?.status.quarantined).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ observer: "thread-item", offset: 3, threadId: THREAD, action: "hold" }),
      ]),
    );
    expect(rowsIn(file).get(THREAD)?.items).toHaveLength(1);
  });
});

function lettersIn(file: string): unknown[] {
  const letters = tableIn(file, "dead_letters") as { readonly observer: string }[];
  return letters.sort((a, b) => (a.observer < b.observer ? -1 : 1));
}
