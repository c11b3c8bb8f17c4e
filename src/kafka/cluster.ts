import { type Cluster, type Kafka, PartitionAssigners } from "kafkajs";

/**
 * kafkajs's own access to a cluster: brokers, leaders, single requests. It hands it to partition assigners, and only to them,
 * so a consumer that never runs is made for one.
 *
 * Reading through it instead of through a consumer gives exact seeks (kafkajs's consumer may deliver what it fetched before),
 * the list of aborted transactions that a right filter needs, progress over control records, no group to join for a mere
 * reader, and no OFFSET_OUT_OF_RANGE handling that commits a default offset to the group behind the worker's back.
 *
 * @param readUncommitted offsets that it is asked for tell of open transactions too
 */
export function clusterOf(kafka: Kafka, readUncommitted = false): Cluster {
  let captured: Cluster | undefined;
  kafka.consumer({
    groupId: "none",
    allowAutoTopicCreation: false,
    readUncommitted,
    partitionAssigners: [
      (handed) => {
        captured = handed.cluster;
        return PartitionAssigners.roundRobin(handed);
      },
    ],
  });
  if (captured === undefined) throw new Error("kafkajs no longer hands the cluster to partition assigners: pin 2.2.4");
  return captured;
}

/** A partition without a leader has it on no broker. */
export const NO_LEADER = -1;

export function leaderOf(cluster: Cluster, topic: string, partition: number): number {
  const found = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
  return found?.leader ?? NO_LEADER;
}

export function partitionsOf(cluster: Cluster, topic: string): number[] {
  return cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => partitionId)
    .sort((a, b) => a - b);
}
