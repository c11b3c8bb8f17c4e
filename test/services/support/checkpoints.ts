import { Redis } from "ioredis";
import type { ObserverName } from "../../../src/projections/index.ts";
import { CheckpointKeys } from "../../../src/redis/keys.ts";
import type { Deployment } from "./deployment.ts";

/** An observer's checkpoints in Redis, to be damaged. */
export class Checkpoints {
  readonly redis: Redis;
  readonly #place: { readonly keyPrefix: string; readonly group: string; readonly topic: string };

  constructor({ env, prefix }: Deployment, observer: ObserverName) {
    this.redis = new Redis(env.REDIS_URL ?? "");
    this.#place = { keyPrefix: "", group: `${prefix}.${observer}`, topic: `${prefix}.rollout-events` };
  }

  close(): void {
    this.redis.disconnect();
  }

  /** All keys of a partition. */
  async keys(partition: number): Promise<string[]> {
    return await this.redis.keys(this.#keysOf(partition).pattern);
  }

  /** The key of a thread's state. */
  async threadKey(partition: number, threadId: string): Promise<string> {
    return this.#keysOf(partition).thread(await this.#generation(partition), threadId);
  }

  headKey(partition: number): string {
    return this.#keysOf(partition).head;
  }

  /** The key of the list of threads. */
  async threadsKey(partition: number): Promise<string> {
    return this.#keysOf(partition).threads(await this.#generation(partition));
  }

  /** Every state reflects every record below it. */
  async watermark(partition: number): Promise<number> {
    return Number(await this.redis.hget(this.#keysOf(partition).head, "watermark"));
  }

  /** As another worker does. */
  async takeOver(partition: number): Promise<void> {
    await this.redis.hset(this.#keysOf(partition).head, "owner", "another");
  }

  async lose(partition: number): Promise<void> {
    await this.redis.unlink(await this.keys(partition));
  }

  /** What a partition holds now; calling it puts that back in place of what is there then. */
  async snapshot(partition: number): Promise<() => Promise<void>> {
    const keys = await this.keys(partition);
    const values = await Promise.all(keys.map((key) => this.redis.dumpBuffer(key)));
    return async () => {
      const restoring = this.redis.multi().unlink(await this.keys(partition));
      for (const [n, key] of keys.entries()) restoring.restore(key, 0, values[n] ?? "");
      await restoring.exec();
    };
  }

  #keysOf(partition: number): CheckpointKeys {
    return new CheckpointKeys({ ...this.#place, partition });
  }

  async #generation(partition: number): Promise<number> {
    return Number(await this.redis.hget(this.#keysOf(partition).head, "generation"));
  }
}
