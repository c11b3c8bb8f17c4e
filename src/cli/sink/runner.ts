import {
  type AssignedPartition,
  DEFAULT_GROUP_OPTIONS,
  type GroupEvent,
  ObserverGroup,
  OffsetOutOfRangeError,
} from "../../kafka/index.ts";
import { DEFAULT_SINK_OPTIONS, PartitionSink, SinkHaltError, type SinkListener } from "../../sinks/index.ts";
import type { Log, SinkTelemetry } from "../../telemetry/index.ts";
import { systemClock } from "../../time/index.ts";
import { aborted } from "../aborted.ts";
import { messageOf } from "../terminal.ts";
import { GroupLag } from "./group-lag.ts";
import type { SinkServices } from "./services.ts";

const GROUP = "group";

/** The sink's consumer group, and the partitions that it gives to this process. */
export class SinkRunner {
  readonly #services: SinkServices;
  readonly #telemetry: SinkTelemetry;
  readonly #log: Log;
  readonly #idleMs: number;
  readonly #onHalt: (partition: number, reason: string) => void;
  readonly #group: ObserverGroup;
  /** Null while the group does not say. */
  #assigned: readonly number[] | null = null;
  /** The partitions that were found to be as they were left, or not to be. */
  readonly #judged = new Set<number>();

  /** @param idleMs how long progress without rows waits to be noted */
  constructor(
    services: SinkServices,
    telemetry: SinkTelemetry,
    log: Log,
    { idleMs = DEFAULT_SINK_OPTIONS.idleMs, onHalt = () => undefined }: SinkRunnerOptions = {},
  ) {
    this.#services = services;
    this.#telemetry = telemetry;
    this.#log = log;
    this.#idleMs = idleMs;
    this.#onHalt = onHalt;
    const { kafka, worker } = services.settings.config;
    this.#group = new ObserverGroup(
      services.kafka,
      {
        ...DEFAULT_GROUP_OPTIONS,
        groupId: services.groupId,
        topic: services.groupTopic,
        sessionTimeoutMs: kafka.sessionTimeoutMs,
        heartbeatMs: kafka.heartbeatMs,
        rebalanceTimeoutMs: kafka.rebalanceTimeoutMs,
        drainMs: worker.handoverMs,
        stopMs: worker.drainMs,
      },
      (event) => this.#onGroupEvent(event),
    );
  }

  start(): void {
    this.#telemetry.block(GROUP, "is joining its consumer group");
    this.#group.start((assigned) => this.#live(assigned));
  }

  /** Whether of all that the group gives to this process it is known that it goes on where it was, or why it does not. */
  get isSettled(): boolean {
    return this.#assigned?.every((partition) => this.#judged.has(partition)) === true;
  }

  /** Finishes what is being written, leaves the group. */
  stop(): Promise<void> {
    return this.#group.stop();
  }

  /** Until the partition is taken away. What is halted stays in view until then. */
  async #live(assigned: AssignedPartition): Promise<void> {
    const { partition, membership, drain } = assigned;
    const { decoder, store, topics, settings } = this.#services;
    const lag = new GroupLag(assigned, this.#log);
    const told = this.#telemetry.assigned(partition);
    const listener: SinkListener = (event) => {
      told(event);
      lag.saw(event);
      if (event.type === "phase" && event.phase === "running") this.#judged.add(partition);
    };
    const held = topics.map(({ content, logs }) => ({ topic: logs.topic, content, log: logs.log(partition) }));
    const ports = { store, logs: held, decoder, membership, clock: systemClock, listener, isOutOfRange, isPassing };
    const options = { ...DEFAULT_SINK_OPTIONS, ...settings.config.sink, idleMs: this.#idleMs };
    try {
      await new PartitionSink(partition, ports, options).run(drain);
    } catch (error) {
      if (!(error instanceof SinkHaltError)) throw error;
      this.#onHalt(partition, error.message);
      this.#judged.add(partition);
      await aborted(drain);
    } finally {
      for (const { log } of held) log.release();
      await lag.end();
      this.#judged.delete(partition);
      this.#telemetry.released(partition);
    }
  }

  #onGroupEvent(event: GroupEvent): void {
    switch (event.type) {
      case "joined":
        this.#assigned = event.partitions;
        this.#telemetry.unblock(GROUP);
        this.#log.info({ memberId: event.memberId, partitions: event.partitions }, "joined its group");
        break;
      case "rebalancing":
        this.#assigned = null;
        this.#log.info("its group rebalances");
        break;
      case "drain-overdue":
        this.#log.warn(
          { partitions: event.partitions },
          "some partitions did not finish in time; they are refused once somebody takes them over",
        );
        break;
      case "life-failed":
        this.#log.error({ partition: event.partition, err: event.error }, "a partition failed in a way it should not");
        this.#group.restart(`partition ${event.partition} failed`);
        break;
      case "fetch-failed":
        this.#log.warn({ err: event.error }, "cannot fetch records");
        break;
      case "close-failed":
        this.#log.warn({ err: event.error }, "could not leave its group in order: it is forgotten after a while");
        break;
      case "left":
        this.#assigned = null;
        this.#telemetry.block(GROUP, `lost its consumer group and joins it again: ${messageOf(event.error)}`);
        this.#log.warn({ err: event.error, retryMs: event.retryMs }, "lost its group");
        break;
      case "heartbeat":
        break;
    }
  }
}

interface SinkRunnerOptions {
  readonly idleMs?: number;
  readonly onHalt?: (partition: number, reason: string) => void;
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof OffsetOutOfRangeError;
}

/** What Kafka's client says of brokers that do not answer. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith("KafkaJS");
}
