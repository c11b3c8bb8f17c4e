import type { AvroDecoder, UnknownSchema } from "../schema-registry/index.ts";
import {
  type Batch,
  type Clock,
  type Offset,
  RegistryUnavailableError,
  type SourceRecord,
  takeAny,
} from "../worker/index.ts";
import { BatchBuilder } from "./batch-builder.ts";
import type { BatchSize } from "./batch-size.ts";
import { SinkHaltError } from "./errors.ts";
import type { SinkListener } from "./event.ts";
import type { SinkOptions } from "./options.ts";
import { readRecord, type SinkRecord } from "./records.ts";
import type { TopicLog } from "./topic-log.ts";

interface GathererPorts {
  readonly logs: readonly TopicLog[];
  readonly decoder: AvroDecoder;
  readonly clock: Clock;
  readonly listener: SinkListener;
}

/** What was gathered, and why no more: `halt` is told once it is written. */
export interface Gathered {
  readonly builder: BatchBuilder;
  readonly halt: SinkHaltError | null;
}

interface Taken {
  readonly source: TopicLog;
  readonly taken: Batch;
}

/** Takes records from all topics of a partition, some of each in turn, and makes batches of them. */
export class Gatherer {
  readonly #partition: number;
  readonly #ports: GathererPorts;
  readonly #options: SinkOptions;
  readonly #size: BatchSize;
  /** What was taken and did not go into the batch any more. */
  readonly #rest: Taken[] = [];
  #isWriterIdle = true;
  #round = new AbortController();

  constructor(partition: number, ports: GathererPorts, options: SinkOptions, size: BatchSize) {
    this.#partition = partition;
    this.#ports = ports;
    this.#options = options;
    this.#size = size;
  }

  /** Whether a batch could be written at once: then it does not wait to be full. */
  set isWriterIdle(value: boolean) {
    this.#isWriterIdle = value;
    if (value) this.#round.abort();
  }

  /** The next batch: a full one; or what came when nothing more does, and nothing is being written; or at the end what there is. */
  async next(signal: AbortSignal): Promise<Gathered> {
    const { clock } = this.#ports;
    const builder = new BatchBuilder();
    let since = clock.now();
    while (!signal.aborted && !this.#size.isReachedBy(builder)) {
      const { batchMs, idleMs } = this.#options;
      // Progress alone is noted seldom.
      const restMs = (builder.records > 0 ? batchMs : idleMs) - (clock.now() - since);
      if (!builder.isEmpty && restMs <= 0 && this.#isWriterIdle) break;
      const wasBare = builder.records === 0;
      const halt = await this.#take(builder, restMs > 0 ? restMs : idleMs, signal);
      if (halt !== null) return { builder, halt };
      if (builder.isEmpty || (wasBare && builder.records > 0)) since = clock.now();
    }
    return { builder, halt: null };
  }

  async #take(builder: BatchBuilder, waitMs: number, signal: AbortSignal): Promise<SinkHaltError | null> {
    for (const { source, taken } of await this.#taken(waitMs, signal)) {
      const halt = await this.#add(builder, source, taken, signal);
      if (halt !== null || signal.aborted) return halt;
    }
    return null;
  }

  /** What is left of before; else what the topics have, as soon as one has something. A take that is aborted takes nothing. */
  #taken(waitMs: number, signal: AbortSignal): Promise<readonly Taken[]> {
    if (this.#rest.length > 0) return Promise.resolve(this.#rest.splice(0));
    const round = new AbortController();
    this.#round = round;
    const take = ({ log }: TopicLog, over: AbortSignal): Promise<Batch | undefined> => log.take(waitMs, over);
    return takeAny(this.#ports.logs, take, round, signal);
  }

  /** As much as the batch takes. */
  async #add(builder: BatchBuilder, log: TopicLog, batch: Batch, signal: AbortSignal): Promise<SinkHaltError | null> {
    const { topic } = log;
    for (const [n, record] of batch.records.entries()) {
      if (this.#size.isReachedBy(builder)) {
        this.#rest.push({ source: log, taken: { ...batch, records: batch.records.slice(n) } });
        return null;
      }
      const content = await this.#read(log, record, signal);
      if (content === null) return null;
      const unreadable = this.#addRecord(builder, topic, record, content);
      if (unreadable === null) continue;
      if (this.#options.onUnreadable === "stop") return this.#halt(topic, record.offset, unreadable);
      this.#ports.listener({ type: "skipped", topic, offset: record.offset, reason: unreadable });
      builder.passed(topic, record);
    }
    builder.moved(topic, batch.next);
    this.#ports.listener({ type: "progress", topic, position: batch.next, end: batch.end });
    return null;
  }

  /** Why no row can be made of it; null when it was added. */
  #addRecord(builder: BatchBuilder, topic: string, record: SourceRecord, content: SinkRecord): string | null {
    if (content.outcome === "undecodable") return content.reason;
    try {
      builder.add(topic, record, content);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #halt(topic: string, offset: Offset, reason: string): SinkHaltError {
    return new SinkHaltError(
      `${topic}/${this.#partition}/${offset} cannot be read: ${reason}. If a newer release wrote it, run that; sink.onUnreadable=skip leaves out what cannot be read`,
    );
  }

  /** Null when the end came first. */
  async #read(log: TopicLog, record: SourceRecord, signal: AbortSignal): Promise<SinkRecord | null> {
    const { decoder } = this.#ports;
    for (;;) {
      const content = readRecord(decoder, log.content, record);
      if (content.outcome !== "unknown-schema") return content;
      await this.#fetchSchema(content, signal);
      if (signal.aborted) return null;
    }
  }

  /** However long the registry is away. */
  async #fetchSchema({ schemaId }: UnknownSchema, signal: AbortSignal): Promise<void> {
    const { decoder, clock, listener } = this.#ports;
    const { retryMs, maxRetryMs } = this.#options;
    for (let waitMs = retryMs; !signal.aborted; waitMs = Math.min(2 * waitMs, maxRetryMs)) {
      try {
        await decoder.fetchSchema(schemaId);
        if (waitMs > retryMs) listener({ type: "phase", phase: "running", detail: null });
        return;
      } catch (error) {
        if (!(error instanceof RegistryUnavailableError)) throw error;
        listener({ type: "phase", phase: "waiting-for-registry", detail: `schema ${schemaId}: ${error.message}` });
        await clock.sleep(waitMs, signal);
      }
    }
  }
}
