import {
  type Batch,
  type CheckpointStore,
  type Flush,
  IndefiniteError,
  type PartitionPorts,
  RegistryUnavailableError,
  StoreUnavailableError,
  type WorkerListener,
} from "../../src/worker/index.ts";
import type { BrokerPartition } from "./broker.ts";
import type { DecisionsTopic } from "./decisions-topic.ts";
import type { Faults } from "./faults.ts";
import type { Group } from "./group.ts";
import type { Host } from "./host.ts";
import { isPoisoned, type Poison } from "./poison.ts";
import type { Random } from "./random.ts";
import type { Actor, Scheduler } from "./scheduler.ts";
import type { StoredPartition, Tenancy } from "./store.ts";
import { envelopes } from "./workload.ts";

/** How often it is asked whether open transactions have ended, in milliseconds. */
const SETTLING_MS = 50;
/** How long what is late may take, in milliseconds. */
const LATEST_MS = 20_000;
/** A call that is not answered is given up after this. */
const GIVE_UP_MS = 5_000;
const MUTATION_BYTES = Buffer.alloc(100);
const LETTER_BYTES = Buffer.alloc(50);

/** What the simulated surroundings hold of one partition. */
export interface PartitionWorld {
  readonly broker: BrokerPartition;
  readonly store: StoredPartition;
  readonly batchRecords: number;
}

export interface PortsOptions {
  readonly host: Host;
  readonly partition: number;
  readonly world: PartitionWorld;
  readonly group: Group;
  readonly faults: Faults;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly surroundings: Actor;
  readonly decisions: DecisionsTopic;
  readonly poison: Poison | null;
  readonly registry: { isUp: boolean; readonly known: Set<Host> };
  readonly listener: WorkerListener;
  /** The process ends here. */
  readonly kill: (host: Host) => void;
  readonly freeze: (host: Host) => void;
  /** Told of each checkpoint that is accepted. */
  readonly flushed: (flush: Flush) => void;
}

type Failure = (message: string) => Error;

const indefinite: Failure = (message) => new IndefiniteError(message);
const unavailable: Failure = (message) => new StoreUnavailableError(message);

/** The ports of one worker. Each call is a step, at which a fault may be drawn. */
export class SimulatedPorts {
  readonly #options: PortsOptions;

  constructor(options: PortsOptions) {
    this.#options = options;
  }

  get ports(): PartitionPorts {
    const { scheduler, host, partition, group, decisions, listener } = this.#options;
    return {
      log: this.#log(),
      outbox: this.#outbox(),
      store: this.#store(),
      codec: this.#codec(),
      listener,
      membership: { confirm: (signal) => group.confirm(host, partition, signal) },
      clock: {
        now: () => scheduler.now,
        sleep: async (ms, signal) => {
          await scheduler.step(host, "sleep", ms, () => undefined, signal);
        },
      },
      decisions: {
        settled: async (signal) => {
          const { end } = decisions;
          while (!decisions.isSettled(end) && !signal.aborted)
            await scheduler.step(host, "settled", SETTLING_MS, () => undefined, signal);
        },
        read: () => this.#call("decisions", indefinite, () => [...decisions.visible]),
        get version() {
          return decisions.visible.length;
        },
      },
    };
  }

  #log(): PartitionPorts["log"] {
    const { scheduler, host, world, random } = this.#options;
    const { broker, batchRecords } = world;
    let position = 0;
    const take = (): Batch | undefined => {
      const { records, next } = broker.read(position, random.int(1, batchRecords));
      if (next === position) return undefined;
      position = next;
      return { records, next, end: broker.stableEnd };
    };
    return {
      bounds: () => this.#call("bounds", indefinite, () => ({ start: 0, end: broker.stableEnd })),
      committed: () => this.#call("committed", indefinite, () => broker.committed),
      seek: (offset) => {
        position = offset;
      },
      take: (waitMs, signal) => {
        const isReady = broker.read(position, 1).next > position;
        return scheduler.step(host, "take", isReady ? 1 : waitMs, take, signal);
      },
    };
  }

  #outbox(): PartitionPorts["outbox"] {
    const { world, scheduler, surroundings, random } = this.#options;
    const { broker } = world;
    let epoch: number | null = null;
    const write = ({ outputs, next }: Parameters<PartitionPorts["outbox"]["commit"]>[0]): number => {
      if (epoch === null) throw new IndefiniteError("fence first");
      broker.write(epoch, outputs, next);
      return epoch;
    };
    const end = (of: number): void => {
      broker.prepare(of);
      broker.complete();
    };
    return {
      fence: async () => {
        epoch = null;
        epoch = await this.#call("fence", indefinite, () => broker.fence());
      },
      commit: async (transaction) => {
        try {
          await this.#call("commit", indefinite, () => end(write(transaction)), {
            // The request that ends it is under way, and comes when it likes.
            late: () => {
              const of = write(transaction);
              scheduler.at(surroundings, "a late EndTxn", random.int(1, LATEST_MS), () =>
                ignoringFenced(() => end(of)),
              );
            },
            leftOpen: () => write(transaction),
            markersLate: () => {
              broker.prepare(write(transaction));
              scheduler.at(surroundings, "late markers", random.int(1, LATEST_MS / 4), () => broker.complete());
            },
          });
        } catch (error) {
          epoch = null; // a producer whose call failed is of no more use
          throw error;
        }
      },
      close: () => Promise.resolve(),
    };
  }

  /** What the client knows moves on with the answer, not with what was done: an answer may be lost. */
  #store(): CheckpointStore {
    const { world, flushed } = this.#options;
    const { store } = world;
    let tenancy: Tenancy = { owner: -1, writes: -1 };
    let pending: Flush | null = null;
    const asked = <T>(name: string, work: () => T): Promise<T> =>
      this.#call(name, unavailable, () => {
        if (!store.isUp) throw new StoreUnavailableError("the store is down");
        return work();
      });
    // A write whose answer was lost is finished first, so that what is stored is known.
    const owning = async <T>(name: string, work: (tenancy: Tenancy) => T): Promise<T> => {
      const unanswered = pending;
      const { owner, writes } = tenancy;
      const { reached, answer } = await asked(name, () => {
        const at: Tenancy = { owner, writes };
        if (unanswered !== null) store.flush(at, unanswered);
        return { answer: work(at), reached: at.writes };
      });
      tenancy = { owner, writes: reached };
      if (pending === unanswered) pending = null;
      return answer;
    };
    return {
      acquire: async () => {
        const { head, attempts, owner, writes } = await asked("acquire", () => store.acquire());
        tenancy = { owner, writes };
        pending = null;
        return { head, attempts };
      },
      reset: (head) => owning("reset", (at) => store.reset(at, head)),
      load: (ids) => owning("load", (at) => store.load(at, ids)),
      lostThreads: () => owning("lostThreads", (at) => store.lostThreads(at)),
      flush: (flush) => {
        pending = flush;
        return owning("flush", () => {
          flushed(flush);
          return { bytes: 1 };
        });
      },
      noteAttempts: (attempts) => owning("noteAttempts", (at) => store.noteAttempts(at, attempts)),
      close: () => Promise.resolve(),
    };
  }

  #codec(): PartitionPorts["codec"] {
    const { registry, host, poison } = this.#options;
    return {
      decode: (value) => {
        if (!registry.known.has(host)) return { outcome: "unknown-schema", schemaId: 1 };
        const record = envelopes.get(value);
        if (record === undefined) return { outcome: "undecodable", code: "not-avro", reason: "nobody made it" };
        return { outcome: "record", record };
      },
      fetchSchema: () =>
        this.#call(
          "fetchSchema",
          (message) => new RegistryUnavailableError(message),
          () => {
            if (!registry.isUp) throw new RegistryUnavailableError("the registry is down");
            registry.known.add(host);
          },
        ),
      encodeMutation: (mutation) => {
        if (isPoisoned(poison, mutation)) throw new TypeError("a defect of the observer");
        return MUTATION_BYTES;
      },
      encodeDeadLetter: () => LETTER_BYTES,
    };
  }

  async #call<T>(name: string, failure: Failure, work: () => T, endings?: Endings): Promise<T> {
    const { faults, random, host, scheduler, kill, freeze, surroundings } = this.#options;
    const fault = faults.at(name);
    const after = async (ms: number, done: () => T, label = name): Promise<T> =>
      (await scheduler.step(host, label, ms, done)) as T;
    const failed = (does: () => void, ms = 1): Promise<T> =>
      after(
        ms,
        () => {
          does();
          throw failure(`${name}: ${fault ?? ""}`);
        },
        `${name}, ${fault ?? ""}`,
      );
    switch (fault) {
      case undefined:
        return await after(1, work);
      case "crash":
        await after(1, () => {
          if (random.chance(0.5)) quietly(work);
          kill(host);
          return undefined as T;
        });
        return await new Promise<never>(() => undefined);
      case "freeze":
        freeze(host);
        return await after(1, work);
      case "request-lost":
        return await failed(() => undefined, GIVE_UP_MS);
      case "reply-lost":
        return await failed(work, GIVE_UP_MS);
      case "late":
        if (endings !== undefined) return await failed(endings.late);
        scheduler.at(surroundings, `${name}, late`, random.int(1, LATEST_MS), () => quietly(work));
        return await failed(() => undefined);
      case "left-open":
        return await failed(() => endings?.leftOpen());
      case "markers-late":
        if (random.chance(0.5)) return await failed(() => endings?.markersLate());
        return await after(1, () => endings?.markersLate() as T);
    }
  }
}

interface Endings {
  readonly late: () => void;
  readonly leftOpen: () => void;
  readonly markersLate: () => void;
}

/** Nobody hears of what a request does whose sender is gone. */
function quietly(work: () => unknown): void {
  try {
    work();
  } catch {
    // refused: nothing was done
  }
}

const ignoringFenced = quietly;
