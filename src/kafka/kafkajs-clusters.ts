import type { Cluster, Kafka } from "kafkajs";

const CREATE_CLUSTER = "private:Kafka:createCluster";

/** Has every cluster that the client makes pass through `adapt` before it is used: kafkajs has no other way in. */
export function withClusters(kafka: Kafka, adapt: (cluster: Cluster) => void): Kafka {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (name === undefined) throw new Error("kafkajs no longer makes its clusters as 2.2.4 does: pin that");
  const clients = kafka as unknown as Record<symbol, (options: unknown) => Cluster>;
  const createCluster = clients[name];
  clients[name] = (options) => {
    const cluster = createCluster?.(options) as Cluster;
    adapt(cluster);
    return cluster;
  };
  return kafka;
}
