import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import type { RedisConfig, RedisTls } from "./config.ts";

/** One connection (in a Cluster: one to each node), shared by all partitions of a process. */
export type RedisClient = Redis | Cluster;

export type ConnectionState = "ready" | "reconnecting" | "closed";

/** Told what becomes of the connection, for metrics and the log. */
export interface ConnectionListener {
  state(state: ConnectionState): void;
  failed(error: Error): void;
}

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 3_000;

/** Connects, and reconnects for ever. While there is no connection commands fail at once: who needs them tries again. */
export function createRedis(config: RedisConfig, listener: ConnectionListener): RedisClient {
  const client = open(config);
  client.on("ready", () => listener.state("ready"));
  client.on("reconnecting", () => listener.state("reconnecting"));
  client.on("end", () => listener.state("closed"));
  client.on("error", (error: Error) => listener.failed(error));
  if (client instanceof Cluster) client.on("node error", (error: Error) => listener.failed(error));
  return client;
}

/**
 * Resolves when commands can be sent. Errors on the way are the listener's: the client goes on trying.
 *
 * @throws what `signal` was aborted with
 */
export async function untilReady(client: RedisClient, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (client.status === "ready") return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const aborted = () => reject(signal.reason);
  client.once("ready", resolve);
  signal.addEventListener("abort", aborted, { once: true });
  try {
    await promise;
  } finally {
    client.off("ready", resolve);
    signal.removeEventListener("abort", aborted);
  }
}

/** What holds for the one connection to a server, not for those of a Cluster. */
const SINGLE = {
  enableOfflineQueue: false,
  retryStrategy: retryDelay,
  // After a failover the address may lead to the new primary, while this connection still holds the old one.
  reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
} satisfies RedisOptions;

function open(config: RedisConfig): RedisClient {
  const { server } = config;
  switch (server.type) {
    case "standalone":
      return new Redis(server.url, { ...SINGLE, ...common(config) });
    case "sentinel":
      return new Redis({ ...sentinel(config, server), ...SINGLE, ...common(config) });
    case "cluster":
      return new Cluster([...server.nodes], cluster(config));
  }
}

/** What holds for each connection, also for those of a Cluster. */
function common({ username, password, tls, commandTimeoutMs, connectTimeoutMs }: RedisConfig) {
  return {
    connectionName: "thread-history",
    commandTimeout: commandTimeoutMs,
    // A half-open connection would swallow commands for as long as the kernel hopes.
    socketTimeout: 2 * commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    // Whether a command that lost its connection is sent again is for the store to decide.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    ...(tls !== null && { tls: tlsOptions(tls) }),
  } satisfies RedisOptions;
}

function sentinel({ tls, connectTimeoutMs }: RedisConfig, server: { sentinels: readonly object[]; name: string }) {
  return {
    sentinels: [...server.sentinels],
    name: server.name,
    sentinelRetryStrategy: retryDelay,
    sentinelCommandTimeout: connectTimeoutMs,
    ...(tls !== null && { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(tls) }),
  } satisfies RedisOptions;
}

function cluster(config: RedisConfig) {
  return {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    slotsRefreshTimeout: config.connectTimeoutMs,
    redisOptions: common(config),
    // Certificates are made out to names: an address that was looked up would not match.
    ...(config.tls !== null && { dnsLookup: asGiven }),
  } satisfies ClusterOptions;
}

function asGiven(address: string, found: (error: null, address: string) => void): void {
  found(null, address);
}

function tlsOptions({ ca, cert, key, servername }: RedisTls) {
  return {
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
    ...(servername !== null && { servername }),
  };
}

/** Doubles up to a bound, and differs between processes that lost the server together. */
function retryDelay(times: number): number {
  const delay = Math.min(MIN_RETRY_MS * 2 ** Math.min(times, 10), MAX_RETRY_MS);
  return delay * (0.5 + Math.random() / 2);
}
