import type { Batch, LogBounds, Offset, PartitionLog } from "../worker/index.ts";
import type { GroupOffsets } from "./group-offsets.ts";
import type { PartitionFeed } from "./partition-feed.ts";

/** One partition of the input, for one group. */
export class KafkaPartitionLog implements PartitionLog {
  readonly #feed: PartitionFeed;
  readonly #offsets: GroupOffsets;

  constructor(feed: PartitionFeed, offsets: GroupOffsets) {
    this.#feed = feed;
    this.#offsets = offsets;
  }

  async bounds(): Promise<LogBounds> {
    return this.#offsets.of(this.#feed.partition, await this.#offsets.bounds());
  }

  async committed(): Promise<Offset | null> {
    return this.#offsets.of(this.#feed.partition, await this.#offsets.committed());
  }

  seek(offset: Offset): void {
    this.#feed.seek(offset);
  }

  /** @throws OffsetOutOfRangeError when retention overtook the reader, or the topic was made again */
  take(waitMs: number, signal: AbortSignal): Promise<Batch | undefined> {
    return this.#feed.take(waitMs, signal);
  }
}
