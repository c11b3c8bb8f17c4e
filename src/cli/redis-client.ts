import type { Config } from "../config/index.ts";
import type { ConnectionListener, RedisAddress, RedisClient, RedisConfig, RedisServer } from "../redis/index.ts";
import { createRedis } from "../redis/index.ts";
import { fileText, secretIn } from "./secret-file.ts";

/** Redis, as configured. It connects at once, and for ever. @throws CliError when a file cannot be read */
export function redisClient({ redis }: Config, listener: ConnectionListener): RedisClient {
  const { username, passwordFile, commandTimeoutMs, connectTimeoutMs } = redis;
  const password = passwordFile === null ? null : secretIn(passwordFile, "redis.passwordFile");
  const config = {
    server: serverOf(redis),
    username,
    password,
    tls: tlsOf(redis.tls),
    commandTimeoutMs,
    connectTimeoutMs,
  };
  return createRedis(config, listener);
}

function serverOf({ url, sentinels, sentinelName, cluster }: Config["redis"]): RedisServer {
  if (sentinels.length > 0) return { type: "sentinel", sentinels: sentinels.map(addressOf), name: sentinelName ?? "" };
  if (cluster.length > 0) return { type: "cluster", nodes: cluster.map(addressOf) };
  return { type: "standalone", url: url ?? "" };
}

function tlsOf({ enabled, caFile, certFile, keyFile, serverName }: Config["redis"]["tls"]): RedisConfig["tls"] {
  if (!enabled) return null;
  return {
    ca: caFile === null ? null : fileText(caFile, "redis.tls.caFile"),
    cert: certFile === null ? null : fileText(certFile, "redis.tls.certFile"),
    key: keyFile === null ? null : fileText(keyFile, "redis.tls.keyFile"),
    servername: serverName,
  };
}

/** `host:port`, as the schema demands; an IPv6 address stands in brackets. */
function addressOf(address: string): RedisAddress {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replaceAll(/[[\]]/g, ""), port: Number(address.slice(colon + 1)) };
}
