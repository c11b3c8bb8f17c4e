import type { LogBounds, Offset } from "../worker/index.ts";
import type { SharedAdmin } from "./shared-admin.ts";

/** What a group has committed of a topic, and what there is. */
export class GroupOffsets {
  readonly #admin: SharedAdmin;
  readonly #groupId: string;
  readonly #topic: string;

  constructor(admin: SharedAdmin, groupId: string, topic: string) {
    this.#admin = admin;
    this.#groupId = groupId;
    this.#topic = topic;
  }

  /** By partition; null where nothing is committed. */
  async committed(): Promise<Map<number, Offset | null>> {
    const admin = await this.#admin.connected();
    const found = await admin.fetchOffsets({ groupId: this.#groupId, topics: [this.#topic] });
    const partitions = found.flatMap((topic) => topic.partitions);
    return new Map(partitions.map(({ partition, offset }) => [partition, Number(offset) < 0 ? null : Number(offset)]));
  }

  /** By partition; open transactions count as there. */
  async bounds(): Promise<Map<number, LogBounds>> {
    const admin = await this.#admin.connected();
    const found = await admin.fetchTopicOffsets(this.#topic);
    return new Map(found.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]));
  }

  /** The offset of a partition in what `committed` or `bounds` gave. */
  of<T>(partition: number, found: ReadonlyMap<number, T>): T {
    const value = found.get(partition);
    if (value === undefined)
      throw new Error(
        `${this.#topic} has no partition ${partition}: was it made again with fewer? Stop and see design §5`,
      );
    return value;
  }
}
