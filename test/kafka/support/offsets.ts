import { expect, vi } from "vitest";
import { GroupOffsets } from "../../../src/kafka/group-offsets.ts";
import { SOON, testAdmin } from "./cluster.ts";

interface Place {
  readonly groupId: string;
  readonly topic: string;
  readonly partition?: number;
}

/** What a group has committed, as a worker reads it: after fencing it is true, before it may be that of a moment ago. */
export async function committedOffset({ groupId, topic, partition = 0 }: Place): Promise<number | null> {
  const offsets = new GroupOffsets(testAdmin(), groupId, topic);
  return offsets.of(partition, await offsets.committed());
}

/** Waits for a transaction that was answered, and takes effect a moment later. */
export async function expectCommitted(place: Place, offset: number): Promise<void> {
  await vi.waitFor(async () => expect(await committedOffset(place)).toBe(offset), SOON);
}
