import { Partitioners } from "kafkajs";
import type { Offset } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { clusterOf, partitionsOf } from "./cluster.ts";

/** Each partition of a topic, in order, and one past its last offset, open transactions included. */
export async function topicEnds(client: KafkaClient, topic: string): Promise<ReadonlyMap<number, Offset>> {
  const cluster = clusterOf(client.kafka, true);
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    const partitions = partitionsOf(cluster, topic).map((partition) => ({ partition }));
    const found = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]);
    const ends = found.flatMap((one) =>
      one.partitions.map(({ partition, offset }) => [partition, Number(offset)] as const),
    );
    return new Map(ends.sort(([a], [b]) => a - b));
  } finally {
    await cluster.disconnect();
  }
}

/** Where a publisher puts the records of a key, by the number of partitions. */
export function partitionOfKey(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return Partitioners.DefaultPartitioner()({ topic: "", partitionMetadata, message: { key, value: null } });
}
