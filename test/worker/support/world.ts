import { mutationJson, type ObserverName } from "../../../src/projections/index.ts";
import {
  type Batch,
  type CheckpointHead,
  type CheckpointStore,
  DEFAULT_WORKER_OPTIONS,
  type Decision,
  FencedError,
  IndefiniteError,
  type LoadedThread,
  type Output,
  type PartitionPorts,
  PartitionWorker,
  type RecordCodec,
  RefusedError,
  type RolloutRecord,
  type SourceRecord,
  type StartAttempts,
  StoreUnavailableError,
  type WorkerEnd,
  type WorkerEvent,
  type WorkerOptions,
} from "../../../src/worker/index.ts";
import { testCodec } from "./codec.ts";

/** A run that takes more steps does not get anywhere. */
const MOST_STEPS = 20_000;

/** What may happen at an awaited step of the worker. */
export type Fault = "none" | "crash" | "fail-before" | "fail-after";

interface StoredHash {
  generation: number;
  revision: number;
  fields: Map<string, string>;
}

/** One partition of the log, its group, its outputs and its checkpoint, with faults at every step a worker waits for. */
export class World {
  readonly log: SourceRecord[] = [];
  logStart = 0;
  committed: number | null = null;
  outputs: Output[] = [];
  decisions: Decision[] = [];
  decisionsVersion = 0;
  readonly events: WorkerEvent[] = [];
  readonly steps: string[] = [];
  store = { owner: 0, head: null as CheckpointHead | null, attempts: null as StartAttempts | null, flushes: 0 };
  hashes = new Map<string, StoredHash>();
  known = new Set<string>();
  isStoreUp = true;
  /** Drawn at each step; the worker of an earlier life gets no more answers. */
  fault: (step: string) => Fault = () => "none";
  batchSize = 7;
  codec: RecordCodec = testCodec;
  #epoch = 0;
  #now = 0;
  #life = 0;
  #owners = 0;

  append(...records: readonly RolloutRecord[]): void {
    for (const record of records) this.appendRaw(Buffer.from(record.threadId), testCodec.encode(record));
  }

  appendRaw(key: Buffer | null, value: Buffer | null): void {
    this.log.push({ offset: this.log.length, timestamp: 1_700_000_000_000 + this.log.length, key, value });
  }

  /** Starts a worker; earlier ones are dead. Ends when all of the log is committed and stored. */
  run(observer: ObserverName, options: Partial<WorkerOptions> = {}): Promise<WorkerEnd | "crashed"> {
    this.#life += 1;
    const life = new Life(this.#life);
    const worker = new PartitionWorker({ observer, partition: 0 }, this.#ports(life), {
      ...DEFAULT_WORKER_OPTIONS,
      ...options,
    });
    const drain = new AbortController();
    if (this.steps.length > MOST_STEPS) throw new Error(`no end after ${MOST_STEPS} steps: ${this.steps.slice(-40)}`);
    return Promise.race([worker.run(drain.signal, this.log.length), life.crashed]);
  }

  /** The mutations that consumers see, as they are published. */
  get mutations(): string[] {
    return this.outputs.flatMap((output) => (output.type === "mutation" ? mutationJson(output.mutation) : []));
  }

  get letters(): string[] {
    return this.outputs.flatMap((output) =>
      output.type === "dead-letter" ? `${output.letter.code}@${output.letter.source.offset}` : [],
    );
  }

  async #step<T>(life: Life, name: string, failure: (message: string) => Error, work: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    if (life.isOver) return await new Promise<never>(() => undefined);
    this.steps.push(name);
    if (this.steps.length > MOST_STEPS) return await life.crash();
    const drawn = this.fault(name);
    const fault = name === "sleep" && drawn !== "crash" ? "none" : drawn;
    if (fault === "crash") return await life.crash();
    if (fault === "fail-before") throw failure(`${name} failed before`);
    const result = work();
    if (fault === "fail-after") throw failure(`${name} failed after`);
    return result;
  }

  #ports(life: Life): PartitionPorts {
    const world = this;
    let position: number | null = null;
    let fenced = -1;
    const step = <T>(name: string, work: () => T): Promise<T> =>
      this.#step(life, name, (message) => new IndefiniteError(message), work);
    return {
      codec: this.codec,
      listener: (event) => this.events.push(event),
      membership: { confirm: () => step("confirm", () => true) },
      clock: {
        now: () => this.#now,
        sleep: (ms) =>
          step("sleep", () => {
            this.#now += ms;
          }),
      },
      decisions: {
        settled: () => Promise.resolve(),
        read: () => step("decisions", () => [...this.decisions]),
        get version() {
          return world.decisionsVersion;
        },
      },
      log: {
        bounds: () => step("bounds", () => ({ start: this.logStart, end: this.log.length })),
        committed: () => step("committed", () => this.committed),
        seek: (offset) => {
          position = offset;
        },
        take: (waitMs) =>
          step("take", (): Batch | undefined => {
            this.#now += 20;
            if (position === null) throw new Error("taken before a seek");
            const from = Math.max(position, this.logStart);
            const records = this.log.slice(from, from + this.batchSize);
            if (records.length === 0) this.#now += waitMs;
            position = (records.at(-1)?.offset ?? from - 1) + 1;
            return records.length === 0 ? undefined : { records, next: position, end: this.log.length };
          }),
      },
      outbox: {
        fence: () =>
          step("fence", () => {
            this.#epoch += 1;
            fenced = this.#epoch;
          }),
        commit: ({ outputs, next }) =>
          step("commit", () => {
            if (fenced !== this.#epoch) throw new FencedError("fenced");
            this.outputs.push(...outputs);
            for (const output of outputs) if (output.type === "decision") this.decide(output.decision);
            this.committed = next;
          }),
        close: () => Promise.resolve(),
      },
      store: this.#storeFor(life),
    };
  }

  /** Damages the store now and then: a key is lost, all is lost, or it goes back to what it was some steps ago. */
  damage(random: () => number, rate: number, most: number): () => void {
    let damages = 0;
    let older = this.snapshot();
    return () => {
      if (random() < 0.1) older = this.snapshot();
      if (damages >= most || random() > rate) return;
      damages += 1;
      const kind = Math.floor(random() * 3);
      if (kind === 0) this.hashes.delete([...this.hashes.keys()][Math.floor(random() * this.hashes.size)] ?? "");
      else if (kind === 1) this.restore({ ...EMPTY, hashes: new Map(), known: new Set() });
      else this.restore(older);
    };
  }

  /** Offset of the record that a mutation was made of. */
  sourceOffsetOf(text: string): number {
    const found = this.outputs.find((output) => output.type === "mutation" && mutationJson(output.mutation) === text);
    return found?.type === "mutation" ? found.sourceOffset : -1;
  }

  /** Whether the last start found this record guilty. */
  isStopping(offset: number): boolean {
    return this.events.some((event) => event.type === "quarantined" && event.offset === offset);
  }

  loseStore(): void {
    this.restore({ ...EMPTY, hashes: new Map(), known: new Set() });
  }

  snapshot(): Snapshot {
    const hashes = new Map([...this.hashes].map(([id, hash]) => [id, { ...hash, fields: new Map(hash.fields) }]));
    return { store: { ...this.store }, hashes, known: new Set(this.known) };
  }

  restore({ store, hashes, known }: Snapshot): void {
    this.store = { ...store };
    this.hashes = new Map([...hashes].map(([id, hash]) => [id, { ...hash, fields: new Map(hash.fields) }]));
    this.known = new Set(known);
  }

  decide(decision: Decision): void {
    this.decisions = [...this.decisions.filter(({ offset }) => offset !== decision.offset), decision];
    this.decisionsVersion += 1;
  }

  #storeFor(life: Life): CheckpointStore {
    let owner = -1;
    let flushes = 0;
    const step = <T>(name: string, work: () => T): Promise<T> =>
      this.#step(
        life,
        name,
        (message) => new StoreUnavailableError(message),
        () => {
          if (!this.isStoreUp) throw new StoreUnavailableError("the store is down");
          return work();
        },
      );
    const own = (): void => {
      if (this.store.owner !== owner) throw new RefusedError("another owner");
    };
    return {
      acquire: () =>
        step("acquire", () => {
          this.#owners += 1;
          this.store.owner = this.#owners;
          owner = this.store.owner;
          flushes = this.store.flushes;
          return { head: this.store.head, attempts: this.store.attempts };
        }),
      reset: (head) =>
        step("reset", () => {
          own();
          this.store.head = head;
          this.known = new Set();
        }),
      load: (ids) =>
        step("load", () => {
          own();
          if (this.store.flushes !== flushes && this.store.flushes !== flushes + 1)
            throw new RefusedError("another state");
          return new Map<string, LoadedThread>(
            ids.map((id) => {
              const hash = this.hashes.get(id);
              if (!this.known.has(id)) return [id, "new"];
              return [id, hash === undefined ? "lost" : { revision: hash.revision, fields: new Map(hash.fields) }];
            }),
          );
        }),
      lostThreads: () => step("lostThreads", () => [...this.known].filter((id) => !this.hashes.has(id))),
      flush: ({ deltas, head }) =>
        step("flush", () => {
          own();
          if (this.store.flushes === flushes + 1) {
            flushes += 1;
            return { bytes: 0 };
          }
          if (this.store.flushes !== flushes) throw new RefusedError("another flush");
          for (const { threadId, revision } of deltas) {
            const found = this.known.has(threadId) ? (this.hashes.get(threadId)?.revision ?? 0) : 0;
            if (found !== revision) throw new RefusedError(`${threadId} has revision ${found}, not ${revision}`);
          }
          for (const { threadId, revision, replaces, set, removed } of deltas) {
            const fields = replaces ? new Map<string, string>() : (this.hashes.get(threadId)?.fields ?? new Map());
            for (const [field, text] of set) fields.set(field, text);
            for (const field of removed) fields.delete(field);
            this.hashes.set(threadId, { generation: head.generation, revision: revision + 1, fields });
            this.known.add(threadId);
          }
          this.store.head = head;
          this.store.flushes += 1;
          if (this.committed !== null && head.highest > this.committed)
            throw new Error(`checkpoint ${head.highest} ahead of the committed offset ${this.committed}`);
          flushes += 1;
          return { bytes: 1 };
        }),
      noteAttempts: (attempts) =>
        step("noteAttempts", () => {
          own();
          this.store.attempts = attempts;
        }),
      close: () => Promise.resolve(),
    };
  }
}

interface Snapshot {
  readonly store: World["store"];
  readonly hashes: World["hashes"];
  readonly known: World["known"];
}

const EMPTY = { store: { owner: 0, head: null, attempts: null, flushes: 0 } };

/** One process: after its end nothing answers it any more. */
class Life {
  readonly number: number;
  readonly crashed: Promise<"crashed">;
  isOver = false;
  #end: (how: "crashed") => void = () => undefined;

  constructor(number: number) {
    this.number = number;
    this.crashed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  crash(): Promise<never> {
    this.isOver = true;
    this.#end("crashed");
    return new Promise(() => undefined);
  }
}
