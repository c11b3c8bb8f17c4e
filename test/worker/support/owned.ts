import type { ObserverName } from "../../../src/projections/index.ts";
import {
  type Batch,
  type CheckpointHead,
  type CheckpointStore,
  DEFAULT_WORKER_OPTIONS,
  type Decision,
  type LoadedThread,
  type Offset,
  type Output,
  type PartitionPorts,
  type RolloutRecord,
  type SourceRecord,
  type StartAttempts,
  type WorkerEnd,
  type WorkerEvent,
  type WorkerOptions,
} from "../../../src/worker/index.ts";
import { Ownership } from "../../../src/worker/ownership.ts";
import { testCodec } from "./codec.ts";

/** What happens while the worker waits for records. */
export interface Arrival {
  /** How long it waits, in milliseconds. @default as long as it is ready to */
  readonly after?: number;
  readonly batch?: Batch;
  /** What else happens meanwhile. */
  readonly meanwhile?: (told: Told) => void;
}

/** What the worker did. Times are milliseconds since it began. */
export class Told {
  time = 0;
  readonly drain = new AbortController();
  /** How long it was ready to wait for records, each time. */
  readonly waits: number[] = [];
  readonly seeks: Offset[] = [];
  /** As `at 50: 3, mutation@0 mutation@1`. */
  readonly commits: string[] = [];
  /** As `at 1000: 3, x y`: how far, and which threads. */
  readonly flushes: string[] = [];
  readonly loads: string[] = [];
  readonly attempts: StartAttempts[] = [];
  readonly sleeps: number[] = [];
  readonly events: WorkerEvent[] = [];
  committed: Offset | null = 0;
  decisions: Decision[] = [];
  version = 0;

  /** What it was busy with, one after another, as `phase: detail`. */
  phases(): string[] {
    const told = this.of("phase").map(({ phase, detail }) => (detail === undefined ? phase : `${phase}: ${detail}`));
    return told.filter((phase, n) => phase !== told[n - 1]);
  }

  /** Events of one kind, as they were told. */
  of<Type extends WorkerEvent["type"]>(type: Type): Extract<WorkerEvent, { readonly type: Type }>[] {
    return this.events.filter((event): event is Extract<WorkerEvent, { readonly type: Type }> => event.type === type);
  }
}

/** A partition as it was taken over, and what is to be different from one that is empty. */
export interface Given {
  readonly observer?: ObserverName;
  readonly options?: Partial<WorkerOptions>;
  readonly readFrom?: Offset;
  readonly emitFrom?: Offset;
  readonly head?: CheckpointHead;
  readonly attempts?: Partial<StartAttempts>;
  readonly isDetached?: boolean;
  readonly until?: Offset;
  readonly stored?: Readonly<Record<string, LoadedThread>>;
  readonly start?: Offset;
  /** Stands in for parts of the store. */
  readonly store?: Partial<CheckpointStore>;
  readonly log?: Partial<PartitionPorts["log"]>;
  /** What else happens while a transaction is committed. */
  readonly onCommit?: (told: Told) => void;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly codec?: Partial<PartitionPorts["codec"]>;
}

const ATTEMPTS: StartAttempts = { offset: 0, count: 1, suspect: null, suspectCount: 0 };

/** Records one after another, from an offset on. */
export function sources(from: Offset, ...records: readonly RolloutRecord[]): SourceRecord[] {
  return records.map((record, n) => ({
    offset: from + n,
    timestamp: 1_000 + from + n,
    key: Buffer.from(record.threadId),
    value: testCodec.encode(record),
  }));
}

/** A batch of them; it ends with its last record, and the log far behind it, if nothing else is said. */
export function batch(records: readonly SourceRecord[], rest: Partial<Batch> = {}): Batch {
  return { records, next: (records.at(-1)?.offset ?? -1) + 1, end: 10_000, ...rest };
}

const brief = (output: Output): string => {
  if (output.type === "mutation") return `mutation@${output.sourceOffset}`;
  if (output.type === "dead-letter") return `${output.letter.code}@${output.letter.source.offset}`;
  return `${output.decision.action}@${output.decision.offset}`;
};

/** Owns the partition while these things come, one after another; then it is told to end. Rejects as the work does. */
export async function owned(given: Given, arrivals: readonly Arrival[], told = new Told()): Promise<WorkerEnd> {
  const { observer = "thread-item", readFrom = 0, emitFrom = readFrom, start = 0, isDetached = false } = given;
  const head = given.head ?? { generation: 0, watermark: readFrom, highest: readFrom, mark: null };
  const attempts = { ...ATTEMPTS, offset: head.watermark, ...given.attempts };
  const left = [...arrivals];
  told.committed = emitFrom;
  const store: CheckpointStore = {
    acquire: () => Promise.resolve({ head, attempts }),
    reset: () => Promise.resolve(),
    load(ids) {
      told.loads.push(ids.join(" "));
      return Promise.resolve(new Map(ids.map((id) => [id, given.stored?.[id] ?? "new"])));
    },
    lostThreads: () => Promise.resolve([]),
    flush(flush) {
      const threads = flush.deltas.map(({ threadId }) => threadId);
      told.flushes.push(`at ${told.time}: ${[flush.head.watermark, ...threads].join(" ")}`);
      return Promise.resolve({ bytes: 1 });
    },
    noteAttempts: (noted) => Promise.resolve(void told.attempts.push(noted)),
    close: () => Promise.resolve(),
    ...given.store,
  };
  const ports: PartitionPorts = {
    store,
    codec: { ...testCodec, ...given.codec },
    membership: { confirm: () => Promise.resolve(true) },
    listener: (event) => void told.events.push(event),
    clock: {
      now: () => told.time,
      async sleep(ms, signal) {
        told.sleeps.push(ms);
        if (given.sleep !== undefined) return await given.sleep(ms, signal);
        await new Promise((resolve) => setImmediate(resolve));
        if (!signal.aborted) told.time += ms;
      },
    },
    decisions: {
      settled: () => Promise.resolve(),
      read: () => Promise.resolve([...told.decisions]),
      get version() {
        return told.version;
      },
    },
    log: {
      bounds: () => Promise.resolve({ start, end: 10_000 }),
      committed: () => Promise.resolve(told.committed),
      seek: (offset) => void told.seeks.push(offset),
      take(waitMs) {
        const arrival = left.shift();
        if (arrival === undefined) told.drain.abort();
        else {
          told.waits.push(waitMs);
          told.time += arrival.after ?? waitMs;
          arrival.meanwhile?.(told);
        }
        return Promise.resolve(arrival?.batch);
      },
      ...given.log,
    },
    outbox: {
      fence: () => Promise.resolve(),
      commit({ outputs, next }) {
        told.commits.push(`at ${told.time}: ${[next, ...outputs.map(brief)].join(" ")}`);
        given.onCommit?.(told);
        told.committed = next;
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
  };
  const recovery = { readFrom, emitFrom, head, startsOver: false, mark: null };
  const acquired = { recovery, bounds: { start, end: 10_000 }, store, isDetached, attempts };
  const options = { ...DEFAULT_WORKER_OPTIONS, ...given.options };
  const ended = new AbortController();
  try {
    const ownership = new Ownership({ observer, partition: 0 }, ports, options, acquired, ended.signal);
    return await ownership.run(told.drain.signal, given.until);
  } finally {
    ended.abort();
  }
}
