import type { LogBounds, Offset, PartitionLog } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { GroupOffsets } from "./group-offsets.ts";
import { KafkaPartitionLog } from "./kafka-partition-log.ts";
import type { PartitionFeed } from "./partition-feed.ts";
import { SharedAdmin } from "./shared-admin.ts";
import { type FetchOptions, TopicFetcher } from "./topic-fetcher.ts";

/** A partition of a topic, until it is released. */
export interface HeldLog extends PartitionLog {
  release(): void;
}

/** The partitions of one topic, for whoever shares them out by a group on another topic. */
export class TopicLogs {
  readonly topic: string;
  readonly #fetcher: TopicFetcher;
  readonly #admin: SharedAdmin;
  readonly #offsets: GroupOffsets;

  /** `onError` is told of failed fetches; they are tried again until they succeed. */
  constructor(
    client: KafkaClient,
    options: { readonly groupId: string; readonly topic: string; readonly fetch: FetchOptions },
    onError: (error: unknown) => void,
  ) {
    this.topic = options.topic;
    this.#fetcher = new TopicFetcher(client, options.topic, options.fetch, onError);
    this.#admin = new SharedAdmin(client);
    this.#offsets = new GroupOffsets(this.#admin, options.groupId, options.topic);
  }

  /** Connects. */
  open(): Promise<void> {
    return this.#fetcher.open();
  }

  log(partition: number): HeldLog {
    const feed = this.#fetcher.feed(partition);
    return new ReleasableLog(feed, this.#offsets, () => this.#fetcher.release(feed));
  }

  /** By partition: what there is now, open transactions included. */
  bounds(): Promise<Map<number, LogBounds>> {
    return this.#offsets.bounds();
  }

  /** Where committed records end, by partition: at the first open transaction where there is one. */
  ends(): Promise<Map<number, Offset | null>> {
    return this.#fetcher.offsets("end");
  }

  async close(): Promise<void> {
    await Promise.all([this.#fetcher.close(), this.#admin.close()]);
  }
}

class ReleasableLog extends KafkaPartitionLog implements HeldLog {
  readonly release: () => void;

  constructor(feed: PartitionFeed, offsets: GroupOffsets, release: () => void) {
    super(feed, offsets);
    this.release = release;
  }
}
