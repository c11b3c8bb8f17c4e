import type { Membership, Offset, PartitionLog } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { GroupMember, type GroupMemberOptions } from "./group-member.ts";
import { GroupOffsets } from "./group-offsets.ts";
import { Heartbeats } from "./heartbeats.ts";
import { KafkaPartitionLog } from "./kafka-partition-log.ts";
import { Lives } from "./lives.ts";
import { SharedAdmin } from "./shared-admin.ts";
import { settlesWithin } from "./time-limit.ts";
import { DEFAULT_FETCH_OPTIONS, type FetchOptions, TopicFetcher } from "./topic-fetcher.ts";

/** A partition that the group gave to this process. */
export interface AssignedPartition {
  readonly partition: number;
  readonly log: PartitionLog;
  readonly membership: Membership;
  /** Notes an offset of the partition in a topic as the group's, for those who look at its lag. @throws when it cannot */
  readonly note: (topic: string, next: Offset) => Promise<void>;
  /** Aborts when the partition has to be given up: finish the transaction and end. */
  readonly drain: AbortSignal;
}

/** What happens to the group's membership, for logs, metrics and probes. */
export type GroupEvent =
  | { readonly type: "joined"; readonly memberId: string; readonly partitions: readonly number[] }
  /** The group rebalances, for the first time when it is joined: partitions are being given up. */
  | { readonly type: "rebalancing" }
  /** These did not end in time, and go on beside the rebalance. What they write is refused once their successor fences. */
  | { readonly type: "drain-overdue"; readonly partitions: readonly number[] }
  | { readonly type: "life-failed"; readonly partition: number; readonly error: unknown }
  | { readonly type: "fetch-failed" | "close-failed"; readonly error: unknown }
  | { readonly type: "heartbeat" }
  /** Out of the group; it is joined again after `retryMs`. */
  | { readonly type: "left"; readonly error: unknown; readonly retryMs: number };

export interface ObserverGroupOptions extends GroupMemberOptions {
  /** How long a rebalance waits for the lives to end; well below the session time-out, since no heartbeat is sent meanwhile. */
  readonly drainMs: number;
  /** How long `stop` waits for the lives to end. */
  readonly stopMs: number;
  /** Wait before joining again after a crash; doubled with every further one, at most `maxRetryMs`. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  readonly fetch: FetchOptions;
}

export const DEFAULT_GROUP_OPTIONS = {
  sessionTimeoutMs: 6_000,
  heartbeatMs: 1_000,
  rebalanceTimeoutMs: 30_000,
  drainMs: 3_000,
  stopMs: 20_000,
  retryMs: 500,
  maxRetryMs: 10_000,
  fetch: DEFAULT_FETCH_OPTIONS,
} as const satisfies Partial<ObserverGroupOptions>;

/** Joining is begun anew after as long as so many rebalances may take, each of which waits for the slowest member. */
const LONGEST_JOIN = 3;
/** How long the brokers may take to let a connection go. */
const CLOSE_MS = 3_000;

type Ending = { readonly why: "stopped" } | { readonly why: "restart" | "crashed"; readonly error: unknown };

/** The partitions of the input that this process has in one observer's consumer group, each with a life of its own. */
export class ObserverGroup {
  readonly #client: KafkaClient;
  readonly #options: ObserverGroupOptions;
  readonly #onEvent: (event: GroupEvent) => void;
  readonly #fetcher: TopicFetcher;
  readonly #admin: SharedAdmin;
  readonly #offsets: GroupOffsets;
  readonly #lives = new Lives();
  #ending = Promise.withResolvers<Ending>();
  #stopping = false;
  #crashes = 0;
  #running: Promise<void> | undefined;

  constructor(client: KafkaClient, options: ObserverGroupOptions, onEvent: (event: GroupEvent) => void) {
    this.#client = client;
    this.#options = options;
    this.#onEvent = onEvent;
    this.#fetcher = new TopicFetcher(client, options.topic, options.fetch, (error) =>
      onEvent({ type: "fetch-failed", error }),
    );
    this.#admin = new SharedAdmin(client);
    this.#offsets = new GroupOffsets(this.#admin, options.groupId, options.topic);
  }

  /** Joins, and joins again whenever the group is lost, until `stop`. A life is the promise of `onAssigned`. */
  start(onAssigned: (assigned: AssignedPartition) => Promise<void>): void {
    if (this.#running !== undefined) throw new Error(`group ${this.#options.groupId} is already started: make another`);
    this.#running = this.#run(onAssigned);
  }

  /** Ends the lives, leaves the group, closes the connections. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ending.resolve({ why: "stopped" });
    await this.#running;
    await this.#close(Promise.all([this.#fetcher.close(), this.#admin.close()]));
  }

  /** Leaves the group and joins again, with new connections to it: for a watchdog. */
  restart(reason: string): void {
    this.#ending.resolve({ why: "restart", error: new Error(reason) });
  }

  async #run(onAssigned: (assigned: AssignedPartition) => Promise<void>): Promise<void> {
    while (!this.#stopping) {
      const member = this.#member(onAssigned);
      const started = this.#fetcher.open().then(() => member.start());
      started.catch((error: unknown) => this.#ending.resolve({ why: "crashed", error }));
      const ending = await this.#ending.promise;
      if (!this.#stopping) this.#ending = Promise.withResolvers();
      await this.#drain(ending.why === "stopped" ? this.#options.stopMs : this.#options.drainMs);
      await this.#close(member.stop());
      if (ending.why !== "stopped") await this.#pause(ending.error);
    }
  }

  #member(onAssigned: (assigned: AssignedPartition) => Promise<void>): GroupMember {
    const heartbeats = new Heartbeats();
    const ending = this.#ending;
    const { groupId, rebalanceTimeoutMs } = this.#options;
    const joinMs = LONGEST_JOIN * rebalanceTimeoutMs;
    let overdue: NodeJS.Timeout | undefined;
    void ending.promise.then(() => clearTimeout(overdue));
    const member = new GroupMember(this.#client, this.#options, {
      beforeJoin: async () => {
        overdue ??= setTimeout(() => {
          ending.resolve({ why: "restart", error: new Error(`${groupId} could not be joined for ${joinMs} ms`) });
        }, joinMs).unref();
        this.#onEvent({ type: "rebalancing" });
        await this.#drain(this.#options.drainMs);
      },
      joined: (memberId, partitions) => {
        clearTimeout(overdue);
        overdue = undefined;
        if (this.#stopping || ending !== this.#ending) return;
        this.#crashes = 0;
        this.#onEvent({ type: "joined", memberId, partitions });
        for (const partition of partitions)
          this.#lives.begin(partition, (drain) =>
            this.#live({ partition, member, memberId, drain, heartbeats }, onAssigned),
          );
      },
      heartbeat: (beat) => {
        heartbeats.answered(beat);
        this.#onEvent({ type: "heartbeat" });
      },
      crashed: (error) => ending.resolve({ why: "crashed", error }),
    });
    return member;
  }

  async #live(
    { partition, member, memberId, drain, heartbeats }: LifeOf,
    onAssigned: (assigned: AssignedPartition) => Promise<void>,
  ): Promise<void> {
    const feed = this.#fetcher.feed(partition);
    try {
      await onAssigned({
        partition,
        log: new KafkaPartitionLog(feed, this.#offsets),
        // Whatever takes the partition away aborts `drain` first.
        membership: { confirm: (signal) => heartbeats.confirm(memberId, AbortSignal.any([signal, drain])) },
        note: (topic, next) => member.commit(topic, partition, next),
        drain,
      });
    } catch (error) {
      this.#onEvent({ type: "life-failed", partition, error });
    } finally {
      this.#fetcher.release(feed);
    }
  }

  async #drain(ms: number): Promise<void> {
    const partitions = await this.#lives.drain(ms);
    if (partitions.length > 0) this.#onEvent({ type: "drain-overdue", partitions });
  }

  /** Where no broker answers, nothing is gained by waiting: a member that did not say goodbye is forgotten all the same. */
  async #close(closing: Promise<unknown>): Promise<void> {
    const told = closing.catch((error: unknown) => this.#onEvent({ type: "close-failed", error }));
    await settlesWithin(CLOSE_MS, told);
  }

  async #pause(error: unknown): Promise<void> {
    const { retryMs, maxRetryMs } = this.#options;
    const ms = Math.min(retryMs * 2 ** this.#crashes++, maxRetryMs);
    this.#onEvent({ type: "left", error, retryMs: ms });
    await settlesWithin(ms, this.#ending.promise);
  }
}

interface LifeOf {
  readonly partition: number;
  readonly member: GroupMember;
  readonly memberId: string;
  readonly drain: AbortSignal;
  readonly heartbeats: Heartbeats;
}
