import { type Cluster, type Consumer, PartitionAssigners } from "kafkajs";
import type { KafkaClient } from "./client.ts";
import type { Heartbeat } from "./heartbeats.ts";

export interface GroupMemberOptions {
  readonly groupId: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceTimeoutMs: number;
}

export interface GroupMemberHooks {
  /** Before each attempt to join: the partitions held until then are given up by it. Joining waits. Must not throw. */
  beforeJoin(): Promise<void>;
  joined(memberId: string, partitions: readonly number[]): void;
  heartbeat(beat: Heartbeat): void;
  /** It is no longer in the group, and does not come back by itself. */
  crashed(error: unknown): void;
}

/** How often a paused consumer comes round to send a heartbeat. */
const ROUND_MS = 100;

/**
 * When joining again fails in a way that may pass, such as COORDINATOR_LOAD_IN_PROGRESS after a broker's restart, kafkajs
 * goes on with the membership it had before, which the coordinator knows: its partitions were given up, and would be nobody's.
 */
class JoinForgottenError extends Error {
  override readonly name = "JoinForgottenError";

  constructor(groupId: string) {
    super(`joining ${groupId} again failed, and heartbeats go on as if there had been no need: begin anew`);
  }
}

/**
 * Membership of a consumer group and nothing else: a kafkajs consumer that is paused throughout, so that whatever the workers
 * do, heartbeats are sent. Records are read by TopicFetcher.
 */
export class GroupMember {
  readonly #consumer: Consumer;
  readonly #topic: string;
  #starting: Promise<void> = Promise.resolve();
  #stopped = false;
  #isJoining = false;

  constructor(client: KafkaClient, options: GroupMemberOptions, hooks: GroupMemberHooks) {
    this.#topic = options.topic;
    this.#consumer = client.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      maxWaitTimeInMs: ROUND_MS,
      allowAutoTopicCreation: false,
      // kafkajs restarts after some crashes and not after others: here whoever made the member does, after all.
      retry: { restartOnFailure: () => Promise.resolve(false) },
      partitionAssigners: [
        (handed) => {
          gateJoins(handed.cluster, async () => {
            this.#isJoining = true;
            await hooks.beforeJoin();
            if (this.#stopped) throw new Error(`this member of ${options.groupId} was stopped while it joined`);
          });
          return PartitionAssigners.roundRobin(handed);
        },
      ],
    });
    const { GROUP_JOIN, HEARTBEAT, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      // Events are emitted synchronously: nothing is fetched between the assignment and the pause.
      this.#consumer.pause([{ topic: options.topic }]);
      this.#isJoining = false;
      hooks.joined(payload.memberId, payload.memberAssignment[options.topic] ?? []);
    });
    this.#consumer.on(HEARTBEAT, ({ payload: { memberId, groupGenerationId } }) => {
      if (this.#isJoining) hooks.crashed(new JoinForgottenError(options.groupId));
      else hooks.heartbeat({ memberId, generation: groupGenerationId });
    });
    this.#consumer.on(CRASH, ({ payload: { error } }) => hooks.crashed(error));
  }

  /** Joins the group. What goes wrong once the group is being joined is told by `crashed`. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  /** Notes offsets for those who look at the group's lag. @throws when it is not in the group */
  async commit(topic: string, partition: number, next: number): Promise<void> {
    await this.#consumer.commitOffsets([{ topic, partition, offset: String(next) }]);
  }

  /** Leaves the group; also once joining, if that is under way, is over: kafkajs does not stop what it is still starting. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#consumer.disconnect();
    await Promise.allSettled([this.#starting]);
    await this.#consumer.disconnect();
  }

  async #start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#topic] });
    await this.#consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  }
}

/**
 * kafkajs joins again as soon as it learns of a rebalance, without waiting for anybody (its REBALANCING event is a mere note,
 * and not sent in all cases). Looking up the coordinator is the first step of each attempt to join, and of nothing else that
 * a consumer does.
 */
function gateJoins(cluster: Cluster, beforeJoin: () => Promise<void>): void {
  const find = cluster.findGroupCoordinator.bind(cluster);
  cluster.findGroupCoordinator = async (group) => {
    await beforeJoin();
    return find(group);
  };
}
