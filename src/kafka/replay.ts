import type { LogBounds, Offset } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { GroupOffsets } from "./group-offsets.ts";
import { FENCED_TYPES, hasType } from "./kafka-errors.ts";
import { CompressionTypes } from "./kafkajs-exports.ts";
import { SharedAdmin } from "./shared-admin.ts";
import { TransactionalProducer, transactionalIdOf } from "./transactional-producer.ts";

/** Where a group goes on from. A time: the first record at or after it. */
export type ReplayTo = "earliest" | { readonly offset: Offset } | { readonly time: Date };

export interface ReplayOptions {
  readonly groupId: string;
  readonly topic: string;
  readonly to: ReplayTo;
  /** All when left out. */
  readonly partitions?: readonly number[] | undefined;
  /** Whether records that the group has not processed may be left out. Otherwise a partition goes back, or stays. */
  readonly maySkip: boolean;
  /** Tell what would be done, and do nothing. */
  readonly dryRun: boolean;
}

export interface ReplayedPartition {
  readonly partition: number;
  /** The group's committed offset; null when it had none. */
  readonly before: Offset | null;
  /** Before the place that was asked for when the partition had not come there yet, and may not skip. */
  readonly after: Offset;
  readonly wanted: Offset;
}

/** Nothing but an offset is written: it takes milliseconds. */
const TRANSACTION_TIMEOUT_MS = 30_000;
/** A running worker takes its partition back a moment after it was fenced; rarely just between our two steps. */
const TRIES = 5;

/**
 * Sets a group back (or forth, if it may skip records), whether it is stopped or running: with the partition's own transactional id, so that a running
 * worker is refused from then on, takes the partition anew and finds the offset set.
 */
export async function replayGroup(client: KafkaClient, options: ReplayOptions): Promise<ReplayedPartition[]> {
  const admin = new SharedAdmin(client);
  try {
    const offsets = new GroupOffsets(admin, options.groupId, options.topic);
    const bounds = await offsets.bounds();
    const timed = await timedOffsets(admin, options);
    const rows: ReplayedPartition[] = [];
    for (const partition of options.partitions ?? [...bounds.keys()].sort((a, b) => a - b)) {
      const range = offsets.of(partition, bounds);
      const wanted = target(options.to, range, timed.get(partition));
      const reset = { partition, offsets, wanted, maySkip: options.maySkip };
      rows.push(options.dryRun ? await wouldSet(reset, range) : await setOffset(client, options, reset, range));
    }
    return rows;
  } finally {
    await admin.close();
  }
}

async function timedOffsets(admin: SharedAdmin, { to, topic }: ReplayOptions): Promise<Map<number, Offset>> {
  if (typeof to !== "object" || !("time" in to)) return new Map();
  const found = await (await admin.connected()).fetchTopicOffsetsByTimestamp(topic, to.time.getTime());
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}

function target(to: ReplayTo, { start, end }: LogBounds, timed: Offset | undefined): Offset {
  if (to === "earliest") return start;
  if ("offset" in to) return Math.min(Math.max(to.offset, start), end);
  return timed ?? end;
}

interface PartitionReset {
  readonly partition: number;
  readonly offsets: GroupOffsets;
  readonly wanted: Offset;
  readonly maySkip: boolean;
}

async function wouldSet(
  { partition, offsets, wanted, maySkip }: PartitionReset,
  { start }: LogBounds,
): Promise<ReplayedPartition> {
  const before = offsets.of(partition, await offsets.committed());
  return { partition, before, after: maySkip ? wanted : Math.min(wanted, before ?? start), wanted };
}

/** A group that has committed nothing stands at the start. */
async function setOffset(
  client: KafkaClient,
  { groupId, topic }: ReplayOptions,
  reset: PartitionReset,
  bounds: LogBounds,
): Promise<ReplayedPartition> {
  const { partition } = reset;
  const transactionalId = transactionalIdOf(groupId, topic, partition);
  for (let tries = 1; ; tries++) {
    const producer = new TransactionalProducer(client, transactionalId, TRANSACTION_TIMEOUT_MS);
    try {
      await producer.fence();
      const row = await wouldSet(reset, bounds);
      await producer.commit([], CompressionTypes.None, { groupId, topic, partition, offset: row.after });
      return row;
    } catch (error) {
      if (tries < TRIES && hasType(error, ...FENCED_TYPES)) continue;
      const message = `${topic}/${partition} of group ${groupId} may or may not be set: run it again`;
      throw new Error(message, { cause: error });
    } finally {
      await producer.discard();
    }
  }
}
