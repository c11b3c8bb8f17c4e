import { FencedError, IndefiniteError, type Outbox, type Output, type Transaction } from "../worker/index.ts";
import type { KafkaClient } from "./client.ts";
import { decisionMessage } from "./decision-record.ts";
import { FENCED_TYPES, hasType, messageOf } from "./kafka-errors.ts";
import { CompressionTypes } from "./kafkajs-exports.ts";
import { type OutgoingMessage, sendsOf } from "./sends.ts";
import { settlesWithin } from "./time-limit.ts";
import { TransactionalProducer, transactionalIdOf } from "./transactional-producer.ts";

export interface KafkaOutboxOptions {
  readonly groupId: string;
  /** The input topic and partition, whose offset is committed. Mutations and dead letters go to the partition of that number. */
  readonly topic: string;
  readonly partition: number;
  readonly mutationsTopic: string;
  readonly deadLettersTopic: string;
  readonly decisionsTopic: string;
  readonly compression: "none" | "gzip";
  /** The broker ends a transaction that was left open for so long. */
  readonly transactionTimeoutMs: number;
  /** How long fencing may take, a foreign open transaction that it ends included. */
  readonly fenceMs: number;
  /** How long one transaction may take before its outcome counts as unknown. */
  readonly commitMs: number;
}

export const DEFAULT_OUTBOX_OPTIONS = {
  compression: "none",
  transactionTimeoutMs: 60_000,
  fenceMs: 30_000,
  commitMs: 30_000,
} as const satisfies Partial<KafkaOutboxOptions>;

/** Mutations, dead letters and the consumed offset in Kafka transactions. */
export class KafkaOutbox implements Outbox {
  readonly #client: KafkaClient;
  readonly #options: KafkaOutboxOptions;
  readonly #place: string;
  #producer: TransactionalProducer | undefined;
  #discarding: Promise<void> = Promise.resolve();

  constructor(client: KafkaClient, options: KafkaOutboxOptions) {
    this.#client = client;
    this.#options = options;
    this.#place = `${options.topic}/${options.partition} of group ${options.groupId}`;
  }

  async fence(): Promise<void> {
    const { groupId, topic, partition, transactionTimeoutMs, fenceMs } = this.#options;
    this.#discard();
    // kafkajs asks for an epoch once in a producer's life: only a new producer fences.
    const transactionalId = transactionalIdOf(groupId, topic, partition);
    const producer = new TransactionalProducer(this.#client, transactionalId, transactionTimeoutMs);
    this.#producer = producer;
    await this.#definite(`fencing ${this.#place}`, fenceMs, producer.fence());
  }

  async commit({ outputs, next }: Transaction): Promise<void> {
    const { groupId, topic, partition, compression, commitMs } = this.#options;
    const what = `the transaction of ${this.#place} up to offset ${next}`;
    if (this.#producer === undefined) throw new IndefiniteError(`${what} has no producer: fence first`);
    const sends = sendsOf(outputs.map((output) => this.#messageOf(output)));
    const offset = { groupId, topic, partition, offset: next };
    await this.#definite(what, commitMs, this.#producer.commit(sends, COMPRESSIONS[compression], offset));
  }

  async close(): Promise<void> {
    this.#discard();
    await settlesWithin(CLOSE_MS, this.#discarding);
  }

  /** What failed, or took too long, may still have happened, or happen. kafkajs's producer is of no more use either way. */
  async #definite(what: string, ms: number, work: Promise<void>): Promise<void> {
    const settled = await settlesWithin(ms, work);
    try {
      if (!settled) throw new Error(`no answer within ${ms} ms`);
      await work;
    } catch (error) {
      this.#discard();
      if (hasType(error, ...FENCED_TYPES))
        throw new FencedError(`${what}: refused, since a newer owner took over or it was open for too long`, {
          cause: error,
        });
      throw new IndefiniteError(`${what}: ${messageOf(error)}: fence, then read the committed offset`, {
        cause: error,
      });
    }
  }

  /** In the background: disconnecting waits for requests that may never be answered. */
  #discard(): void {
    const producer = this.#producer;
    if (producer === undefined) return;
    this.#producer = undefined;
    // A connection that cannot be closed is gone already.
    this.#discarding = producer.discard().catch(() => undefined);
  }

  #messageOf(output: Output): OutgoingMessage {
    const { partition, mutationsTopic, deadLettersTopic, decisionsTopic } = this.#options;
    switch (output.type) {
      case "mutation":
        return {
          topic: mutationsTopic,
          message: { partition, key: output.mutation.threadId, value: output.value },
        };
      case "dead-letter":
        return { topic: deadLettersTopic, message: { partition, key: output.letter.source.key, value: output.value } };
      case "decision":
        return { topic: decisionsTopic, message: { partition: 0, ...decisionMessage(output.decision) } };
    }
  }
}

/** How long closing waits for the connection. */
const CLOSE_MS = 2_000;

const COMPRESSIONS = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP } as const;
