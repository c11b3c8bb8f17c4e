import { randomBytes } from "node:crypto";
import {
  type CheckpointHead,
  type CheckpointStore,
  type Flush,
  type LoadedThread,
  RefusedError,
  type StartAttempts,
} from "../worker/index.ts";
import { bytesOf, DEFAULT_SCRIPT_LIMITS, readThread, type ScriptLimits, writeOf } from "./chunks.ts";
import type { RedisClient } from "./client.ts";
import { attemptsFields, FORMAT, readHead, type StoredHead, UnreadableHeadError } from "./head.ts";
import { CheckpointKeys, type CheckpointPlace } from "./keys.ts";
import { scripts } from "./script.ts";
import { answered, Tenure } from "./tenure.ts";

/** Thread ids asked for at once when all are gone through. */
const SCAN_THREADS = 1_000;
/** Threads of an old generation that each flush removes. */
const CLEAN_THREADS = 1_000;

/**
 * A checkpoint in Redis. Calls are done one after the other, so that a load never overtakes a flush.
 *
 * After a `StoreUnavailableError` of `flush` or `reset` the same must be called again, with the same values, or `acquire`.
 * After a `RefusedError` only `acquire` helps.
 */
export class RedisCheckpointStore implements CheckpointStore {
  readonly #client: RedisClient;
  readonly #keys: CheckpointKeys;
  readonly #limits: ScriptLimits;
  #tenure: Tenure | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** The client stays the caller's. */
  constructor(client: RedisClient, place: CheckpointPlace, limits: Partial<ScriptLimits> = {}) {
    this.#client = client;
    this.#keys = new CheckpointKeys(place);
    this.#limits = { ...DEFAULT_SCRIPT_LIMITS, ...limits };
  }

  acquire(): Promise<{ readonly head: CheckpointHead | null; readonly attempts: StartAttempts | null }> {
    return this.#inTurn(async () => {
      this.#tenure = null;
      const stored = await this.#takeOver().catch((error: unknown) => this.#forget(error));
      const head = (await this.#isWhole(stored)) ? stored.head : null;
      const generation = head?.generation ?? null;
      // What is stored without a head does not count: the first write begins anew, and it is removed.
      const stale = head === null && stored.generation !== null ? [...stored.stale, stored.generation] : stored.stale;
      this.#tenure = new Tenure(this.#client, this.#keys, { ...stored, generation, stale });
      return { head, attempts: stored.attempts };
    });
  }

  reset(head: CheckpointHead): Promise<void> {
    return this.#owning((tenure) => tenure.write(writeOf({ deltas: [], head }, true, this.#keys, this.#limits)));
  }

  flush(flush: Flush): Promise<{ readonly bytes: number }> {
    return this.#owning(async (tenure) => {
      const { generation } = flush.head;
      const { begins } = tenure;
      if (!begins && generation !== tenure.generation)
        throw new Error(`${this.#keys.head}: generation ${generation} has to begin with a reset`);
      if (!tenure.isPending) await this.#clean(tenure);
      await tenure.write(writeOf(flush, begins, this.#keys, this.#limits));
      return { bytes: bytesOf(flush) };
    });
  }

  load(threadIds: readonly string[]): Promise<ReadonlyMap<string, LoadedThread>> {
    return this.#owning(async (tenure) => {
      await tenure.settle();
      const { generation } = tenure;
      if (generation === null) return new Map(threadIds.map((id) => [id, "new"]));
      const wanted = [...new Set(threadIds)];
      const loaded = new Map<string, LoadedThread>();
      // An answer may be of fewer threads than asked for.
      while (loaded.size < wanted.length) {
        const ids = wanted.slice(loaded.size, loaded.size + this.#limits.threads);
        const found = await tenure.ask(scripts.load, this.#threadKeys(generation, ids), [this.#limits.fields, ...ids]);
        for (const [index, thread] of (found as readonly (string | string[])[]).entries())
          loaded.set(ids[index] ?? "", loadedThread(thread));
      }
      return loaded;
    });
  }

  lostThreads(): Promise<readonly string[]> {
    return this.#owning(async (tenure) => {
      await tenure.settle();
      const { generation } = tenure;
      if (generation === null) return [];
      const set = this.#keys.threads(generation);
      const lost = new Set<string>();
      let cursor = "0";
      do {
        const [next, ids] = await this.#asked(set, () => this.#client.sscan(set, cursor, "COUNT", SCAN_THREADS));
        // Asks also when the scan found nothing: what was scanned must be the owner's.
        const found = await tenure.ask(scripts.lost, this.#threadKeys(generation, ids), ids);
        for (const id of found as readonly string[]) lost.add(id);
        cursor = next;
      } while (cursor !== "0");
      return [...lost];
    });
  }

  noteAttempts(attempts: StartAttempts): Promise<void> {
    return this.#owning(async (tenure) => {
      await tenure.ask(scripts.attempts, [], attemptsFields(attempts));
    });
  }

  /** Waits for what was called, and lets go. Another owner does not need it to take over. */
  close(): Promise<void> {
    return this.#inTurn(() => {
      this.#tenure = null;
      return Promise.resolve();
    });
  }

  /** Removes some threads of a generation that no longer counts: with each flush a few, so that it never takes long. */
  async #clean(tenure: Tenure): Promise<void> {
    const [generation] = tenure.stale;
    if (generation === undefined || tenure.generation === null) return;
    const set = this.#keys.threads(generation);
    const ids = await this.#asked(set, () => this.#client.srandmember(set, CLEAN_THREADS));
    const left = await tenure.ask(scripts.clean, this.#threadKeys(generation, ids), [generation, ...ids]);
    if (left === 0) tenure.stale.delete(generation);
  }

  /** A cache that cannot be read is none: it is removed, and made again from the log. */
  async #forget(error: unknown): Promise<never> {
    if (!(error instanceof UnreadableHeadError)) throw error;
    const { head } = this.#keys;
    await answered(this.#client, [head], () => this.#client.unlink(head));
    throw new RefusedError(`${error.message}: the checkpoint was removed`, { cause: error });
  }

  async #takeOver(): Promise<StoredHead> {
    const { head } = this.#keys;
    const random = randomBytes(12).toString("hex");
    const reply = await answered(this.#client, [head], () =>
      scripts.acquire.run(this.#client, [head], [FORMAT, random]),
    );
    const [status, found] = reply as readonly ["ok", readonly string[]] | readonly ["foreign", string];
    if (status === "foreign")
      throw new UnreadableHeadError(`${head} had the format "${found}", this version reads "${FORMAT}"`);
    const pairs = found.flatMap((name, at) => (at % 2 === 0 ? [[name, found[at + 1] ?? ""] as const] : []));
    return readHead(head, new Map(pairs));
  }

  /** Without its set a thread that is known would look new. */
  async #isWhole({ generation, threads }: StoredHead): Promise<boolean> {
    if (generation === null) return false;
    const set = this.#keys.threads(generation);
    return (await this.#asked(set, () => this.#client.scard(set))) === threads;
  }

  #asked<T>(set: string, work: () => Promise<T>): Promise<T> {
    return answered(this.#client, [this.#keys.head, set], work);
  }

  #threadKeys(generation: number, ids: readonly string[]): string[] {
    return [this.#keys.threads(generation), ...ids.map((id) => this.#keys.thread(generation, id))];
  }

  #owning<T>(work: (tenure: Tenure) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (this.#tenure === null)
        throw new RefusedError(`${this.#keys.head}: not acquired, or refused before: acquire it`);
      try {
        return await work(this.#tenure);
      } catch (error) {
        if (error instanceof RefusedError) this.#tenure = null;
        throw error;
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The caller gets the failure; who comes next is not to fail for it.
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function loadedThread(found: string | readonly string[]): LoadedThread {
  if (found === "new" || found === "lost") return found;
  const { revision, fields } = readThread(found as readonly string[]);
  return { revision: Number(revision), fields };
}
