import { partitionOfKey, topicEnds } from "../../kafka/index.ts";
import { FoundRollout } from "./found-rollout.ts";
import { type ThreadSource, threadRecords } from "./thread-records.ts";

/** What the log has of a thread. */
export interface FoundThread {
  /** In the order in which they began. */
  readonly rollouts: readonly FoundRollout[];
  /** Records that may hold lines of the thread, but cannot be read. */
  readonly unreadable: {
    readonly count: number /** The first of them. */;
    readonly examples: readonly UnreadableRecord[];
  };
  /** Partitions that end with an open transaction: what lies behind its beginning cannot be read yet. */
  readonly hidden: readonly { readonly partition: number; readonly offset: number }[];
}

export interface UnreadableRecord {
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
}

/** So many of the records that cannot be read are named. */
const MAX_EXAMPLES = 20;

/**
 * Looks through the log for a thread: in the partition where it belongs, and in all others if nothing or not all of it is
 * there, or when told to. Then another partitioner, or another number of partitions, put it elsewhere.
 */
export async function scanThread(source: ThreadSource, allPartitions: boolean): Promise<FoundThread> {
  const ends = await topicEnds(source.client, source.topic);
  const home = partitionOfKey(source.threadId, ends.size);
  const scan = new Scan(source);
  await scan.partition(home, ends.get(home) ?? 0);
  const others = [...ends].filter(([partition]) => partition !== home);
  if (!allPartitions && !scan.isLacking) return scan.found(false);
  for (const [partition, end] of others) await scan.partition(partition, end);
  return scan.found(others.length > 0);
}

class Scan {
  readonly #source: ThreadSource;
  readonly #rollouts = new Map<string, FoundRollout>();
  readonly #unreadable = { count: 0, examples: [] as UnreadableRecord[] };
  readonly #hidden: { partition: number; offset: number }[] = [];

  constructor(source: ThreadSource) {
    this.#source = source;
  }

  /** Whether nothing was found, or not every line. */
  get isLacking(): boolean {
    return this.#rollouts.size === 0 || [...this.#rollouts.values()].some(({ hasGaps }) => hasGaps);
  }

  /** @param end where it ends, open transactions included */
  async partition(partition: number, end: number): Promise<void> {
    const onEnd = (offset: number) => {
      if (offset < end) this.#hidden.push({ partition, offset });
    };
    for await (const record of threadRecords(this.#source, { partition, first: 0, onEnd })) {
      if (record.type === "unreadable") this.#cannotRead(record);
      else this.#rollout(record.record.rolloutId).take(record);
    }
  }

  found(inOtherPartitions: boolean): FoundThread {
    const rollouts = [...this.#rollouts.values()];
    // Within a partition the order of the log counts, across partitions only times tell.
    if (inOtherPartitions) rollouts.sort((a, b) => a.begun - b.begun);
    return { rollouts, unreadable: this.#unreadable, hidden: this.#hidden };
  }

  #cannotRead(record: UnreadableRecord): void {
    this.#unreadable.count += 1;
    if (this.#unreadable.examples.length < MAX_EXAMPLES) this.#unreadable.examples.push(record);
  }

  #rollout(rolloutId: string): FoundRollout {
    const found = this.#rollouts.get(rolloutId) ?? new FoundRollout(rolloutId);
    this.#rollouts.set(rolloutId, found);
    return found;
  }
}
