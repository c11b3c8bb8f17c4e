import { crc32 } from "node:zlib";
import { type CheckpointHead, type CheckpointStore, type Flush, StoreUnavailableError } from "./checkpoint-store.ts";
import type { Clock } from "./clock.ts";
import type { WorkerOptions } from "./options.ts";
import type { Offset, SourceRecord } from "./records.ts";
import type { Thread } from "./thread.ts";
import type { ThreadCache } from "./thread-cache.ts";
import type { WorkerListener } from "./worker-event.ts";

/** A store that does not answer is asked again after this, twice as long each time, up to the second. */
const RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

interface CheckpointerPorts {
  readonly store: CheckpointStore;
  readonly clock: Clock;
  readonly listener: WorkerListener;
}

/**
 * Writes changed state behind the transactions. Each flush takes all that changed, as of a committed offset: what is not
 * acknowledged never reaches the store, since it is captured between transactions only.
 */
export class Checkpointer {
  readonly #ports: CheckpointerPorts;
  readonly #options: WorkerOptions;
  readonly #threads: ThreadCache;
  readonly #ended: AbortSignal;
  #head: CheckpointHead;
  #inFlight: { readonly threads: ReadonlySet<string>; readonly bytes: number; readonly done: Promise<void> } | null =
    null;
  #dirtyBytes = 0;
  #dueAt: number;
  #stored: Offset;
  #error: { readonly cause: unknown } | null = null;

  /** `ended` ends all waiting for the store. */
  constructor(
    ports: CheckpointerPorts,
    options: WorkerOptions,
    threads: ThreadCache,
    head: CheckpointHead,
    ended: AbortSignal,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#threads = threads;
    this.#head = head;
    this.#stored = head.watermark;
    this.#ended = ended;
    this.#dueAt = ports.clock.now() + options.checkpointMs;
  }

  /** The watermark that the store has. */
  get stored(): Offset {
    return this.#stored;
  }

  /** Estimate of what is not yet in the store, in bytes. */
  get unflushedBytes(): number {
    return this.#dirtyBytes + (this.#inFlight?.bytes ?? 0);
  }

  get isBehind(): boolean {
    return this.unflushedBytes > this.#options.unflushedBytes;
  }

  get isDue(): boolean {
    return this.#ports.clock.now() >= this.dueAt;
  }

  get dueAt(): number {
    return this.#inFlight === null ? this.#dueAt : Number.POSITIVE_INFINITY;
  }

  /** Whether a thread can be read back from the store. */
  readonly canGo = (thread: Thread): boolean => !thread.isDirty && this.#inFlight?.threads.has(thread.id) !== true;

  /** Takes note that about so much state changed. */
  changed(bytes: number): void {
    this.#dirtyBytes += bytes;
  }

  /**
   * Starts a flush if one is due. To be called between transactions: below `position` all is committed or silent.
   *
   * @throws RefusedError when the store refused an earlier flush
   */
  tick(position: Offset, last: SourceRecord | null): void {
    this.rethrow();
    if (this.isDue) this.#start(position, last);
  }

  /** Flushes all that changed, and waits until it is stored, or `signal` aborts. */
  async flush(position: Offset, last: SourceRecord | null, signal: AbortSignal): Promise<void> {
    await this.#settled(signal);
    if (signal.aborted) return;
    this.#start(position, last);
    await this.#settled(signal);
  }

  /** Waits until nothing is on its way to the store, or `signal` aborts. */
  async #settled(signal: AbortSignal): Promise<void> {
    while (this.#inFlight !== null && !signal.aborted) await raceAbort(this.#inFlight.done, signal);
    this.rethrow();
  }

  /** @throws RefusedError when the store refused a flush */
  rethrow(): void {
    if (this.#error !== null) throw this.#error.cause;
  }

  #start(position: Offset, last: SourceRecord | null): void {
    this.#dueAt = this.#ports.clock.now() + this.#options.checkpointMs;
    const deltas = [...this.#threads.dirty()].map((thread) => thread.capture());
    if (deltas.length === 0 && position === this.#head.watermark) return;
    const mark = last === null ? this.#head.mark : markOf(last);
    this.#head = { ...this.#head, watermark: position, highest: position, mark };
    const flush = { deltas, head: this.#head };
    const bytes = this.#dirtyBytes;
    this.#dirtyBytes = 0;
    const done = this.#write(flush).then(
      () => {
        this.#inFlight = null;
      },
      (cause: unknown) => {
        this.#inFlight = null;
        this.#error = { cause };
      },
    );
    this.#inFlight = { threads: new Set(deltas.map(({ threadId }) => threadId)), bytes, done };
  }

  async #write(flush: Flush): Promise<void> {
    const { store, clock, listener } = this.#ports;
    for (let waitMs = RETRY_MS; !this.#ended.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      try {
        const { bytes } = await store.flush(flush);
        this.#stored = flush.head.watermark;
        listener({ type: "checkpoint", watermark: flush.head.watermark, threads: flush.deltas.length, bytes });
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        listener({ type: "failure", error });
        await clock.sleep(waitMs, this.#ended);
      }
    }
  }
}

function markOf({ offset, value }: SourceRecord): CheckpointHead["mark"] {
  return { offset, crc: value === null ? 0 : crc32(value) };
}

/** `signal` has not aborted yet. */
async function raceAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener("abort", stop, { once: true });
  await Promise.race([work, promise]);
  signal.removeEventListener("abort", stop);
}
