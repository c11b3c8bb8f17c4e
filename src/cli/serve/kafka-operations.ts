import { type KafkaClient, KafkaDecisions, SharedAdmin, topicNames } from "../../kafka/index.ts";
import { OBSERVER_NAMES, type ObserverName } from "../../projections/index.ts";
import type { ObserverStatus, Operations, QuarantinedThread } from "../../read-model/index.ts";
import { groupOf } from "../arguments.ts";

/** Where the observers are, as far as Kafka knows: what their groups committed, and the threads that stopped. */
export class KafkaOperations implements Operations {
  readonly #admin: SharedAdmin;
  readonly #decisions: KafkaDecisions;
  readonly #prefix: string;
  #opened: Promise<void> | undefined;

  constructor(client: KafkaClient, prefix: string) {
    this.#admin = new SharedAdmin(client);
    this.#decisions = new KafkaDecisions(client, topicNames(prefix).decisions, () => undefined);
    this.#prefix = prefix;
  }

  async observers(): Promise<readonly ObserverStatus[]> {
    const admin = await this.#admin.connected();
    const ends = await admin.fetchTopicOffsets(topicNames(this.#prefix).rolloutEvents);
    const found = await Promise.all(OBSERVER_NAMES.map((observer) => this.#positions(observer)));
    return OBSERVER_NAMES.flatMap((observer, n) =>
      ends
        .map(({ partition, high }) => statusOf(observer, partition, found[n]?.get(partition) ?? null, Number(high)))
        .sort((a, b) => a.partition - b.partition),
    );
  }

  async quarantined(): Promise<readonly QuarantinedThread[]> {
    this.#opened ??= this.#decisions.open();
    await this.#opened;
    const decisions = await this.#decisions.read();
    return decisions.filter(({ isDone }) => !isDone).map(({ isDone: _isDone, ...decision }) => decision);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#admin.close(), this.#opened === undefined ? undefined : this.#decisions.close()]);
  }

  async #positions(observer: ObserverName): Promise<ReadonlyMap<number, number>> {
    const admin = await this.#admin.connected();
    const topics = [topicNames(this.#prefix).rolloutEvents];
    const [found] = await admin.fetchOffsets({ groupId: groupOf(this.#prefix, observer), topics });
    const known = found?.partitions.filter(({ offset }) => Number(offset) >= 0) ?? [];
    return new Map(known.map(({ partition, offset }) => [partition, Number(offset)]));
  }
}

function statusOf(observer: ObserverName, partition: number, position: number | null, end: number): ObserverStatus {
  return { observer, partition, phase: null, detail: null, position, end, rebuildRemaining: null };
}
