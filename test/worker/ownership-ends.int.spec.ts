import { describe, expect, it } from "vitest";
import { HaltError, IndefiniteError, StoreUnavailableError } from "../../src/worker/index.ts";
import { type Arrival, batch, type Given, owned, sources, Told } from "./support/owned.ts";
import { saying } from "./support/story.ts";

const LINES = sources(0, ...saying("x", "one", "two", "three"));
const OPTIONS = { transactionMs: 50, offsetCommitMs: 100_000, checkpointMs: 100_000 };
const NO_ANSWER = new StoreUnavailableError("no answer");
const IN_ORDER = { count: 0, suspect: null, suspectCount: 0 };
const CAUTIOUS = { count: 4, suspect: null, suspectCount: 0 };

const at = (from: number, to: number) => LINES.slice(from, to);
const idle = (...times: readonly number[]): Arrival[] => times.map((after) => ({ after }));
const draining = ({ drain }: Told): void => drain.abort();

async function told(arrivals: readonly Arrival[], given: Given = {}, seen = new Told()): Promise<Told> {
  await owned({ ...given, options: { ...OPTIONS, ...given.options } }, arrivals, seen);
  return seen;
}

describe("an end that was asked for", () => {
  it("is reached once all below it is taken: it is committed and stored", async () => {
    const seen = new Told();
    const given = { until: 4, options: OPTIONS };
    expect(await owned(given, [{ after: 10, batch: batch(at(0, 4)) }, ...idle(1)], seen)).toBe("reached");
    expect([seen.commits, seen.flushes]).toEqual([["at 10: 4 mutation@2 mutation@3"], ["at 10: 4 x"]]);
    expect([seen.attempts, seen.sleeps]).toEqual([[{ offset: 4, ...IN_ORDER }], []]);
  });

  it("is not reached before what was emitted already is taken, too", async () => {
    const arrivals = [
      { after: 10, batch: batch(at(0, 4)) },
      { after: 10, batch: batch(at(4, 6)) },
    ];
    expect((await told(arrivals, { until: 4, readFrom: 0, emitFrom: 6 })).waits).toHaveLength(2);
  });

  it("is none when none was asked for", async () => {
    expect(await owned({ options: OPTIONS }, idle(1, 1), new Told())).toBe("drained");
  });
});

describe("an owner that is told to end", () => {
  it("commits what it took, stores it, and notes that it ended in order", async () => {
    const seen = await told([{ after: 10, batch: batch(at(0, 4)) }]);
    expect([seen.commits, seen.flushes]).toEqual([["at 10: 4 mutation@2 mutation@3"], ["at 10: 4 x"]]);
    expect(seen.attempts).toEqual([{ offset: 4, ...IN_ORDER }]);
  });

  it("waits no longer than five seconds for the store", async () => {
    const seen = await told([{ after: 10, batch: batch(at(0, 4)) }], {
      store: { flush: () => new Promise(() => undefined) },
    });
    expect([seen.time, seen.sleeps]).toEqual([5_010, [5_000]]);
    expect(seen.attempts).toEqual([{ offset: 0, ...IN_ORDER }]);
  });

  it("leaves nothing waiting behind once the store has answered", async () => {
    const limits: AbortSignal[] = [];
    const sleep = (_: number, limit: AbortSignal): Promise<void> => {
      limits.push(limit);
      return new Promise(() => undefined);
    };
    await told([{ after: 10, batch: batch(at(0, 4)) }], { sleep });
    expect(limits.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("ends also when the store cannot note it, which is told", async () => {
    const seen = await told([], { store: { noteAttempts: () => Promise.reject(NO_ANSWER) } });
    expect(seen.events).toContainEqual({ type: "failure", error: NO_ANSWER });
    await expect(told([], { store: { noteAttempts: () => Promise.reject(new Error("refused")) } })).rejects.toThrow(
      "refused",
    );
  });

  it("takes nothing of what came while it was told", async () => {
    const seen = await told([{ after: 10, batch: batch(at(0, 4)), meanwhile: draining }]);
    expect([seen.commits, seen.of("records")]).toEqual([[], []]);
  });

  it("takes no more of a batch than it has when it is told", async () => {
    const given = { options: { transactionRecords: 1 }, onCommit: draining };
    const seen = await told([{ after: 10, batch: batch(at(0, 6)) }], given);
    expect([seen.commits, seen.flushes]).toEqual([["at 10: 3 mutation@2"], ["at 10: 3 x"]]);
  });
});

describe("an idle owner looks every two seconds whether its offset was set back", () => {
  const asked = async (arrivals: readonly Arrival[], given: Given = {}): Promise<readonly number[]> => {
    const seen = new Told();
    const times: number[] = [];
    const committed = (): Promise<number | null> => {
      times.push(seen.time);
      return Promise.resolve(seen.committed);
    };
    await told(arrivals, { ...given, log: { committed } }, seen);
    return times;
  };

  it("every two seconds, and no oftener", async () => {
    expect(await asked(idle(1_999, 1, 1_999, 1, 500))).toEqual([2_000, 4_000]);
  });

  it("while it has nothing to commit, and is past what was emitted before", async () => {
    expect(await asked([{ after: 10, batch: batch(at(0, 2)) }, ...idle(5_000)])).toEqual([]);
    expect(await asked(idle(5_000), { readFrom: 0, emitFrom: 5 })).toEqual([]);
    expect(await asked([...idle(5_000)], { readFrom: 5 })).toEqual([5_000]);
  });

  const reset = (to: number | null): Arrival => {
    const meanwhile = (seen: Told): void => {
      seen.committed = to;
    };
    return { after: 2_000, meanwhile };
  };
  const worked: readonly Arrival[] = [{ after: 10, batch: batch(at(0, 4)) }, { after: 50 }];

  it.each([2, null])("to %s: all is dropped", async (to) => {
    const found = told([...worked, reset(to)]);
    await expect(found).rejects.toThrow(IndefiniteError);
    await expect(found).rejects.toThrow(`the committed offset is ${to}, not 4: it was reset`);
  });

  it("to what it was before the last commit: within ten seconds of it that may be old news", async () => {
    expect((await told([...worked, reset(0), ...idle(7_999)])).time).toBe(10_059);
    await expect(told([...worked, reset(0), ...idle(7_999, 2_000)])).rejects.toThrow("it was reset");
    await expect(told([...worked, reset(0), ...idle(8_000)])).rejects.toThrow("it was reset");
  });
});

describe("records that are missing where reading goes on", () => {
  const found = (arrivals: readonly Arrival[], given: Given = {}) =>
    told(arrivals, { start: 4, readFrom: 2, ...given });
  const gap = [{ batch: batch(at(4, 6)) }];

  it("were removed, if the log begins later: it halts, and names the option", async () => {
    await expect(found(gap)).rejects.toThrow(HaltError);
    await expect(found(gap)).rejects.toThrow(
      "records [2, 4) are needed and were removed from the log; restore them (longer retention, a backup), " +
        "or set worker.onLostHistory=continue to go on with what the log still holds",
    );
  });

  it("were removed, and are done without, if so configured", async () => {
    const { commits } = await found(gap, { options: { onLostHistory: "continue" } });
    expect(commits).toEqual(["at 1000: 6 mutation@4 mutation@5"]);
  });

  it.each<[string, readonly Arrival[], number]>([
    ["are control records, if the log begins no later", gap, 2],
    ["are none, if the first is the next", [{ batch: batch(at(2, 4)) }], 4],
    ["are control records at its end", [{ batch: batch([], { next: 4 }) }], 4],
  ])("%s", async (_, arrivals, start) => {
    const { commits } = await found(arrivals, { start });
    expect(commits).toHaveLength(1);
  });
});

describe("after too many starts without progress", () => {
  it("each record is noted, taken and committed by itself", async () => {
    const { commits, attempts } = await told([{ after: 10, batch: batch(at(0, 4)) }], { attempts: CAUTIOUS });
    expect(commits).toEqual(["at 10: 1", "at 10: 2", "at 10: 3 mutation@2", "at 10: 4 mutation@3"]);
    expect(attempts.slice(0, -1)).toEqual(
      [0, 1, 2, 3].map((suspect) => ({ offset: 0, count: 4, suspect, suspectCount: 1 })),
    );
  });

  it("until a checkpoint tells of progress", async () => {
    const { commits } = await told(
      [{ after: 1_000, batch: batch(at(0, 2)) }, { after: 10 }, { after: 10, batch: batch(at(2, 6)) }],
      { attempts: CAUTIOUS, options: { checkpointMs: 1_000 } },
    );
    expect(commits).toEqual(["at 1000: 1", "at 1000: 2", "at 1020: 6 mutation@2 mutation@3 mutation@4 mutation@5"]);
  });

  it("a record that ended the process again and again stops its thread, and no other", async () => {
    const attempts = { count: 4, suspect: 4, suspectCount: 3 };
    const records = [...at(0, 6), ...sources(6, ...saying("y", "uno"))];
    const { commits } = await told([{ after: 10, batch: batch(records) }], { attempts });
    expect(commits.slice(2)).toEqual([
      "at 10: 3 mutation@2",
      "at 10: 4 mutation@3",
      "at 10: 5 quarantined@4 hold@4",
      "at 10: 6",
      "at 10: 7",
      "at 10: 8",
      "at 10: 9 mutation@8",
      "at 10: 10 mutation@9",
    ]);
  });
});

describe("an owner tells where it is", () => {
  it("at the beginning, and after each batch", async () => {
    const seen = await told(
      [
        { after: 10, batch: batch(at(0, 2), { end: 7 }) },
        { after: 10, batch: batch(at(2, 4), { end: 8 }) },
      ],
      { emitFrom: 3, readFrom: 0 },
    );
    expect(seen.of("progress")).toEqual([
      { type: "progress", position: 0, end: 10_000, recordTime: null },
      { type: "progress", position: 2, end: 7, recordTime: 1_001 },
      { type: "progress", position: 4, end: 8, recordTime: 1_003 },
    ]);
    expect(seen.of("rebuild").map(({ remaining }) => remaining)).toEqual([3, 1, 0]);
    expect(seen.phases()).toEqual(["restoring", "running"]);
  });

  it("also when nothing comes", async () => {
    const { events } = await told([]);
    expect(events.slice(0, 3)).toEqual([
      { type: "phase", phase: "running" },
      { type: "progress", position: 0, end: 10_000, recordTime: null },
      { type: "rebuild", remaining: 0 },
    ]);
  });
});
