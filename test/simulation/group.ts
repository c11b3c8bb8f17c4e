import type { Host } from "./host.ts";
import type { Random } from "./random.ts";
import type { Actor, Scheduler } from "./scheduler.ts";

/** How long a member that does not answer still counts as one. */
export const SESSION_MS = 6_000;
/** How long a rebalance waits for the lives of a member to end. */
const DRAIN_MS = 3_000;
const LOOK_MS = 200;
const HEARTBEAT_MS = 1_000;

/** A consumer group with eager rebalances: all give up all they have, then partitions are dealt out anew. */
export class Group {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #world: Actor;
  readonly #partitions: number;
  readonly #hosts: () => readonly Host[];
  #owners = new Map<number, Host>();
  #rebalanceSince: number | null = null;

  constructor(options: {
    readonly scheduler: Scheduler;
    readonly random: Random;
    readonly world: Actor;
    readonly partitions: number;
    readonly hosts: () => readonly Host[];
  }) {
    this.#scheduler = options.scheduler;
    this.#random = options.random;
    this.#world = options.world;
    this.#partitions = options.partitions;
    this.#hosts = options.hosts;
  }

  get isRebalancing(): boolean {
    return this.#rebalanceSince !== null;
  }

  /** Everybody is asked to give up what it has and to join again. */
  rebalance(): void {
    for (const host of this.#awake()) host.drainAll();
    if (this.#rebalanceSince !== null) return;
    this.#rebalanceSince = this.#scheduler.now;
    this.#scheduler.at(this.#world, "rebalance", LOOK_MS, () => this.#look());
  }

  /** Whether the partition is the host's: two heartbeats in one generation, or the end of its life. */
  async confirm(host: Host, partition: number, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const isOurs = await this.#scheduler.step(
        host,
        "confirm",
        2 * HEARTBEAT_MS,
        () => host.isMember && !this.isRebalancing && this.#owners.get(partition) === host,
        signal,
      );
      if (signal.aborted) return false;
      if (isOurs === true) return true;
    }
  }

  /** A member that was thought dead finds out, and joins again. */
  thawed(host: Host): void {
    if (host.isMember) return;
    this.#scheduler.at(host, "is no member any more", HEARTBEAT_MS, () => {
      host.drainAll();
      this.rebalance();
    });
  }

  #look(): void {
    const since = this.#rebalanceSince ?? this.#scheduler.now;
    const awake = this.#awake();
    const isInTime = this.#scheduler.now - since < DRAIN_MS;
    const isWaiting = (isInTime && awake.some((host) => host.hasLives)) || (isInTime && this.#hasFrozenMember());
    if (isWaiting || awake.length === 0) {
      this.#scheduler.at(this.#world, "rebalance", LOOK_MS, () => this.#look());
      return;
    }
    this.#rebalanceSince = null;
    this.#deal(awake);
  }

  #deal(awake: readonly Host[]): void {
    for (const host of this.#hosts()) host.isMember = awake.includes(host);
    const shift = this.#random.int(0, awake.length - 1);
    this.#owners = new Map();
    for (let partition = 0; partition < this.#partitions; partition++) {
      const host = awake[(partition + shift) % awake.length];
      if (host === undefined) throw new Error("nobody to give a partition to");
      this.#owners.set(partition, host);
      host.begin(partition);
    }
  }

  #hasFrozenMember(): boolean {
    return this.#hosts().some((host) => host.isMember && host.isFrozen && !host.isDead);
  }

  #awake(): Host[] {
    return this.#hosts().filter((host) => !host.isDead && !host.isFrozen && !host.isLeaving);
  }
}
