import { type AppendedLine, bytesOf } from "./appended-lines.ts";
import { checkedOptions, type RolloutProducerOptions } from "./options.ts";
import type { Appended, RolloutProducer } from "./rollout-producer.ts";
import type { GivenPlace } from "./thread-places.ts";

/**
 * A producer of rollout lines. It connects when it is first used.
 *
 * @throws ProducerOptionsError that names each option that is wrong
 */
export function createRolloutProducer(options: RolloutProducerOptions): RolloutProducer {
  const checked = checkedOptions(options);
  return new LazyProducer(async () => (await import("./rollout-producer.ts")).openRolloutProducer(checked));
}

/** Loads the Kafka client with the first call: who only imports this package does not pay for it. Calls keep their order. */
class LazyProducer implements RolloutProducer {
  readonly #open: () => Promise<RolloutProducer>;
  #opened: Promise<RolloutProducer> | undefined;

  constructor(open: () => Promise<RolloutProducer>) {
    this.#open = open;
  }

  async append(threadId: string, lines: readonly AppendedLine[], place?: GivenPlace): Promise<Appended> {
    // Objects are taken as they are now: they may change while the client is loaded.
    const bytes = bytesOf(lines);
    return (await this.#producer()).append(threadId, bytes, place);
  }

  async flush(): Promise<void> {
    await (await this.#producer()).flush();
  }

  forget(threadId: string): void {
    // There is nothing to forget before the first call.
    void this.#opened?.then((producer) => producer.forget(threadId));
  }

  async close(): Promise<void> {
    await (await this.#producer()).close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #producer(): Promise<RolloutProducer> {
    this.#opened ??= this.#open();
    return this.#opened;
  }
}
