import { isDeepStrictEqual } from "node:util";
import type { Write } from "./chunks.ts";
import type { RedisClient } from "./client.ts";
import { failureOf, refusal } from "./failures.ts";
import type { CheckpointKeys } from "./keys.ts";
import { type Script, scripts } from "./script.ts";

interface TenureStart {
  readonly owner: string;
  readonly writes: number;
  readonly generation: number | null;
  readonly stale: Iterable<number>;
}

/**
 * One owner's hold of a checkpoint, from `acquire` on. All it does is done only while nobody else wrote and Redis did not go
 * back in time: the scripts compare its token, and the number of its writes.
 */
export class Tenure {
  readonly #client: RedisClient;
  readonly #keys: CheckpointKeys;
  readonly #owner: string;
  /** Generations that no longer count and are still to be removed. */
  readonly stale: Set<number>;
  #writes: number;
  #generation: number | null;
  /** The write that was begun and not yet answered as done; of its chunks so many are. */
  #pending: { readonly write: Write; done: number } | null = null;

  constructor(client: RedisClient, keys: CheckpointKeys, { owner, writes, generation, stale }: TenureStart) {
    this.#client = client;
    this.#keys = keys;
    this.#owner = owner;
    this.#writes = writes;
    this.#generation = generation;
    this.stale = new Set(stale);
  }

  /** The generation that counts; null when nothing is stored. */
  get generation(): number | null {
    return this.#generation;
  }

  /** Whether the next write begins with nothing stored. A write that is repeated does what it did. */
  get begins(): boolean {
    return this.#pending?.write.begins ?? this.#generation === null;
  }

  get isPending(): boolean {
    return this.#pending !== null;
  }

  /**
   * Writes, or finishes the writing whose answer was lost: then it must be the same.
   *
   * @throws RefusedError
   * @throws StoreUnavailableError
   */
  async write(write: Write): Promise<void> {
    this.#pending ??= { write, done: 0 };
    if (!isDeepStrictEqual(this.#pending.write, write))
      throw new Error(`${this.#keys.head}: the write before this one was not answered: repeat that, or acquire again`);
    await this.settle();
    this.#pending = null;
  }

  /** Finishes a write whose answer was lost, so that what is stored is known. */
  async settle(): Promise<void> {
    if (this.#pending === null) return;
    const { write } = this.#pending;
    for (const { keys, args } of write.chunks.slice(this.#pending.done)) {
      await this.#run(scripts.write, keys, [this.#writes + 1, ...args]);
      this.#writes += 1;
      this.#pending.done += 1;
    }
    const before = this.#generation;
    this.#generation = write.generation;
    if (before !== null) this.stale.add(before);
    this.stale.delete(write.generation);
  }

  /** Runs a script that leaves the number of writes as it is. */
  async ask(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    await this.settle();
    return await this.#run(script, keys, args);
  }

  async #run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const all = [this.#keys.head, ...keys];
    const reply = await answered(this.#client, all, () =>
      script.run(this.#client, all, [this.#owner, this.#writes, ...args]),
    );
    const [status, ...found] = reply as readonly [string, ...unknown[]];
    if (status !== "ok") throw refusal(this.#keys.head, found.map(String));
    return found[0];
  }
}

/** A command's answer, its errors as those of the port. */
export async function answered<T>(client: RedisClient, keys: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await failureOf(client, keys, error);
  }
}
