import type { Offset } from "../worker/index.ts";
import type { Fetched, FetchedBatch } from "./fetched.ts";

/** What a feed wants fetched. What comes for another seek than the last is dropped. */
export interface Want {
  readonly partition: number;
  readonly offset: Offset;
  /** The number of the seek that wants it. */
  readonly seek: number;
}

/** The offset is no longer, or not yet, in the partition. */
export class OffsetOutOfRangeError extends Error {
  override readonly name = "OffsetOutOfRangeError";
}

/** Fetches without records that came after it have moved its ends on. */
interface Buffered {
  readonly fetched: Fetched;
  next: Offset;
  end: Offset;
}

/** One partition, read from an offset on, some way ahead of who takes from it. */
export class PartitionFeed {
  readonly partition: number;
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  #seeks = 0;
  /** Where to fetch next; undefined before the first seek, when nothing is wanted. */
  #next: Offset | undefined;
  #buffer: Buffered[] = [];
  #bytes = 0;
  #failure: OffsetOutOfRangeError | undefined;
  #arrived: (() => void) | undefined;

  /** Buffers at least one fetch, and no further one from `maxBytes` on. `onRoom` is called when more is wanted. */
  constructor(partition: number, maxBytes: number, onRoom: () => void) {
    this.partition = partition;
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
  }

  get want(): Want | undefined {
    if (this.#next === undefined || this.#failure !== undefined || this.#bytes >= this.#maxBytes) return undefined;
    return { partition: this.partition, offset: this.#next, seek: this.#seeks };
  }

  /** Reads on from `offset`. Nothing that was fetched before is given out. */
  seek(offset: Offset): void {
    this.#seeks++;
    this.#next = offset;
    this.#buffer = [];
    this.#bytes = 0;
    this.#failure = undefined;
    this.#onRoom();
  }

  accept(want: Want, fetched: Fetched): void {
    if (want.seek !== this.#seeks || fetched.next === want.offset) return;
    this.#next = fetched.next;
    this.#bytes += fetched.bytes;
    const last = this.#buffer.at(-1);
    // Fetches without records are merged, so that a long stretch of them does not fill the memory.
    if (last === undefined || !fetched.isEmpty) this.#buffer.push({ fetched, next: fetched.next, end: fetched.end });
    else Object.assign(last, { next: fetched.next, end: fetched.end });
    this.#arrived?.();
  }

  fail(want: Want, failure: OffsetOutOfRangeError): void {
    if (want.seek !== this.#seeks) return;
    this.#failure = failure;
    this.#arrived?.();
  }

  /**
   * The next batch, or undefined when nothing came for `waitMs` or `signal` aborted.
   *
   * @throws OffsetOutOfRangeError once what came before it is taken; only a seek helps
   */
  async take(waitMs: number, signal: AbortSignal): Promise<FetchedBatch | undefined> {
    if (this.#buffer.length === 0 && this.#failure === undefined) await this.#arrival(waitMs, signal);
    if (signal.aborted) return undefined;
    const buffered = this.#buffer.shift();
    if (buffered === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      return undefined;
    }
    const wasFull = this.#bytes >= this.#maxBytes;
    const { fetched, next, end } = buffered;
    this.#bytes -= fetched.bytes;
    if (wasFull && this.#bytes < this.#maxBytes) this.#onRoom();
    return { records: fetched.records, next, end };
  }

  async #arrival(waitMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    this.#arrived = resolve;
    await promise;
    this.#arrived = undefined;
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
