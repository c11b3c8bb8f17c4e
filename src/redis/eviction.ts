import { Cluster, type Redis, ReplyError } from "ioredis";
import { StoreUnavailableError } from "../worker/index.ts";
import type { RedisClient } from "./client.ts";

const SETTING = "redis.requireNoEviction";

/** Redis may throw keys away, or does not say whether it does. */
export class EvictionPolicyError extends Error {
  override readonly name = "EvictionPolicyError";
}

/**
 * Sees that Redis evicts nothing when its memory is full; of a Cluster each primary.
 *
 * @throws EvictionPolicyError
 * @throws StoreUnavailableError
 */
export async function assertNoEviction(client: RedisClient): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes("master") : [client];
  for (const node of nodes) {
    const policy = await policyOf(node);
    const server = `Redis at ${node.options.host}:${node.options.port}`;
    if (policy === undefined)
      throw new EvictionPolicyError(
        `${server} does not tell its maxmemory-policy. See that it is noeviction, then set ${SETTING} to false`,
      );
    if (policy !== "noeviction")
      throw new EvictionPolicyError(
        `${server} has the maxmemory-policy ${policy}: every evicted key costs a rebuild. Set it to noeviction ` +
          `(CONFIG SET maxmemory-policy noeviction), or ${SETTING} to false`,
      );
  }
}

/** Managed services forbid CONFIG; most of them tell it in INFO. */
async function policyOf(node: Redis): Promise<string | undefined> {
  const asked = await answered(node.config("GET", "maxmemory-policy"));
  if (Array.isArray(asked) && typeof asked[1] === "string") return asked[1];
  const info = await answered(node.info("memory"));
  return typeof info === "string" ? /^maxmemory_policy:(\S+)/m.exec(info)?.[1] : undefined;
}

/** Undefined where the server refuses to say. */
async function answered(reply: Promise<unknown>): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ReplyError) return undefined;
    throw new StoreUnavailableError(`Redis: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
