import type { RecordSink, ShipRecord } from "../ship/index.ts";
import type { Offset, PartitionLog, SourceRecord } from "../worker/index.ts";
import { Bell } from "./bell.ts";
import type { EmbeddedCodec } from "./codec.ts";

/** What a record takes beside its line. A rough figure. */
const OVERHEAD_BYTES = 300;
/** A reader that waits for nothing in particular looks up so often. */
const IDLE_MS = 1_000;

/** Somebody who waits until all below an offset is committed. */
interface Waiting {
  readonly below: Offset;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * The one partition of the embedded mode, in memory. It holds what was read from rollouts and is not committed; whoever sends more
 * waits. Observers take it in rounds: each takes all that there was at the round's beginning, and nothing beyond it until all of
 * them are done and that is committed.
 */
export class EmbeddedLog implements RecordSink {
  readonly #codec: EmbeddedCodec;
  readonly #maxBytes: number;
  readonly #never = new AbortController().signal;
  readonly #changed = new Bell();
  readonly #roundBegun = new Bell();
  #records: SourceRecord[] = [];
  /** Of the records that are held. */
  #bytes = 0;
  #start: Offset;
  /** The round's end. */
  #limit: Offset;
  #waiting: Waiting[] = [];
  #failure: { readonly cause: unknown } | null = null;

  /**
   * @param start one past the last committed record
   * @param maxBytes held at most; a single larger record is taken all the same
   */
  constructor(codec: EmbeddedCodec, start: Offset, maxBytes: number) {
    this.#codec = codec;
    this.#start = start;
    this.#limit = start;
    this.#maxBytes = maxBytes;
  }

  get end(): Offset {
    return this.#start + this.#records.length;
  }

  async send(records: Iterable<ShipRecord>): Promise<void> {
    for (const { record } of records) {
      while (this.#bytes >= this.#maxBytes && this.#failure === null) {
        this.#changed.ring();
        await this.#changed.rung(this.#never);
      }
      this.#rethrow();
      this.#records.push(this.#codec.encode(record, this.end));
      this.#bytes += record.line.length + OVERHEAD_BYTES;
    }
    this.#changed.ring();
  }

  /** Resolves in the transaction that commits all that was sent so far. */
  async acknowledged(): Promise<void> {
    this.#rethrow();
    if (this.#records.length === 0) return;
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ below: this.end, done });
    await done.promise;
  }

  /** Resolves once there is something for another round, or `signal` aborts. */
  async arrived(signal: AbortSignal): Promise<void> {
    while (this.end === this.#limit && !signal.aborted) await this.#changed.rung(signal);
  }

  /** The first record of the next round. */
  get upcoming(): SourceRecord | undefined {
    return this.#records[this.#limit - this.#start];
  }

  /** Lets the observers take all that is there, but no more records than `most`; answers the round's end. */
  beginRound(most: number): Offset {
    this.#limit = Math.min(this.end, this.#limit + most);
    this.#roundBegun.ring();
    return this.#limit;
  }

  /** Tells those who wait for it that the round is in the transaction. */
  settle(): void {
    const settled = this.#waiting.filter(({ below }) => below <= this.#limit);
    this.#waiting = this.#waiting.filter(({ below }) => below > this.#limit);
    for (const { done } of settled) done.resolve();
  }

  /** Lets go of the round, which is committed. */
  endRound(): void {
    for (const { value } of this.#records.slice(0, this.#limit - this.#start))
      this.#bytes -= (value?.length ?? 0) + OVERHEAD_BYTES;
    this.#records = this.#records.slice(this.#limit - this.#start);
    this.#start = this.#limit;
    this.#changed.ring();
  }

  /** Nothing more is taken, and nothing is acknowledged any more. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    for (const { done } of this.#waiting) done.reject(cause);
    this.#waiting = [];
    this.#changed.ring();
  }

  /** The log as one observer sees it. `committed`: what it has committed, though it may not stand yet. */
  reader(committed: () => Offset | null): PartitionLog {
    let position = this.#start;
    return {
      bounds: () => Promise.resolve({ start: this.#start, end: this.end }),
      committed: () => Promise.resolve(committed()),
      seek: (offset) => {
        position = offset;
      },
      take: async (_waitMs, signal) => {
        // However soon it wants to be asked again: with nothing to take it has nothing to commit.
        if (position >= this.#limit) {
          await this.#roundBegun.rung(signal, IDLE_MS);
          // Whoever waited asks again, and looks before at what was decided about the records of this round.
          return undefined;
        }
        const records = this.#records.slice(position - this.#start, this.#limit - this.#start);
        position = this.#limit;
        return { records, next: position, end: this.end };
      },
    };
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure.cause;
  }
}
