import type { Offset } from "./records.ts";

/** Who a record was: enough to tell that the log is still the one the checkpoint was taken of. */
export interface RecordMark {
  readonly offset: Offset;
  /** CRC-32 of the record's value. */
  readonly crc: number;
}

/** What a checkpoint says of its partition. Offsets are exclusive bounds: "below". */
export interface CheckpointHead {
  /** Raised when the states of before no longer count; hashes of other generations are absent. */
  readonly generation: number;
  /** Every state reflects every record below it. */
  readonly watermark: Offset;
  /** No state reflects a record at or above it. */
  readonly highest: Offset;
  /** The last record below `watermark`; null when there is none. */
  readonly mark: RecordMark | null;
}

/** How often the process ended at one watermark, so that a record that ends it can be found. */
export interface StartAttempts {
  readonly offset: Offset;
  readonly count: number;
  /** The record that was taken on by itself when the process ended; null when none was. */
  readonly suspect: Offset | null;
  /** How often in a row it was this record. */
  readonly suspectCount: number;
}

/** A thread as it is stored: text fields of the worker and of the observer's state. */
export interface StoredThread {
  readonly revision: number;
  readonly fields: ReadonlyMap<string, string>;
}

/** What loading one thread found. `lost`: it was stored once and is no longer there. */
export type LoadedThread = StoredThread | "new" | "lost";

export interface ThreadDelta {
  readonly threadId: string;
  /** Revision the delta stands on; 0 for a thread that was never stored. It becomes one more. */
  readonly revision: number;
  /** Whether nothing of what may be stored is kept: the delta is the whole thread. */
  readonly replaces: boolean;
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

export interface Flush {
  readonly deltas: readonly ThreadDelta[];
  readonly head: CheckpointHead;
}

/** The checkpoint of one (group, topic, partition), for one owner after `acquire`. */
export interface CheckpointStore {
  /**
   * Takes over: from now on any other owner is refused.
   *
   * @throws StoreUnavailableError
   * @throws RefusedError when what was stored could not be read, and was removed: acquire again
   */
  acquire(): Promise<{ readonly head: CheckpointHead | null; readonly attempts: StartAttempts | null }>;
  /** Starts over with no thread stored, in a generation. Refused like a flush. Old hashes are removed later. */
  reset(head: CheckpointHead): Promise<void>;
  /** Reads threads, of the owner's last flush or not at all. */
  load(threadIds: readonly string[]): Promise<ReadonlyMap<string, LoadedThread>>;
  /** All threads that were stored and are no longer there. */
  lostThreads(): Promise<readonly string[]>;
  /**
   * Writes changed fields and the head, the head last.
   *
   * @throws RefusedError when the owner, the flush before, or a thread's revision is not the expected one: nothing of the
   *   refused part was written
   * @throws StoreUnavailableError when it is not known whether it was written: flush the same again
   */
  flush(flush: Flush): Promise<{ readonly bytes: number }>;
  noteAttempts(attempts: StartAttempts): Promise<void>;
  close(): Promise<void>;
}

/** The stored state is not what this owner wrote last: another owner, an older snapshot, a lost key. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** The store does not answer. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}
