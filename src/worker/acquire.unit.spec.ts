import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Acquired, acquire, isCautious, suspecting, suspectOf } from "./acquire.ts";
import {
  type CheckpointHead,
  type CheckpointStore,
  RefusedError,
  type StartAttempts,
  StoreUnavailableError,
} from "./checkpoint-store.ts";
import { HaltError } from "./errors.ts";
import type { Batch, PartitionLog } from "./log.ts";
import { DEFAULT_WORKER_OPTIONS, type WorkerOptions } from "./options.ts";
import { IndefiniteError, type Outbox } from "./outbox.ts";
import type { PartitionPorts } from "./ports.ts";
import type { SourceRecord } from "./records.ts";
import type { WorkerEvent } from "./worker-event.ts";

const BEFORE: StartAttempts = { offset: 40, count: 2, suspect: 44, suspectCount: 2 };
const at = (offset: number, text: string | null): SourceRecord => {
  return { offset, timestamp: 0, key: null, value: text === null ? null : Buffer.from(text) };
};
const head = (rest: Partial<CheckpointHead> = {}): CheckpointHead => {
  return { generation: 2, watermark: 40, highest: 40, mark: { offset: 39, crc: crc32("a line") }, ...rest };
};
const batchOf = (next: number, ...records: SourceRecord[]): Batch => ({ records, next, end: 100 });

interface Surroundings {
  /** What is answered, in turn; the last again and again. */
  readonly committed: readonly (number | null)[];
  readonly bounds: readonly { start: number; end: number }[];
  readonly head: CheckpointHead | null;
  readonly attempts: StartAttempts | null;
  /** The batches from the mark on, each once. */
  readonly batches: readonly (Batch | undefined)[];
  readonly failures: readonly Error[];
  /** Whether the partition is still this worker's, as far as its group knows. */
  readonly isMember: boolean;
  readonly onSleep: (ending: AbortController) => void;
  readonly onTake: (ending: AbortController) => void;
}

/** A partition that goes on from 60, with a checkpoint of 40; every call is noted. */
function surroundings(rest: Partial<Surroundings> = {}) {
  const world: Surroundings = {
    committed: [60],
    bounds: [{ start: 0, end: 100 }],
    head: head(),
    attempts: null,
    batches: [batchOf(40, at(39, "a line"))],
    failures: [],
    isMember: true,
    onSleep: () => undefined,
    onTake: () => undefined,
    ...rest,
  };
  const calls: string[] = [];
  const events: WorkerEvent[] = [];
  const ending = new AbortController();
  const left = { committed: [...world.committed], bounds: [...world.bounds], batches: [...world.batches] };
  const failures = [...world.failures];
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;
  const noted = <T>(call: string, answer: T): Promise<T> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const log: PartitionLog = {
    committed: () => noted("committed", next(left.committed)),
    bounds: () => noted("bounds", next(left.bounds)),
    seek: (offset) => void calls.push(`seek ${offset}`),
    take: (waitMs) => {
      world.onTake(ending);
      return noted(`take ${waitMs}`, left.batches.shift());
    },
  };
  const outbox: Pick<Outbox, "fence" | "commit"> = {
    fence: () => noted("fence", undefined),
    commit: ({ outputs, next: offset }) => noted(`commit ${outputs.length} at ${offset}`, undefined),
  };
  const store: Partial<CheckpointStore> = {
    acquire: () => {
      const failure = failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      return noted("acquire", { head: world.head, attempts: world.attempts });
    },
    reset: ({ generation, watermark }) => noted(`reset to ${watermark} g${generation}`, undefined),
    noteAttempts: ({ offset, count }) => noted(`note start ${count} at ${offset}`, undefined),
  };
  const sleep = (ms: number): Promise<void> => {
    world.onSleep(ending);
    return noted(`sleep ${ms}`, undefined);
  };
  const listener = (event: WorkerEvent): void => void events.push(event);
  const clock = { now: () => 0, sleep };
  const ports: Partial<PartitionPorts> = {
    log,
    outbox: outbox as Outbox,
    store: store as CheckpointStore,
    decisions: { settled: () => noted("settled", undefined), read: () => noted("read", []), version: 0 },
    membership: { confirm: () => noted("confirm", world.isMember) },
    clock,
    listener,
  };
  return {
    calls,
    events,
    store,
    ending,
    acquire: (options: Partial<WorkerOptions> = {}, isNewProcess = true) =>
      acquire(ports as PartitionPorts, { ...DEFAULT_WORKER_OPTIONS, ...options }, isNewProcess, ending.signal),
  };
}

describe("taking a partition over", () => {
  it("design §5: fences, then asks for the committed offset, waits for all decisions, then asks for the checkpoint, and checks that", async () => {
    const { acquire: acquired, calls, events, store } = surroundings();
    const found = await acquired();
    const asked = ["fence", "committed", "bounds", "settled", "acquire", "seek 39", "take 1000"];
    expect(calls).toEqual([...asked, "note start 1 at 40"]);
    expect(events).toEqual([{ type: "phase", phase: "fencing" }]);
    expect(found).toMatchObject({
      recovery: { readFrom: 40, emitFrom: 60, startsOver: false },
      bounds: { start: 0, end: 100 },
      isDetached: false,
      attempts: { offset: 40, count: 1, suspect: null, suspectCount: 0 },
    });
    expect(found?.store).toBe(store);
  });

  it("by a new group: says where it begins before anything is stored, and starts the store over", async () => {
    const { acquire: acquired, calls } = surroundings({
      committed: [null],
      head: null,
      bounds: [{ start: 5, end: 9 }],
    });
    await acquired();
    const asked = ["fence", "committed", "bounds", "settled", "acquire"];
    expect(calls).toEqual([...asked, "commit 0 at 5", "reset to 5 g0", "note start 1 at 5"]);
  });

  it("a failure of the store that waiting does not mend is thrown on", async () => {
    const { acquire: acquired, events } = surroundings({ failures: [new TypeError("a defect")] });
    await expect(acquired()).rejects.toThrow("a defect");
    expect(events).toHaveLength(1);
  });
});

describe("a checkpoint ahead of the committed offset", () => {
  it("is looked at again only by who still owns the partition: an owner is not to be fenced by who was one", async () => {
    const { acquire: acquired, calls } = surroundings({ head: head({ highest: 80 }), isMember: false });
    await expect(acquired()).rejects.toThrow(new IndefiniteError("the partition is somebody else's now"));
    expect(calls.slice(5)).toEqual(["confirm"]);
  });

  it("may be another's, who went on meanwhile: what that one committed shows after fencing once more", async () => {
    const { acquire: acquired, calls } = surroundings({
      committed: [60, 80],
      head: head({ watermark: 80, highest: 80 }),
    });
    await expect(acquired()).rejects.toThrow(
      new IndefiniteError("the committed offset is 80, and was 60 after fencing: somebody else went on"),
    );
    expect(calls.slice(5)).toEqual(["confirm", "fence", "committed"]);
  });

  it.each([0, 40])(
    "of %i is one too without a committed offset: there is one now, somebody else began",
    async (highest) => {
      const { acquire: acquired } = surroundings({
        committed: [null, 60],
        head: head({ highest, watermark: highest }),
      });
      await expect(acquired()).rejects.toThrow("the committed offset is 60, and was null after fencing");
    },
  );

  it("means that offsets were set back, when the offset stays and so does the store: the state is rebuilt", async () => {
    const { acquire: acquired, calls } = surroundings({ committed: [60], head: head({ highest: 61 }) });
    expect(await acquired()).toMatchObject({ recovery: { readFrom: 0, emitFrom: 60, startsOver: true } });
    const seenAgain = ["confirm", "fence", "committed", "note start 1 at 40", "bounds"];
    expect(calls.slice(5)).toEqual([...seenAgain, "reset to 0 g3", "note start 1 at 0"]);
  });

  it("means nothing once the store is another's", async () => {
    const { acquire: acquired, store } = surroundings({ committed: [null], attempts: BEFORE });
    const noted: StartAttempts[] = [];
    store.noteAttempts = (attempts) => {
      noted.push(attempts);
      return Promise.reject(new RefusedError("another owner"));
    };
    await expect(acquired()).rejects.toThrow(new RefusedError("another owner"));
    expect(noted).toEqual([BEFORE]);
  });

  it("is none at the committed offset itself", async () => {
    const { acquire: acquired, calls } = surroundings({ head: head({ highest: 60 }) });
    expect(await acquired()).toMatchObject({ recovery: { readFrom: 40, startsOver: false } });
    expect(calls.filter((call) => call === "committed")).toHaveLength(1);
  });

  it("may also be ahead of an end that was seen too early: the end is looked at again", async () => {
    const bounds = [
      { start: 0, end: 59 },
      { start: 0, end: 70 },
    ];
    const found = await surroundings({ bounds, head: head({ highest: 60 }) }).acquire();
    expect(found).toMatchObject({ recovery: { readFrom: 40, startsOver: false }, bounds: { end: 70 } });
  });
});

describe("the record that a checkpoint was taken after", () => {
  const START_OVER = { onLostOffset: "start-over" } as const;
  const recoveryOf = async (rest: Partial<Surroundings>) => (await surroundings(rest).acquire(START_OVER))?.recovery;

  it.each<[string, Batch, CheckpointHead]>([
    ["is there", batchOf(41, at(39, "a line"), at(40, "b")), head()],
    ["is there, and has no value", batchOf(40, at(39, null)), head({ mark: { offset: 39, crc: 0 } })],
  ])("%s: the log is still the same", async (_, batch, found) => {
    expect(await recoveryOf({ batches: [batch], head: found })).toMatchObject({ readFrom: 40, startsOver: false });
  });

  it.each<[string, Batch]>([
    ["is another", batchOf(40, at(39, "another"))],
    ["has no value now", batchOf(40, at(39, null))],
    ["is not the first to come", batchOf(42, at(41, "a line"))],
    ["is nowhere: control records stand there", batchOf(40)],
  ])("%s: the topic was made again", async (_, batch) => {
    expect(await recoveryOf({ batches: [batch] })).toMatchObject({ readFrom: 0, emitFrom: 0, startsOver: true });
    await expect(surroundings({ batches: [batch] }).acquire()).rejects.toThrow(HaltError);
  });

  it("is waited for while nothing comes", async () => {
    const batches = [undefined, batchOf(39), batchOf(40, at(39, "a line"))];
    const { acquire: acquired, calls } = surroundings({ batches });
    expect(await acquired()).toMatchObject({ recovery: { readFrom: 40 } });
    expect(calls.filter((call) => call === "take 1000")).toHaveLength(3);
  });

  it("is no longer waited for when the worker ends: the partition is not taken over", async () => {
    const onTake = (ending: AbortController): void => ending.abort();
    const { acquire: acquired, calls } = surroundings({ batches: [], onTake });
    expect(await acquired()).toBeUndefined();
    expect(calls.at(-1)).toBe("take 1000");
  });

  it("is not looked for when there is none", async () => {
    const { acquire: acquired, calls } = surroundings({ head: head({ mark: null }) });
    expect(await acquired()).toMatchObject({ recovery: { readFrom: 40 } });
    expect(calls).not.toContain("take 1000");
  });
});

describe("a store that does not answer at the start", () => {
  const NO_ANSWER = new StoreUnavailableError("no answer");

  it("is waited for, visibly, longer each time", async () => {
    const { acquire: acquired, calls, events } = surroundings({ failures: Array.from({ length: 8 }, () => NO_ANSWER) });
    expect(await acquired()).toMatchObject({ isDetached: false });
    const waits = calls.flatMap((call) => (call.startsWith("sleep ") ? Number(call.slice(6)) : []));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(events.slice(1)).toEqual(
      waits.flatMap(() => [
        { type: "failure", error: NO_ANSWER },
        { type: "phase", phase: "waiting-for-store", detail: "no answer" },
      ]),
    );
  });

  it("is no longer waited for when the worker ends: the partition is not taken over", async () => {
    const onSleep = (ending: AbortController): void => ending.abort();
    const { acquire: acquired, calls } = surroundings({ failures: [NO_ANSWER], onSleep });
    expect(await acquired()).toBeUndefined();
    expect(calls).toEqual(["fence", "committed", "bounds", "settled", "sleep 100"]);
  });

  it("is done without, if so configured: all is rebuilt from the log, and nothing is asked of the store", async () => {
    const { acquire: acquired, calls, events } = surroundings({ failures: [NO_ANSWER] });
    expect(await acquired({ onStoreDown: "rebuild" })).toMatchObject({
      recovery: { readFrom: 0, emitFrom: 60, startsOver: true },
      isDetached: true,
    });
    expect(calls).toEqual(["fence", "committed", "bounds", "settled"]);
    expect(events.slice(1)).toEqual([{ type: "failure", error: NO_ANSWER }]);
  });
});

describe("starts without progress are counted", () => {
  const attemptsOf = async (attempts: StartAttempts | null, isNewProcess: boolean) =>
    (await surroundings({ attempts }).acquire({}, isNewProcess))?.attempts;
  const FIRST = { offset: 40, count: 1, suspect: null, suspectCount: 0 };

  it.each<[string, StartAttempts | null, boolean, StartAttempts]>([
    ["the first of all", null, true, FIRST],
    ["the first at a checkpoint that got on", { ...BEFORE, offset: 39 }, true, FIRST],
    ["one more at the same, by a new process", BEFORE, true, { ...BEFORE, count: 3 }],
    ["one more by the same process, which ended nothing", BEFORE, false, { ...BEFORE, suspect: null, suspectCount: 0 }],
  ])("%s", async (_, before, isNewProcess, expected) => {
    expect(await attemptsOf(before, isNewProcess)).toEqual(expected);
  });

  const acquired = (attempts: Partial<StartAttempts>) => ({ attempts: { ...BEFORE, ...attempts } }) as Acquired;

  it("after so many each record is taken by itself", () => {
    const OPTIONS = { ...DEFAULT_WORKER_OPTIONS, startsWithoutProgress: 3 };
    expect([3, 4].map((count) => isCautious(acquired({ count }), OPTIONS))).toEqual([false, true]);
  });

  it("after so many at one record that is not taken again", () => {
    const OPTIONS = { ...DEFAULT_WORKER_OPTIONS, startsWithoutProgress: 3 };
    expect([2, 3].map((suspectCount) => suspectOf(acquired({ suspectCount }), OPTIONS))).toEqual([null, 44]);
  });

  it("before a record is taken by itself it is noted, with how often in a row it was that one", () => {
    expect(suspecting(acquired({}), 44)).toEqual({ ...BEFORE, suspectCount: 3 });
    expect(suspecting(acquired({}), 45)).toEqual({ ...BEFORE, suspect: 45, suspectCount: 1 });
  });
});
