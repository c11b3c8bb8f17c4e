import { OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import {
  DEFAULT_WORKER_OPTIONS,
  type Decision,
  type Flush,
  type HaltError,
  PartitionWorker,
  type WorkerEvent,
  type WorkerOptions,
} from "../../src/worker/index.ts";
import { BrokerPartition } from "./broker.ts";
import { checkOutputs } from "./checks.ts";
import { DecisionsTopic } from "./decisions-topic.ts";
import { ALL_FAULTS, type FaultName, Faults, WORLD_FAULTS, type WorldFault } from "./faults.ts";
import { Group, SESSION_MS } from "./group.ts";
import { Host } from "./host.ts";
import { drawPoison, type Poison } from "./poison.ts";
import { type PartitionWorld, SimulatedPorts } from "./ports.ts";
import { Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { StoredPartition } from "./store.ts";
import { drawThreads, type Envelope, type SimulatedThread } from "./workload.ts";

/** What a run is made of; with the seed it says all. */
export interface RunSize {
  readonly workers: number;
  readonly partitions: number;
  readonly records: number;
  readonly threads: number;
  readonly faults: number;
  readonly allowed: readonly FaultName[];
}

export const SHORT: RunSize = { workers: 2, partitions: 1, records: 30, threads: 3, faults: 3, allowed: ALL_FAULTS };

export interface RunResult {
  readonly seed: number;
  /** Why it failed; null when all held. */
  readonly failure: string | null;
  readonly steps: number;
  readonly hash: number;
  /** `fault @ step` of each fault that happened. */
  readonly faults: readonly string[];
  readonly trace: readonly string[] | null;
}

/** Steps after which a run with so little to do does not get anywhere. */
const MOST_STEPS = 20_000;
/** How many of the partitions hold a line on which the observer throws. */
const POISONED = 0.2;
/** How often a control record lies between two others. */
const CONTROLS = 0.2;
/** How often some records are sent twice. */
const REPEATED = 0.1;
/** How often more is sent to a partition before the calm, at most. */
const MOST_SENDS = 3;
/** After this a process that was told to stop is killed. */
const LONGEST_DRAIN_MS = 8_000;
const SURROUNDINGS = { name: "world", isFrozen: false, isDead: false };

/** One run: a workload, faults, calm, and the checks. */
export async function simulate(seed: number, size: RunSize, isTraced = false): Promise<RunResult> {
  const run = new Run(seed, size, isTraced);
  const failure = await run.failure();
  const { scheduler, faults } = run;
  return { seed, failure, steps: scheduler.taken, hash: scheduler.hash >>> 0, faults, trace: scheduler.trace };
}

class Run {
  readonly scheduler: Scheduler;
  readonly #random: Random;
  readonly #size: RunSize;
  readonly #faults: Faults;
  readonly #worldFaults: string[] = [];
  readonly #observer: ObserverName;
  readonly #options: WorkerOptions;
  readonly #worlds: readonly PartitionWorld[];
  readonly #threads: readonly (readonly SimulatedThread[])[];
  readonly #unsent: Envelope[][];
  readonly #hosts: Host[] = [];
  readonly #group: Group;
  readonly #registry = { isUp: true, known: new Set<Host>() };
  readonly #decisions = new DecisionsTopic();
  readonly #poisons: readonly (Poison | null)[];
  readonly #phases = new Map<string, string>();
  #failure: string | null = null;
  #started = 0;

  constructor(seed: number, size: RunSize, isTraced: boolean) {
    const random = new Random(seed);
    this.#random = random;
    this.#size = size;
    this.scheduler = new Scheduler(random, isTraced);
    this.#faults = new Faults(random, size.allowed, Math.ceil(size.faults / 2), random.pick([0.01, 0.05, 0.15, 0.4]));
    this.#observer = random.pick(OBSERVER_NAMES);
    this.#options = drawOptions(random);
    this.#worlds = Array.from({ length: size.partitions }, () => ({
      broker: new BrokerPartition(this.#decisions),
      store: new StoredPartition(),
      batchRecords: random.int(1, 8),
    }));
    const each = Math.ceil(size.records / size.partitions);
    this.#threads = this.#worlds.map(() => drawThreads(random, size.threads, each));
    this.#poisons = this.#threads.map((threads) =>
      random.chance(POISONED) ? drawPoison(random, threads, this.#observer) : null,
    );
    this.#unsent = this.#threads.map((threads) => interleaved(threads, random));
    this.#group = new Group({
      scheduler: this.scheduler,
      random,
      world: SURROUNDINGS,
      partitions: size.partitions,
      hosts: () => this.#hosts,
    });
  }

  get faults(): readonly string[] {
    return [...this.#faults.drawn, ...this.#worldFaults];
  }

  async failure(): Promise<string | null> {
    for (const [partition] of this.#worlds.entries()) this.#send(partition, this.#random.next());
    for (let n = 0; n < this.#size.workers; n++) this.#startHost();
    const calmAt = this.#random.int(200, this.#random.pick([500, 5_000, 25_000]));
    this.#planSends(calmAt);
    this.#planWorldFaults(calmAt);
    this.scheduler.at(SURROUNDINGS, "calm", calmAt, () => this.#calm());
    while (this.#failure === null) {
      if (this.#isCalm && this.#isDone()) {
        if (this.#isRestarted) break;
        this.#planRestart();
      }
      if (this.scheduler.taken > MOST_STEPS) return `nothing more happens after ${MOST_STEPS} steps: ${this.#stuck()}`;
      if (!(await this.scheduler.advance())) return `nobody waits for anything: ${this.#stuck()}`;
    }
    if (this.#failure !== null) return this.#failure;
    return (
      this.#worlds
        .map(({ broker }, p) => checkOutputs(broker, this.#threads[p] ?? [], this.#observer, this.#poisons[p] ?? null))
        .find((found) => found !== null) ?? null
    );
  }

  #isCalm = false;
  #isRestartPlanned = false;
  #isRestarted = false;

  /** What is broken is mended, what is dead starts again, and all that is left is sent. */
  #calm(): void {
    this.#isCalm = true;
    this.#faults.end();
    this.#registry.isUp = true;
    for (const [partition, { store, broker }] of this.#worlds.entries()) {
      store.isUp = true;
      broker.heldFrom = null;
      this.#send(partition, this.#random.next());
    }
    for (const host of this.#hosts) if (host.isFrozen) this.#thaw(host);
    if (!this.#hosts.some((host) => !host.isDead)) this.#startHost();
  }

  /** Soon: in the middle of what a decision has set going. */
  #planRestart(): void {
    if (this.#isRestartPlanned) return;
    this.#isRestartPlanned = true;
    this.scheduler.at(SURROUNDINGS, "all workers end", this.#random.int(1, 30), () => this.#restart());
  }

  /** All workers end, and one goes on from what is stored: with the rest it must come to what it would have come to. */
  #restart(): void {
    this.#isRestarted = true;
    for (const host of this.#hosts) {
      if (this.#random.chance(0.5)) host.isDead = true;
      else this.#drain(host);
    }
    this.#startHost();
    for (const [partition] of this.#worlds.entries()) this.#send(partition, 1);
  }

  #isDone(): boolean {
    const isThere = this.#worlds.every(({ broker }) => broker.committed === broker.end);
    if (!isThere || this.#group.isRebalancing) return false;
    const newest = this.#leaveOutHeld();
    // Workers may be told to stop while they carry decisions out; at last all are.
    return !this.#isRestarted || newest.every(({ isDone }) => isDone);
  }

  /** An operator has every line left out at which a thread stopped. Answers the newest decision on each. */
  #leaveOutHeld(): readonly Decision[] {
    const newest = new Map(
      this.#decisions.visible.map((decision) => [`${decision.partition}/${decision.offset}`, decision]),
    );
    const held = [...newest.values()].filter(({ action }) => action === "hold");
    for (const decision of held) this.#decisions.append({ ...decision, action: "skip", reason: "left out" });
    return [...newest.values()];
  }

  #stuck(): string {
    return this.#worlds
      .map(({ broker, store }, partition) => {
        const { committed, end } = broker;
        return `partition ${partition}: committed ${committed} of ${end}, stored ${store.head?.watermark ?? null}, ${[...this.#phases].join(" ")}`;
      })
      .join("; ");
  }

  #send(partition: number, share: number): void {
    const { broker } = this.#world(partition);
    const unsent = this.#unsent[partition] ?? [];
    for (const { key, value } of unsent.splice(0, Math.ceil(unsent.length * share))) {
      if (this.#random.chance(CONTROLS)) broker.appendControl();
      broker.append(key, value);
    }
    // A producer that lost a reply sends again.
    const last = broker.records.slice(-this.#random.int(1, 5));
    if (this.#random.chance(REPEATED)) for (const { key, value } of last) if (key && value) broker.append(key, value);
  }

  /** Agents go on while things fail: what was damaged is met by the next line of its thread. */
  #planSends(calmAt: number): void {
    for (const [partition] of this.#worlds.entries())
      for (let n = this.#random.int(0, MOST_SENDS); n > 0; n--)
        this.scheduler.at(SURROUNDINGS, "send", this.#random.int(1, calmAt), () =>
          this.#send(partition, this.#random.next() / 2),
        );
  }

  #world(partition: number): PartitionWorld {
    const world = this.#worlds[partition];
    if (world === undefined) throw new Error(`no partition ${partition}`);
    return world;
  }

  #startHost(): void {
    this.#started += 1;
    const host = new Host(
      `worker-${this.#started}`,
      (of, partition, drain) => this.#runPartition(of, partition, drain),
      {
        halted: (partition, error) => this.#halted(partition, error),
        lost: () => this.#group.rebalance(),
        failed: (error) => {
          this.#failure ??= `a worker failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
        },
      },
    );
    if (this.#random.chance(0.9)) this.#registry.known.add(host);
    this.#hosts.push(host);
    this.#group.rebalance();
  }

  #runPartition(host: Host, partition: number, drain: AbortSignal): ReturnType<PartitionWorker["run"]> {
    const simulated = new SimulatedPorts({
      host,
      partition,
      world: this.#world(partition),
      group: this.#group,
      faults: this.#faults,
      random: this.#random,
      scheduler: this.scheduler,
      surroundings: SURROUNDINGS,
      decisions: this.#decisions,
      poison: this.#poisons[partition] ?? null,
      registry: this.#registry,
      listener: (event) => this.#listen(host, partition, event),
      kill: (of) => this.#kill(of),
      freeze: (of) => this.#freeze(of),
      flushed: (flush) => this.#checkFlush(partition, flush),
    });
    return new PartitionWorker({ observer: this.#observer, partition }, simulated.ports, this.#options).run(drain);
  }

  #listen(host: Host, partition: number, event: WorkerEvent): void {
    if (event.type === "phase") this.#phases.set(`${host.name}/${partition}`, event.phase);
    if (this.scheduler.trace === null) return;
    if (event.type === "restart") this.scheduler.note(host, `restarts: ${event.reason}`);
    if (event.type === "committed") this.scheduler.note(host, `committed ${event.next}, ${event.mutations} mutations`);
    if (event.type === "checkpoint") this.scheduler.note(host, `stored ${event.watermark}`);
  }

  #halted(partition: number, error: HaltError): void {
    this.#failure ??= `partition ${partition} halted without a cause: ${error.message}`;
  }

  /** A checkpoint is never ahead of what was committed. */
  #checkFlush(partition: number, { head }: Flush): void {
    const { highestDecided } = this.#world(partition).broker;
    if (head.highest <= highestDecided && head.watermark <= head.highest) return;
    this.#failure ??= `checkpoint ${head.watermark} to ${head.highest} of partition ${partition}, committed ${highestDecided}`;
  }

  #kill(host: Host): void {
    host.isDead = true;
    this.scheduler.at(SURROUNDINGS, `${host.name} is missed`, this.#random.int(100, SESSION_MS), () =>
      this.#group.rebalance(),
    );
    this.scheduler.at(SURROUNDINGS, "a worker starts", this.#random.int(100, 2 * SESSION_MS), () => this.#startHost());
  }

  #freeze(host: Host): void {
    host.isFrozen = true;
    this.scheduler.at(SURROUNDINGS, `${host.name} is missed`, SESSION_MS, () => {
      if (host.isFrozen) {
        host.isMember = false;
        this.#group.rebalance();
      }
    });
    this.scheduler.at(SURROUNDINGS, `${host.name} thaws`, this.#random.int(1, 3 * SESSION_MS), () => this.#thaw(host));
  }

  #thaw(host: Host): void {
    if (!host.isFrozen) return;
    host.isFrozen = false;
    this.#group.thawed(host);
  }

  #planWorldFaults(calmAt: number): void {
    const possible = WORLD_FAULTS.filter((name) => this.#size.allowed.includes(name));
    if (possible.length === 0) return;
    for (let n = Math.floor(this.#size.faults / 2); n > 0; n--) {
      const fault = this.#random.pick(possible);
      this.scheduler.at(SURROUNDINGS, fault, this.#random.int(1, this.#random.pick([100, calmAt])), () => {
        this.#worldFaults.push(fault);
        this.#strike(fault);
      });
    }
  }

  #strike(fault: WorldFault): void {
    const random = this.#random;
    const partition = random.int(0, this.#worlds.length - 1);
    const { store, broker } = this.#world(partition);
    const later = (what: string, work: () => void): void =>
      this.scheduler.at(SURROUNDINGS, what, random.int(1, 15_000), work);
    switch (fault) {
      case "rebalance":
        this.#group.rebalance();
        break;
      case "add-worker":
        this.#startHost();
        break;
      case "drain-worker":
        this.#drainHost();
        break;
      case "store-down":
        store.isUp = false;
        later("the store is up", () => {
          store.isUp = true;
        });
        break;
      case "store-flushed":
        store.loseAll();
        break;
      case "store-key-lost":
        store.loseKey((ids) => random.pick(ids));
        break;
      case "store-rolled-back":
        store.remember();
        later("the store is as it was", () => store.rollBack());
        break;
      case "registry-down":
        this.#registry.isUp = false;
        this.#registry.known.clear();
        later("the registry is up", () => {
          this.#registry.isUp = true;
        });
        break;
      case "reset-offsets":
        broker.resetTo(random.int(0, broker.committed ?? 0));
        break;
      case "hold-back":
        broker.heldFrom = broker.end;
        this.#send(partition, random.next());
        later("nothing holds back", () => {
          broker.heldFrom = null;
        });
        break;
      case "append":
        this.#send(partition, random.next());
        break;
    }
  }

  /** SIGTERM; another takes its place. */
  #drainHost(): void {
    const host = this.#hosts.find(({ isDead, isFrozen }) => !isDead && !isFrozen);
    if (host === undefined) return;
    this.#drain(host);
    this.scheduler.at(SURROUNDINGS, "a worker starts", this.#random.int(1, 2 * SESSION_MS), () => this.#startHost());
  }

  #drain(host: Host): void {
    host.drainAll();
    host.isLeaving = true;
    this.scheduler.at(SURROUNDINGS, `${host.name} has ended`, this.#random.int(1, LONGEST_DRAIN_MS), () => {
      host.isDead = true;
      this.#group.rebalance();
    });
  }
}

/** Small limits, so that every boundary is met in a short run. */
function drawOptions(random: Random): WorkerOptions {
  return {
    ...DEFAULT_WORKER_OPTIONS,
    transactionRecords: random.int(1, 6),
    transactionMs: random.pick([10, 50]),
    offsetCommitMs: random.pick([20, 500]),
    checkpointMs: random.pick([50, 500, 1_000]),
    hotBytes: random.pick([1, 1_000_000]),
    unflushedBytes: random.pick([2_000, 64 * 1024 * 1024]),
    onStoreDown: random.pick(["wait", "rebuild"]),
  };
}

function interleaved(threads: readonly SimulatedThread[], random: Random): Envelope[] {
  const rest = threads.map(({ envelopes }) => [...envelopes]);
  const all: Envelope[] = [];
  for (let open = rest; open.length > 0; open = rest.filter((left) => left.length > 0)) {
    const next = random.pick(open).shift();
    if (next !== undefined) all.push(next);
  }
  return all;
}
