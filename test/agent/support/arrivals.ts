import { type KafkaClient, readTopic } from "../../../src/kafka/index.ts";
import type { Mutation } from "../../../src/projections/index.ts";
import { AvroDecoder, type SchemaRegistry } from "../../../src/schema-registry/index.ts";
import type { RolloutRecord } from "../../../src/worker/index.ts";

/** Something that could be read from a topic, and when: in milliseconds since 1970, in fractions. */
export interface Arrival<T> {
  readonly id: string;
  readonly content: T;
  readonly at: number;
}

/** What a record holds, and what to call it. */
type Read<T> = (value: Buffer) => Promise<{ readonly id: string; readonly content: T }>;

/** Follows topics, read committed, and notes when what they hold first arrives. */
export class Arrivals<T> implements AsyncDisposable {
  readonly #arrived = new Map<string, Arrival<T>>();
  readonly #stop = new AbortController();
  /** Rejects when it fails, and when it ends. */
  readonly #reading: Promise<never>;
  #changed = Promise.withResolvers<void>();

  constructor(client: KafkaClient, topics: readonly string[], read: Read<T>) {
    const options = { from: "earliest", follow: true, signal: this.#stop.signal, onError: () => undefined } as const;
    const reading = topics.map(async (topic) => {
      for await (const { value } of readTopic(client, topic, options)) {
        const at = now();
        if (value !== null) this.#note(await read(value), at);
      }
    });
    this.#reading = Promise.all(reading).then(() => {
      throw new Error("nobody reads any more");
    });
    // `all` tells of it; it may be called later.
    this.#reading.catch(() => undefined);
  }

  /** Waits until all of these have arrived, however long that takes up to a limit. */
  async all(ids: Iterable<string>, limit: AbortSignal): Promise<readonly Arrival<T>[]> {
    const over = new Promise<void>((resolve) => limit.addEventListener("abort", () => resolve(), { once: true }));
    const missing = new Set(ids);
    const found: Arrival<T>[] = [];
    for (;;) {
      for (const id of missing) {
        const arrival = this.#arrived.get(id);
        if (arrival !== undefined && missing.delete(id)) found.push(arrival);
      }
      if (missing.size === 0) return found;
      if (limit.aborted) throw new Error(`${missing.size} did not arrive, such as ${[...missing][0]}`);
      await Promise.race([this.#changed.promise, over, this.#reading]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading.catch(() => undefined);
  }

  #note({ id, content }: Awaited<ReturnType<Read<T>>>, at: number): void {
    if (!this.#arrived.has(id)) this.#arrived.set(id, { id, content, at });
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Reads mutations, by their ids. */
export function mutationReader(registry: SchemaRegistry): Read<Mutation> {
  const decoder = new AvroDecoder(registry);
  return async (value) => {
    const decoded = await decoder.fetching(() => decoder.decodeMutation(value));
    if (decoded.outcome !== "mutation") throw new Error(`no mutation: ${JSON.stringify(decoded)}`);
    return { id: decoded.mutation.mutationId, content: decoded.mutation };
  };
}

/** Reads lines of rollouts, by their places. */
export function lineReader(registry: SchemaRegistry): Read<RolloutRecord> {
  const decoder = new AvroDecoder(registry);
  return async (value) => {
    const decoded = await decoder.fetching(() => decoder.decodeRolloutEvent(value));
    if (decoded.outcome !== "record") throw new Error(`no line: ${JSON.stringify(decoded)}`);
    return { id: placeOf(decoded.record.rolloutId, decoded.record.position), content: decoded.record };
  };
}

export function placeOf(rolloutId: string, position: number): string {
  return `${rolloutId}/${position}`;
}
