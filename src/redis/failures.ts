import { RefusedError, StoreUnavailableError } from "../worker/index.ts";
import type { RedisClient } from "./client.ts";

/** What to tell of a failed command, and its keys in the order of the scripts: the head, the set, hashes. */
export async function failureOf(client: RedisClient, keys: readonly string[], error: unknown): Promise<Error> {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("WRONGTYPE")) return await wrongType(client, keys, error);
  return new StoreUnavailableError(`Redis: ${message}${advice(message)}`, { cause: error });
}

/** What to do, where it is not simply to wait. */
function advice(message: string): string {
  switch (message.split(" ", 1)[0]) {
    case "OOM":
      return " (nothing was written: give Redis more memory)";
    case "NOAUTH":
    case "WRONGPASS":
      return " (check the user and the password)";
    case "NOPERM":
      return " (its user may not run this command or touch this key: give it both)";
    case "MISCONF":
      return " (Redis cannot save to its disk)";
    default:
      return "";
  }
}

/** Of another type a key holds no state of ours. It is removed, and what it held is made again from the log. The error does not say which it was. */
async function wrongType(client: RedisClient, keys: readonly string[], cause: unknown): Promise<Error> {
  try {
    const types = await Promise.all(keys.map((key) => client.type(key)));
    const found = keys.flatMap((key, index) => {
      const expected = index === 1 ? "set" : "hash";
      const type = types[index];
      return type === expected || type === "none" ? [] : [{ key, what: `${key} was a ${type}, not a ${expected}` }];
    });
    if (found.length > 0) await client.unlink(...found.map(({ key }) => key));
    return new RefusedError(`${found.map(({ what }) => what).join("; ")}: it was removed`, { cause });
  } catch (error) {
    return new StoreUnavailableError(`Redis: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** A script's refusal, in words. */
export function refusal(key: string, [reason, ...found]: readonly string[]): RefusedError {
  const [first = "", second = "", third = ""] = found;
  switch (reason) {
    case "owner":
      return new RefusedError(`${key}: ${first === "" ? "it is gone" : `the owner is ${first}, not this worker`}`);
    case "writes":
      return new RefusedError(`${key}: ${first} writes, not as many as this owner made: Redis is at an older snapshot`);
    case "threads":
      return new RefusedError(`${key}: the set of threads has ${first} entries, not ${second}: it was changed or lost`);
    case "revision":
      return new RefusedError(`${key}: thread ${first} has revision ${second}, not ${third}`);
    default:
      return new RefusedError(`${key}: refused for ${reason}`);
  }
}
