import { describe, expect, it } from "vitest";
import { type CheckpointStore, RefusedError, type StartAttempts, StoreUnavailableError } from "./checkpoint-store.ts";
import { HaltError } from "./errors.ts";
import { DEFAULT_WORKER_OPTIONS } from "./options.ts";
import { FencedError, IndefiniteError } from "./outbox.ts";
import { PartitionWorker } from "./partition-worker.ts";
import type { PartitionPorts } from "./ports.ts";
import { RegistryUnavailableError } from "./record-codec.ts";
import type { WorkerEvent } from "./worker-event.ts";

const LONG_MS = 5_000;
const NO_ANSWER = new StoreUnavailableError("no answer");

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Surroundings {
  /** What taking the partition over fails with, in turn, before it succeeds. */
  readonly failures: readonly unknown[];
  /** How long each try to take it over takes, in turn. */
  readonly lasting: readonly number[];
  readonly isMember: (drain: AbortController) => boolean;
  /** May throw: then the wait fails. */
  readonly onSleep: (drain: AbortController) => void;
  /** Past its end; there are no records below it. */
  readonly end: number;
  readonly isStoreDown: boolean;
}

/** A partition without records, whose end is reached as soon as it is taken over. */
function surroundings(rest: Partial<Surroundings> = {}) {
  const { isMember = () => true, onSleep = () => undefined, end = 0, isStoreDown = false } = rest;
  const failures = [...(rest.failures ?? [])];
  const lasting = [...(rest.lasting ?? [])];
  const calls: string[] = [];
  const events: WorkerEvent[] = [];
  const waits: number[] = [];
  const starts: number[] = [];
  const drain = new AbortController();
  const attempts: StartAttempts = { offset: 0, count: 2, suspect: null, suspectCount: 0 };
  let time = 0;
  const call = <T>(name: string, answer: T): Promise<T> => {
    calls.push(name);
    return Promise.resolve(answer);
  };
  const store: Partial<CheckpointStore> = {
    acquire: () => (isStoreDown ? Promise.reject(NO_ANSWER) : call("acquire", { head: null, attempts })),
    reset: () => call("reset", undefined),
    noteAttempts: ({ count }) => {
      starts.push(count);
      return call("note attempts", undefined);
    },
    async flush() {
      calls.push("flush");
      return await Promise.reject(NO_ANSWER);
    },
    close: () => call("close store", undefined),
  };
  const ports: Partial<PartitionPorts> = {
    log: {
      committed: () => call("committed", end),
      bounds: () => call("bounds", { start: 0, end }),
      seek: () => undefined,
      take: () => call("take", { records: [], next: end, end }),
    },
    outbox: {
      async fence() {
        calls.push("fence");
        time += lasting.shift() ?? 0;
        const failure = failures.shift();
        if (failure !== undefined) await Promise.reject(failure);
      },
      commit: () => call("commit", undefined),
      close: () => call("close outbox", undefined),
    },
    store: store as CheckpointStore,
    membership: { confirm: () => call("confirm", isMember(drain)) },
    decisions: { settled: () => Promise.resolve(), read: () => call("decisions", []), version: 0 },
    clock: {
      now: () => time,
      async sleep(ms) {
        waits.push(ms);
        onSleep(drain);
        await soon();
      },
    },
    listener: (event) => void events.push(event),
  };
  const worker = new PartitionWorker(
    { observer: "lifecycle", partition: 0 },
    ports as PartitionPorts,
    DEFAULT_WORKER_OPTIONS,
  );
  return { calls, events, waits, starts, drain, run: () => worker.run(drain.signal, end) };
}

const phases = (events: readonly WorkerEvent[]) => events.filter(({ type }) => type === "phase");
const restarts = (events: readonly WorkerEvent[]) =>
  events.flatMap((event) => (event.type === "restart" ? event.reason : []));

describe("the work on a partition", () => {
  it("ends when it got where it was to go: it says so, and lets go", async () => {
    const { run, events, calls } = surroundings();
    expect(await run()).toBe("reached");
    expect(phases(events)).toEqual([
      { type: "phase", phase: "fencing" },
      { type: "phase", phase: "running" },
      { type: "phase", phase: "stopped" },
    ]);
    expect(calls.slice(-2)).toEqual(["close outbox", "close store"]);
    expect(calls).not.toContain("confirm");
  });

  it("does not begin when it is told to end before", async () => {
    const { run, drain, calls } = surroundings();
    drain.abort();
    expect(await run()).toBe("drained");
    expect(calls).toEqual(["close outbox", "close store"]);
  });

  it("stops when only an operator can help: it says why, and lets go", async () => {
    const halt = new HaltError("records were removed");
    const { run, events, calls, waits } = surroundings({ failures: [halt] });
    await expect(run()).rejects.toThrow(expect.objectContaining({ name: "HaltError", message: halt.message }));
    expect(events.at(-1)).toEqual({ type: "phase", phase: "halted", detail: "records were removed" });
    expect([calls, waits]).toEqual([["fence", "close outbox", "close store"], []]);
  });
});

describe("the work on a partition, told to end", () => {
  it("while it waits for a store to take it over, ends without it", async () => {
    const { run, calls, events } = surroundings({ isStoreDown: true, onSleep: (drain) => drain.abort() });
    expect(await run()).toBe("drained");
    expect(calls).toEqual(["fence", "committed", "bounds", "close outbox", "close store"]);
    expect(restarts(events)).toEqual([]);
  });

  it("while it waits for a store to take its state, ends that, too", async () => {
    const { run, calls } = surroundings({ end: 5, onSleep: (drain) => drain.abort() });
    expect(await run()).toBe("drained");
    for (let n = 0; n < 3; n++) await soon();
    expect(calls.filter((call) => call === "flush")).toHaveLength(1);
  });

  it("by a failure of what it stands on, does not say that an operator can help", async () => {
    const onSleep = (): void => {
      throw new Error("no time");
    };
    const { run, events } = surroundings({ failures: [new Error("no answer")], onSleep });
    await expect(run()).rejects.toThrow("no time");
    expect(phases(events)).toEqual([{ type: "phase", phase: "fencing" }]);
  });
});

describe("after any doubt the partition is taken over again", () => {
  it.each<[unknown, string]>([
    [new FencedError("a newer owner"), "FencedError: a newer owner"],
    [new IndefiniteError("no answer"), "IndefiniteError: no answer"],
    [new RefusedError("another owner"), "RefusedError: another owner"],
    [new StoreUnavailableError("no answer"), "StoreUnavailableError: no answer"],
    [new RegistryUnavailableError("no answer"), "RegistryUnavailableError: no answer"],
    [new TypeError("a defect"), "TypeError: a defect"],
    ["no error", "no error"],
  ])("whatever it is: %s", async (failure, reason) => {
    const { run, events, calls } = surroundings({ failures: [failure] });
    expect(await run()).toBe("reached");
    expect(restarts(events)).toEqual([reason]);
    expect(events).toContainEqual({ type: "failure", error: failure });
    expect(calls.slice(0, 3)).toEqual(["fence", "confirm", "fence"]);
  });

  it("unless it is another's by now: then it is left alone", async () => {
    const { run, calls } = surroundings({ failures: [new Error("frozen")], isMember: () => false });
    expect(await run()).toBe("lost");
    expect(calls).toEqual(["fence", "confirm", "close outbox", "close store"]);
  });

  it("unless the worker is told to end while it asks whose it is", async () => {
    const isMember = (drain: AbortController): boolean => {
      drain.abort();
      return false;
    };
    expect(await surroundings({ failures: [new Error("frozen")], isMember }).run()).toBe("drained");
  });

  it("unless the worker is told to end while it waits", async () => {
    const { run, calls } = surroundings({ failures: [new Error("no")], onSleep: (drain) => drain.abort() });
    expect(await run()).toBe("drained");
    expect(calls).toEqual(["fence", "close outbox", "close store"]);
  });

  it("after a pause that doubles up to five seconds", async () => {
    const { run, waits } = surroundings({ failures: Array.from({ length: 7 }, () => new Error("no answer")) });
    await run();
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it("after the shortest pause, when it went well for longer than that", async () => {
    const failures = Array.from({ length: 4 }, () => new Error("no answer"));
    const { run, waits } = surroundings({ failures, lasting: [0, LONG_MS, LONG_MS + 1, 0] });
    await run();
    expect(waits).toEqual([200, 400, 100, 200]);
  });

  it("which is no start of a new process: only those are counted, until one ends in order", async () => {
    const first = surroundings();
    await first.run();
    expect(first.starts).toEqual([3, 0]);

    const again = surroundings({ failures: [new Error("no answer")] });
    await again.run();
    expect(again.starts).toEqual([2, 0]);
  });
});
