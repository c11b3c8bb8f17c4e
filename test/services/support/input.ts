import { Partitioners } from "kafkajs";
import { mutationJson, OBSERVER_NAMES, type ObserverName, startObserver } from "../../../src/projections/index.ts";
import type { RolloutRecord } from "../../../src/worker/index.ts";
import { observedLines } from "../../support/threads.ts";
import type { Deployment } from "./deployment.ts";
import type { Published } from "./verifier.ts";
import { Feed, type GeneratedThread, generatedThreads, OUTPUTS } from "./workload.ts";

/** Where a producer puts the records of a thread. */
function partitionOf(threadId: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return Partitioners.DefaultPartitioner()({ topic: "", partitionMetadata, message: { key: threadId, value: null } });
}

/** Random threads of one rollout, so many in each partition. */
export function threadsPerPartition(partitions: number, each: number, events: number, seed: number): GeneratedThread[] {
  const room = Array.from({ length: partitions }, () => each);
  let n = 0;
  return generatedThreads(partitions * each, events, seed).map(({ rollouts }) => {
    for (;;) {
      const threadId = `thread-${seed}-${n++}`;
      const partition = partitionOf(threadId, partitions);
      if ((room[partition] ?? 0) === 0) continue;
      room[partition] = (room[partition] ?? 0) - 1;
      return { threadId, rollouts };
    }
  });
}

/** What stands for a mutation in comparisons: of which record it came, and what it says. */
function shown({ sourceOffset, json }: Pick<Published, "sourceOffset" | "json">): string {
  return `${sourceOffset} ${json}`;
}

/** What a partition of a mutation topic holds, in its order. */
export function emittedIn(partition: number, published: readonly Published[]): string[] {
  return published.filter((mutation) => mutation.partition === partition).map(shown);
}

/** The input topic as a test writes it: it knows which record lies where, and what observers make of each. */
export class Input {
  readonly partitions: number;
  readonly #feed: Feed;
  readonly #log: RolloutRecord[][];

  private constructor(feed: Feed, partitions: number) {
    this.#feed = feed;
    this.partitions = partitions;
    this.#log = Array.from({ length: partitions }, () => []);
  }

  /** Of a topic that is empty. */
  static async open(deployment: Deployment, partitions: number): Promise<Input> {
    return new Input(await Feed.open(deployment), partitions);
  }

  /** Sends records; they are in the log afterwards. */
  async send(records: readonly RolloutRecord[]): Promise<void> {
    for (const record of records) this.#log[partitionOf(record.threadId, this.partitions)]?.push(record);
    await this.#feed.send(records);
    await this.#feed.flush();
  }

  async close(): Promise<void> {
    await this.#feed.close();
  }

  /** The threads of a partition, in the order of their first records. */
  threadsOf(partition: number): string[] {
    return [...new Set(this.#log[partition]?.map(({ threadId }) => threadId))];
  }

  /** One past the last record. */
  end(partition: number): number {
    return this.#log[partition]?.length ?? 0;
  }

  /**
   * What an observer makes of the records from one offset to another, in one process that never stops and that has read all
   * records before, from `start` on.
   */
  emitted(observer: ObserverName, partition: number, from: number, to = this.end(partition), start = 0): string[] {
    const records = (this.#log[partition] ?? []).map((record, offset) => ({ record, offset }));
    const threads = Map.groupBy(records.slice(start), ({ record }) => record.threadId);
    const mutations = [...threads].flatMap(([threadId, placed]) => mutationsOf(observer, threadId, placed));
    return mutations
      .filter(({ sourceOffset }) => sourceOffset >= from && sourceOffset < to)
      .sort((a, b) => a.sourceOffset - b.sourceOffset)
      .map(shown);
  }
}

interface Placed {
  readonly record: RolloutRecord;
  readonly offset: number;
}

/** Of a thread of one rollout; an empty line takes the place of each one that is not there. */
function mutationsOf(observer: ObserverName, threadId: string, placed: readonly Placed[]) {
  const at = new Map(placed.map(({ record, offset }) => [record.position, { line: record.line, offset }]));
  const lines = Array.from({ length: Math.max(...at.keys()) + 1 }, (_, position) => at.get(position)?.line ?? "");
  const rolloutId = placed[0]?.record.rolloutId ?? "";
  const observers = OBSERVER_NAMES.map((name) => startObserver(name));
  return observedLines(threadId, [{ rolloutId, lines }]).flatMap((line) => {
    const sourceOffset = at.get(line.position)?.offset ?? -1;
    const mutations = observers.flatMap((one) => one.observe(line).mutations);
    return mutations
      .filter(({ type }) => type === OUTPUTS[observer].type)
      .map((mutation) => ({ sourceOffset, json: mutationJson(mutation) }));
  });
}
