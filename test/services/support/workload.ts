import fc from "fast-check";
import { createKafka, RolloutPublisher, topicNames } from "../../../src/kafka/index.ts";
import { mutationJson, type ObserverName } from "../../../src/projections/index.ts";
import { encodeRolloutEvent, SchemaRegistry } from "../../../src/schema-registry/index.ts";
import type { RolloutRecord } from "../../../src/worker/index.ts";
import { threadsOf } from "../../support/generators.ts";
import { mutationsOf, observedLines, type TestRollout } from "../../support/threads.ts";
import { recordsOf } from "../../worker/support/workload.ts";
import type { Deployment } from "./deployment.ts";

/** Which file of `project` and which topic hold an observer's mutations. */
export const OUTPUTS = {
  "thread-item": { type: "thread_item", topic: "thread-items" },
  "turn-summary": { type: "turn_summary", topic: "turn-summaries" },
  lifecycle: { type: "lifecycle", topic: "lifecycle-events" },
} as const satisfies Record<ObserverName, { type: string; topic: string }>;

/** Mutations of each thread in order, by the observer that makes them. */
export type Expected = ReadonlyMap<ObserverName, ReadonlyMap<string, readonly string[]>>;

export interface GeneratedThread {
  readonly threadId: string;
  readonly rollouts: readonly TestRollout[];
}

/** Random threads, the same for the same seed. */
export function generatedThreads(count: number, events: number, seed: number): GeneratedThread[] {
  return fc
    .sample(threadsOf(events), { numRuns: count, seed })
    .map(({ rollouts }, n) => ({ threadId: `generated-${seed}-${n}`, rollouts }));
}

/** What the three observers make of threads in one process that never stops. */
export function expectedOf(threads: readonly GeneratedThread[]): Expected {
  const expected = new Map<ObserverName, Map<string, string[]>>();
  for (const [name, { type }] of Object.entries(OUTPUTS) as [ObserverName, { type: string }][]) {
    const byThread = threads.map(({ threadId, rollouts }): [string, string[]] => {
      const mutations = mutationsOf(observedLines(threadId, rollouts));
      return [threadId, mutations.filter((mutation) => mutation.type === type).map(mutationJson)];
    });
    expected.set(name, new Map(byThread.filter(([, list]) => list.length > 0)));
  }
  return expected;
}

/** Sends records to the input topic as a producer does. */
export class Feed {
  readonly #publisher: RolloutPublisher;
  readonly #schemaId: number;

  private constructor(publisher: RolloutPublisher, schemaId: number) {
    this.#publisher = publisher;
    this.#schemaId = schemaId;
  }

  static async open({ env, prefix }: Deployment): Promise<Feed> {
    const registry = new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" });
    const topic = topicNames(prefix).rolloutEvents;
    const versions = await registry.versions(`${topic}-value`);
    const id = versions.at(-1)?.id;
    if (id === undefined) throw new Error(`${topic}-value is not registered`);
    const client = createKafka({ brokers: (env.KAFKA_BROKERS ?? "").split(","), clientId: "test" }, () => undefined);
    const publisher = new RolloutPublisher(client, topic);
    await publisher.connect();
    return new Feed(publisher, id);
  }

  async send(records: readonly RolloutRecord[]): Promise<void> {
    await this.#publisher.publish(
      records.map((record) => ({ threadId: record.threadId, value: encodeRolloutEvent(record, this.#schemaId) })),
    );
  }

  /** Waits until all that was sent is in the log. */
  async flush(): Promise<void> {
    await this.#publisher.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#publisher.close();
  }
}

/** The records of threads, some of each in turn. */
export function* rounds(threads: readonly GeneratedThread[], each: number): Iterable<RolloutRecord[]> {
  const all = threads.map((thread) => recordsOf(thread, thread.threadId));
  const longest = Math.max(...all.map((records) => records.length));
  for (let from = 0; from < longest; from += each) yield all.flatMap((records) => records.slice(from, from + each));
}
