import type { Cluster } from "kafkajs";
import { KafkaJSConnectionError } from "./kafkajs-exports.ts";

/** What kafkajs's own types leave out. */
interface WithConnections {
  readonly connectionPoolBuilder: {
    build(destination?: object): Promise<{ readonly pool: readonly Connection[] }>;
  };
}

interface Connection {
  /** Its host and port. */
  readonly broker: string;
  disconnect(): Promise<true>;
  rejectRequests(error: Error): void;
}

/**
 * Fails the requests that a connection still holds once it is closed. kafkajs goes on sending while it closes a connection, and
 * no longer looks whether what it sent then is answered: a login was waited for, for ever, by who held the lock to connect to
 * the broker.
 */
export function failOrphans(cluster: Cluster): void {
  const { connectionPoolBuilder: builder } = cluster as unknown as WithConnections;
  const build = builder.build.bind(builder);
  builder.build = async (destination) => {
    const made = await build(destination);
    made.pool.forEach(failingOrphans);
    return made;
  };
}

function failingOrphans(connection: Connection): void {
  const disconnect = connection.disconnect.bind(connection);
  connection.disconnect = async () => {
    await disconnect();
    connection.rejectRequests(new KafkaJSConnectionError("Closed connection", { broker: connection.broker }));
    return true;
  };
}
