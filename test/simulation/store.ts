import {
  type CheckpointHead,
  type Flush,
  type LoadedThread,
  RefusedError,
  type StartAttempts,
} from "../../src/worker/index.ts";

interface StoredHash {
  readonly revision: number;
  readonly fields: ReadonlyMap<string, string>;
}

/** All that is stored of one partition. Never changed in place, so that an older state is kept by keeping it. */
interface Stored {
  readonly owner: number;
  readonly head: CheckpointHead | null;
  readonly attempts: StartAttempts | null;
  /** Counts writes: tells an owner whether it is still at its own last one. */
  readonly writes: number;
  readonly hashes: ReadonlyMap<string, StoredHash>;
  readonly known: ReadonlySet<string>;
}

const EMPTY: Stored = { owner: 0, head: null, attempts: null, writes: 0, hashes: new Map(), known: new Set() };

/** An owner's view: what it holds, and which write was its last. */
export interface Tenancy {
  readonly owner: number;
  writes: number;
}

/** The checkpoint of one partition, which refuses what the scripts of `src/redis` refuse. */
export class StoredPartition {
  isUp = true;
  #stored: Stored = EMPTY;
  #older: Stored = EMPTY;
  #owners = 0;
  #losesNext: ((ids: readonly string[]) => string) | null = null;

  get head(): CheckpointHead | null {
    return this.#stored.head;
  }

  acquire(): Tenancy & Pick<Stored, "head" | "attempts"> {
    this.#owners += 1;
    this.#stored = { ...this.#stored, owner: this.#owners };
    const { owner, head, attempts, writes } = this.#stored;
    return { owner, writes, head, attempts };
  }

  reset(tenancy: Tenancy, head: CheckpointHead): void {
    this.#demand(tenancy);
    this.#write(tenancy, { head, known: new Set(), hashes: new Map() });
  }

  load(tenancy: Tenancy, ids: readonly string[]): ReadonlyMap<string, LoadedThread> {
    this.#demand(tenancy);
    return new Map(ids.map((id): [string, LoadedThread] => [id, this.#loaded(id)]));
  }

  lostThreads(tenancy: Tenancy): readonly string[] {
    this.#demand(tenancy);
    return [...this.#stored.known].filter((id) => !this.#stored.hashes.has(id));
  }

  /** A repeat of the owner's last flush, whose reply was lost, is taken as done. */
  flush(tenancy: Tenancy, { deltas, head }: Flush): void {
    if (this.#stored.owner === tenancy.owner && this.#stored.writes === tenancy.writes + 1) {
      tenancy.writes += 1;
      return;
    }
    this.#demand(tenancy);
    const { head: before } = this.#stored;
    if (before !== null && before.generation !== head.generation)
      throw new Error(`generation ${head.generation} has to begin with a reset`);
    const hashes = new Map(this.#stored.hashes);
    const known = new Set(this.#stored.known);
    for (const { threadId, revision, replaces, set, removed } of deltas) {
      const hash = known.has(threadId) ? hashes.get(threadId) : undefined;
      if ((hash?.revision ?? 0) !== revision) throw new RefusedError(`${threadId} is not at revision ${revision}`);
      const fields = new Map(replaces ? [] : hash?.fields);
      for (const [field, text] of set) fields.set(field, text);
      for (const field of removed) fields.delete(field);
      hashes.set(threadId, { revision: revision + 1, fields });
      known.add(threadId);
    }
    this.#write(tenancy, { head, hashes, known });
    if (this.#losesNext !== null) this.loseKey(this.#losesNext);
  }

  noteAttempts(tenancy: Tenancy, attempts: StartAttempts): void {
    if (this.#stored.owner !== tenancy.owner) throw new RefusedError("another owner");
    this.#stored = { ...this.#stored, attempts };
  }

  /** FLUSHALL. */
  loseAll(): void {
    this.#stored = EMPTY;
  }

  /** One of the keys; where there is none yet, one of the first that come. */
  loseKey(choose: (ids: readonly string[]) => string): void {
    this.#losesNext = this.#stored.hashes.size === 0 ? choose : null;
    if (this.#losesNext !== null) return;
    const hashes = new Map(this.#stored.hashes);
    hashes.delete(choose([...hashes.keys()]));
    this.#stored = { ...this.#stored, hashes };
  }

  /** What a restart without the last writes would bring back. */
  remember(): void {
    this.#older = this.#stored;
  }

  rollBack(): void {
    this.#stored = this.#older;
  }

  #loaded(id: string): LoadedThread {
    if (!this.#stored.known.has(id)) return "new";
    return this.#stored.hashes.get(id) ?? "lost";
  }

  #write(tenancy: Tenancy, change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change, writes: this.#stored.writes + 1 };
    tenancy.writes += 1;
  }

  #demand({ owner, writes }: Tenancy): void {
    if (this.#stored.owner !== owner) throw new RefusedError("another owner");
    if (this.#stored.writes !== writes) throw new RefusedError("not what this owner wrote last");
  }
}
