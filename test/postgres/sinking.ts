import { onTestFinished } from "vitest";
import { PostgresSinkStore } from "../../src/postgres/index.ts";
import type { Mutation } from "../../src/projections/index.ts";
import { AvroDecoder, type SchemaIds } from "../../src/schema-registry/index.ts";
import { mutationToAvro } from "../../src/schema-registry/mutation-values.ts";
import { MUTATION_SCHEMAS, SCHEMAS } from "../../src/schema-registry/schemas.ts";
import { encodeValue } from "../../src/schema-registry/wire.ts";
import { DEFAULT_SINK_OPTIONS, PartitionSink, type SinkListener } from "../../src/sinks/index.ts";
import { systemClock } from "../../src/time/index.ts";
import type { SourceRecord } from "../../src/worker/index.ts";
import type { Delivery } from "../read-model/support/mutations.ts";

const IDS: SchemaIds = {
  "rollout-event": 1,
  "thread-item-mutation": 2,
  "turn-summary-mutation": 3,
  "lifecycle-mutation": 4,
  "dead-letter": 5,
};

const TOPICS = ["thread_item", "turn_summary", "lifecycle"] as const;

interface Sinking {
  readonly deliveries: readonly Delivery[];
  readonly batchRecords: number;
  readonly statementMs: number;
  readonly listener: SinkListener;
}

/** A sink of one partition whose topics hold the deliveries, into a real database; until the test is over. */
export function startSink(url: string, { deliveries, batchRecords, statementMs, listener }: Sinking): void {
  const store = new PostgresSinkStore(url, { connections: 1, connectMs: 2_000, statementMs });
  const logs = TOPICS.map((topic) => ({
    topic,
    content: "mutations" as const,
    log: logOf(recordsOf(deliveries, topic)),
  }));
  const decoder = new AvroDecoder({ fetch: () => Promise.reject(new Error("all schemas are known")) }, IDS);
  const membership = { confirm: () => Promise.resolve(true) };
  const never = () => false;
  const ports = {
    store,
    logs,
    decoder,
    membership,
    clock: systemClock,
    listener,
    isOutOfRange: never,
    isPassing: never,
  };
  const options = { ...DEFAULT_SINK_OPTIONS, batchRecords, retryMs: 10, maxRetryMs: 50 };
  const drain = new AbortController();
  const running = new PartitionSink(0, ports, options).run(drain.signal);
  onTestFinished(async () => {
    drain.abort();
    await running;
    await store.close();
  });
}

/** A topic's partition in memory: each take gives all that is left. */
function logOf(records: readonly SourceRecord[]) {
  let position = 0;
  const end = records.length;
  return {
    bounds: () => Promise.resolve({ start: 0, end }),
    seek: (offset: number) => {
      position = offset;
    },
    take: async (waitMs: number, signal: AbortSignal) => {
      const rest = records.slice(position);
      if (rest.length === 0) await systemClock.sleep(waitMs, signal);
      if (rest.length === 0) return undefined;
      position = end;
      return { records: rest, next: end, end };
    },
  };
}

function recordsOf(deliveries: readonly Delivery[], topic: Mutation["type"]): SourceRecord[] {
  const values = deliveries.flatMap((delivery) =>
    delivery.type === "mutation" && delivery.mutation.type === topic ? [encoded(delivery)] : [],
  );
  return values.map((value, offset) => ({ offset, timestamp: 1_700_000_000_000, key: null, value }));
}

function encoded({ mutation, sourceOffset }: Extract<Delivery, { type: "mutation" }>): Buffer {
  const name = MUTATION_SCHEMAS[mutation.type];
  return encodeValue(SCHEMAS[name].type, IDS[name], mutationToAvro({ mutation, sourceOffset, elidedBytes: 0 }));
}
