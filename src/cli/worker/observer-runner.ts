import { type AssignedPartition, DEFAULT_GROUP_OPTIONS, type GroupEvent, ObserverGroup } from "../../kafka/index.ts";
import type { ObserverName } from "../../projections/index.ts";
import type { Log, WorkerTelemetry } from "../../telemetry/index.ts";
import { HaltError, type Offset, PartitionWorker } from "../../worker/index.ts";
import { aborted } from "../aborted.ts";
import { groupOf } from "../arguments.ts";
import { messageOf } from "../terminal.ts";
import { partitionPorts } from "./partition-ports.ts";
import type { Services } from "./services.ts";

/** How the work on a partition came to its end while the partition is still ours. */
export type PartitionEnd = { readonly outcome: "reached" } | { readonly outcome: "halted"; readonly reason: string };

export interface RunnerHooks {
  /** Where a partition's work ends; undefined when it goes on for ever. */
  until(partition: number): Offset | undefined;
  ended(observer: ObserverName, partition: number, end: PartitionEnd): void;
  /** Which partitions are this process's from now on. */
  assigned(observer: ObserverName, partitions: readonly number[]): void;
}

/** One observer: its consumer group, and a worker for each partition that the group gives to this process. */
export class ObserverRunner {
  readonly observer: ObserverName;
  readonly #services: Services;
  readonly #telemetry: WorkerTelemetry;
  readonly #log: Log;
  readonly #hooks: RunnerHooks;
  readonly #group: ObserverGroup;

  constructor(observer: ObserverName, services: Services, telemetry: WorkerTelemetry, log: Log, hooks: RunnerHooks) {
    this.observer = observer;
    this.#services = services;
    this.#telemetry = telemetry;
    this.#log = log.child({ observer });
    this.#hooks = hooks;
    const { config } = services.settings;
    this.#group = new ObserverGroup(
      services.kafka,
      {
        ...DEFAULT_GROUP_OPTIONS,
        groupId: groupOf(config.prefix, observer),
        topic: services.topics.rolloutEvents,
        sessionTimeoutMs: config.kafka.sessionTimeoutMs,
        heartbeatMs: config.kafka.heartbeatMs,
        rebalanceTimeoutMs: config.kafka.rebalanceTimeoutMs,
        drainMs: config.worker.handoverMs,
        stopMs: config.worker.drainMs,
        fetch: {
          ...DEFAULT_GROUP_OPTIONS.fetch,
          waitMs: config.kafka.fetchWaitMs,
          partitionBytes: config.kafka.fetchBytes,
          bufferBytes: config.kafka.fetchBufferBytes,
        },
      },
      (event) => this.#onGroupEvent(event),
    );
  }

  start(): void {
    this.#telemetry.block(this.observer, `${this.observer}: is joining its consumer group`);
    this.#group.start((assigned) => this.#live(assigned));
  }

  /** Finishes transactions, flushes, leaves the group. */
  stop(): Promise<void> {
    return this.#group.stop();
  }

  /** Leaves the group and joins it again, with a new client. */
  restart(reason: string): void {
    this.#log.error({ reason }, "restarts its consumer");
    this.#group.restart(reason);
  }

  /** Until the partition is taken away. What is halted or done stays in view until then. */
  async #live(assigned: AssignedPartition): Promise<void> {
    const { partition, drain } = assigned;
    const { observer } = this;
    const listener = this.#telemetry.assigned(observer, partition);
    try {
      const ports = partitionPorts(observer, assigned, this.#services, listener);
      const worker = new PartitionWorker({ observer, partition }, ports, this.#services.settings.config.worker);
      const end = await worker.run(drain, this.#hooks.until(partition));
      if (end === "reached") this.#hooks.ended(observer, partition, { outcome: "reached" });
      await aborted(drain);
    } catch (error) {
      if (!(error instanceof HaltError)) throw error;
      this.#hooks.ended(observer, partition, { outcome: "halted", reason: error.message });
      await aborted(drain);
    } finally {
      this.#telemetry.released(observer, partition);
    }
  }

  #onGroupEvent(event: GroupEvent): void {
    switch (event.type) {
      case "joined":
        this.#telemetry.unblock(this.observer);
        this.#hooks.assigned(this.observer, event.partitions);
        this.#log.info({ memberId: event.memberId, partitions: event.partitions }, "joined its group");
        break;
      case "rebalancing":
        this.#hooks.assigned(this.observer, []);
        this.#log.info("its group rebalances");
        break;
      case "drain-overdue":
        this.#log.warn(
          { partitions: event.partitions },
          "some partitions did not finish in time; they are refused from now on",
        );
        break;
      case "life-failed":
        this.#log.error({ partition: event.partition, err: event.error }, "a worker failed in a way it should not");
        this.restart(`the worker of partition ${event.partition} failed`);
        break;
      case "fetch-failed":
        this.#log.warn({ err: event.error }, "cannot fetch records");
        break;
      case "close-failed":
        this.#log.warn(
          { err: event.error },
          "could not leave its group in order: it is forgotten after kafka.sessionTimeoutMs",
        );
        break;
      case "left":
        this.#telemetry.block(
          this.observer,
          `${this.observer}: lost its consumer group and joins it again: ${messageOf(event.error)}`,
        );
        this.#log.warn({ err: event.error, retryMs: event.retryMs }, "lost its group");
        break;
      case "heartbeat":
        break;
    }
  }
}
