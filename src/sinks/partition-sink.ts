import type { AvroDecoder } from "../schema-registry/index.ts";
import type { Clock, Membership } from "../worker/index.ts";
import { type BatchBuilder, rowsIn } from "./batch-builder.ts";
import { BatchSize } from "./batch-size.ts";
import { begin } from "./beginning.ts";
import { NotNowError, SinkHaltError } from "./errors.ts";
import type { SinkListener } from "./event.ts";
import { Gatherer } from "./gatherer.ts";
import type { SinkOptions } from "./options.ts";
import {
  type Claim,
  ClaimLostError,
  type LastRecord,
  type SinkBatch,
  type SinkStore,
  SinkStoreRefusedError,
  SinkStoreTooSlowError,
  SinkStoreUnavailableError,
} from "./store.ts";
import type { TopicLog } from "./topic-log.ts";

export interface SinkPorts {
  readonly store: SinkStore;
  readonly logs: readonly TopicLog[];
  readonly decoder: AvroDecoder;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly listener: SinkListener;
  /** Whether an error says that an offset is not in the log. */
  readonly isOutOfRange: (error: unknown) => boolean;
  /** Whether an error of the log may pass by itself. */
  readonly isPassing: (error: unknown) => boolean;
}

/** One partition of the mutation topics on its way into the tables. */
export class PartitionSink {
  readonly #partition: number;
  readonly #ports: SinkPorts;
  readonly #options: SinkOptions;
  readonly #size: BatchSize;
  /** Whether the last write took too long: the reason stands until something is written. */
  #isTooSlow = false;
  /** Waits since something was written. */
  #waits = 0;

  constructor(partition: number, ports: SinkPorts, options: SinkOptions) {
    this.#partition = partition;
    this.#ports = ports;
    this.#options = options;
    this.#size = new BatchSize(options);
  }

  /**
   * Until `drain` aborts; what was read by then is written.
   *
   * @throws SinkHaltError when somebody has to decide
   */
  async run(drain: AbortSignal): Promise<void> {
    const { listener } = this.#ports;
    try {
      while (!drain.aborted) {
        try {
          await this.#life(drain);
        } catch (error) {
          await this.#afterError(error, drain);
        }
      }
      listener({ type: "phase", phase: "stopped", detail: null });
    } catch (error) {
      if (error instanceof SinkHaltError) listener({ type: "phase", phase: "halted", detail: error.message });
      throw error;
    }
  }

  /** From taking over to the end, or to the first error: whatever was not written is read again. */
  async #life(drain: AbortSignal): Promise<void> {
    const { store, logs, listener } = this.#ports;
    if (this.#waits === 0) listener({ type: "phase", phase: "taking-over", detail: null });
    const claim = await store.takeOver(
      this.#partition,
      logs.map(({ topic }) => topic),
    );
    const last = new Map<string, LastRecord | null>();
    for (const log of logs) {
      const place = claim.places.get(log.topic) ?? { next: null, last: null };
      const { position, end } = await begin(log, this.#partition, place, this.#options, drain);
      last.set(log.topic, position === place.next ? place.last : null);
      listener({ type: "progress", topic: log.topic, position, end });
    }
    if (!this.#isTooSlow) listener({ type: "phase", phase: "running", detail: null });
    await this.#flow(claim, last, drain);
  }

  /** One batch is gathered while the one before is written. */
  async #flow(claim: Claim, last: Map<string, LastRecord | null>, drain: AbortSignal): Promise<void> {
    const gatherer = new Gatherer(this.#partition, this.#ports, this.#options, this.#size);
    const failed = new AbortController();
    const over = AbortSignal.any([drain, failed.signal]);
    let writing = Promise.resolve();
    let halt: SinkHaltError | null = null;
    try {
      while (!over.aborted && halt === null) {
        const gathered = await gatherer.next(over);
        halt = gathered.halt;
        await writing;
        if (gathered.builder.isEmpty) continue;
        gatherer.isWriterIdle = false;
        writing = this.#write(claim, gathered.builder, last).then(
          () => {
            gatherer.isWriterIdle = true;
          },
          (error: unknown) => {
            failed.abort();
            throw error;
          },
        );
        writing.catch(() => undefined); // waited for below
      }
    } finally {
      await writing;
    }
    if (halt !== null) throw halt;
  }

  async #write(claim: Claim, builder: BatchBuilder, last: Map<string, LastRecord | null>): Promise<void> {
    const { clock, listener } = this.#ports;
    const batch = builder.batch(last);
    const begun = clock.now();
    await this.#store(claim, batch, builder);
    for (const [topic, place] of batch.places) last.set(topic, place.last);
    listener({
      type: "committed",
      records: builder.records,
      rows: rowsIn(batch),
      ms: clock.now() - begun,
      recordTime: builder.recordTime,
      places: new Map(
        [...batch.places].flatMap(([topic, { next }]) => (next === null ? [] : [[topic, next] as const])),
      ),
    });
  }

  /** What took too long is tried again as less. */
  async #store(claim: Claim, batch: SinkBatch, builder: BatchBuilder): Promise<void> {
    const { store, listener } = this.#ports;
    try {
      await store.write(claim, batch);
    } catch (error) {
      // Without records nothing could be less: then the database was busy with something else.
      if (!(error instanceof SinkStoreTooSlowError) || builder.records === 0) throw error;
      this.#isTooSlow = true;
      this.#size.halve(builder);
      throw new SinkStoreTooSlowError(`${tooSlow(builder)}: ${error.message}`, { cause: error });
    }
    this.#waits = 0;
    this.#size.double();
    if (this.#isTooSlow) listener({ type: "phase", phase: "running", detail: null });
    this.#isTooSlow = false;
  }

  /** Waits where that helps. @throws SinkHaltError where somebody has to decide; what is not known */
  async #afterError(error: unknown, drain: AbortSignal): Promise<void> {
    const { listener, membership, isOutOfRange, isPassing } = this.#ports;
    if (error instanceof ClaimLostError) {
      listener({ type: "restart", reason: error.message });
      // Whoever lost the partition to another member must not take it back.
      await membership.confirm(drain);
      return;
    }
    if (error instanceof SinkStoreUnavailableError) return this.#wait("waiting-for-store", error.message, drain);
    if (error instanceof SinkStoreRefusedError)
      throw new SinkHaltError(`partition ${this.#partition}: the rows cannot be written: ${error.message}`, {
        cause: error,
      });
    if (error instanceof NotNowError || isOutOfRange(error) || isPassing(error))
      return this.#wait("taking-over", messageOf(error), drain);
    throw error;
  }

  async #wait(phase: "waiting-for-store" | "taking-over", detail: string, drain: AbortSignal): Promise<void> {
    const { retryMs, maxRetryMs } = this.#options;
    this.#ports.listener({ type: "phase", phase, detail });
    await this.#ports.clock.sleep(Math.min(retryMs * 2 ** this.#waits++, maxRetryMs), drain);
  }
}

function tooSlow({ records }: BatchBuilder): string {
  return records > 1
    ? `${records} records took longer than sink.statementMs: half of them are next`
    : "a single record took longer than sink.statementMs: raise it";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
