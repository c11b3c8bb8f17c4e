import type { SharedAdmin } from "../../kafka/index.ts";
import type { Log, WorkerTelemetry } from "../../telemetry/index.ts";
import type { ObserverRunner } from "./observer-runner.ts";

/** Looked at so many times within watchdogMs. */
const LOOKS = 6;

/** Restarts the consumer of an observer that has work and does none. */
export class Watchdog {
  readonly #runners: readonly ObserverRunner[];
  readonly #telemetry: WorkerTelemetry;
  readonly #log: Log;
  readonly #ends: () => Promise<ReadonlyMap<number, number>>;
  #timer: NodeJS.Timeout | undefined;

  /** @param ends where each partition ends: asked for by a connection of its own, since a consumer that hangs does not learn of it */
  constructor(
    runners: readonly ObserverRunner[],
    telemetry: WorkerTelemetry,
    log: Log,
    ends: () => Promise<ReadonlyMap<number, number>>,
  ) {
    this.#runners = runners;
    this.#telemetry = telemetry;
    this.#log = log;
    this.#ends = ends;
  }

  start(watchdogMs: number): void {
    const again = (): void => {
      this.#timer = setTimeout(() => void this.look().finally(again), watchdogMs / LOOKS);
    };
    again();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Looks once. */
  async look(): Promise<void> {
    await this.#askForEnds();
    const stalled = this.#telemetry.stalled();
    for (const runner of this.#runners) {
      const reason = stalled.get(runner.observer);
      if (reason === undefined) continue;
      this.#telemetry.clientRestarted(runner.observer);
      runner.restart(reason);
    }
  }

  /** What cannot be asked for now is known from the workers themselves. */
  async #askForEnds(): Promise<void> {
    try {
      for (const [partition, end] of await this.#ends())
        for (const { observer } of this.#runners) this.#telemetry.ends(observer, partition, end);
    } catch (error) {
      this.#log.debug({ err: error }, "the watchdog cannot ask for the ends of the partitions");
    }
  }
}

/** The ends of a topic's partitions. */
export async function endsOf(admin: SharedAdmin, topic: string): Promise<Map<number, number>> {
  const offsets = await (await admin.connected()).fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}
