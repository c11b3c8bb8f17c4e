import type { ObserverName } from "../projections/index.ts";
import { type CheckpointStore, type LoadedThread, StoreUnavailableError } from "./checkpoint-store.ts";
import type { Clock } from "./clock.ts";
import type { DecisionTable } from "./decisions.ts";
import { ensureNotAhead } from "./invariants.ts";
import type { Offset } from "./records.ts";
import { Thread } from "./thread.ts";
import type { ThreadCache } from "./thread-cache.ts";
import type { WorkerListener } from "./worker-event.ts";

const RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

interface LoaderPorts {
  readonly store: CheckpointStore;
  readonly clock: Clock;
  readonly listener: WorkerListener;
}

/** Brings cold threads into memory. */
export class ThreadLoader {
  readonly #observer: ObserverName;
  readonly #ports: LoaderPorts;
  readonly #threads: ThreadCache;

  constructor(observer: ObserverName, ports: LoaderPorts, threads: ThreadCache) {
    this.#observer = observer;
    this.#ports = ports;
    this.#threads = threads;
  }

  /**
   * Sees that these threads are in memory; answers those whose stored state is lost or does not count any more, and must be
   * rebuilt from the log, with the revision of what is stored. Waits for a store that does not answer.
   *
   * @param bound no state reflects a record at or above it
   * @throws RefusedError when the store is not as this owner left it
   */
  async load(
    ids: Iterable<string>,
    decisions: DecisionTable,
    bound: Offset,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>> {
    const lost = new Map<string, number>();
    const cold = [...ids].filter((id) => this.#threads.use(id) === undefined);
    if (cold.length === 0) return lost;
    const loaded = await this.#asked((store) => store.load(cold), signal);
    if (loaded === undefined) return lost;
    for (const [id, found] of loaded) {
      const thread = this.#threadOf(id, found);
      if (thread !== undefined) ensureNotAhead(id, thread.offset, bound);
      if (thread === undefined) lost.set(id, 0);
      else if (isReleased(thread, decisions)) lost.set(id, thread.revision);
      else this.#threads.put(thread);
    }
    if ([...loaded.values()].includes("lost")) {
      const all = (await this.#asked((store) => store.lostThreads(), signal)) ?? [];
      for (const id of all) if (this.#threads.get(id) === undefined) lost.set(id, 0);
    }
    return lost;
  }

  #threadOf(id: string, found: LoadedThread): Thread | undefined {
    if (found === "lost") return undefined;
    return found === "new" ? Thread.fresh(this.#observer, id) : Thread.restored(this.#observer, id, found);
  }

  async #asked<T>(question: (store: CheckpointStore) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const { store, clock, listener } = this.#ports;
    for (let waitMs = RETRY_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      try {
        return await question(store);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        listener({ type: "phase", phase: "waiting-for-store", detail: error.message });
        await clock.sleep(waitMs, signal);
      }
    }
    return undefined;
  }
}

/** A thread whose stop was decided on after it was stored, and what waited emitted: the state to go on from is another. */
function isReleased({ quarantine }: Thread, decisions: DecisionTable): boolean {
  return quarantine !== null && decisions.at(quarantine.offset)?.isDone === true;
}
