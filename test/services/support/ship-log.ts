import { createKafka, topicEnds, topicNames } from "../../../src/kafka/index.ts";
import { AvroDecoder, SchemaRegistry } from "../../../src/schema-registry/index.ts";
import type { Deployment } from "./deployment.ts";
import { readWithJava } from "./verifier.ts";

/** A record of the input topic. */
export interface LoggedLine {
  readonly threadId: string;
  readonly rolloutId: string;
  readonly position: number;
  readonly line: string;
}

/** What the input topic of an installation holds, as Kafka's own console consumer reads it, read committed. */
export async function loggedLines({ env, prefix }: Deployment): Promise<LoggedLine[]> {
  const decoder = new AvroDecoder(new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" }));
  const topic = topicNames(prefix).rolloutEvents;
  const client = createKafka({ brokers: [env.KAFKA_BROKERS ?? ""], clientId: "test" }, () => undefined);
  // The topic is written without transactions, and keeps what it is given: its offsets count its records.
  const count = [...(await topicEnds(client, topic)).values()].reduce((sum, end) => sum + end, 0);
  if (count === 0) return [];
  const lines: LoggedLine[] = [];
  for (const { value } of await readWithJava(topic, env, count)) {
    const decoded = await decoder.fetching(() => decoder.decodeRolloutEvent(value));
    if (decoded.outcome !== "record") throw new Error(`${topic}: ${JSON.stringify(decoded)}`);
    const { threadId, rolloutId, position, line } = decoded.record;
    lines.push({ threadId, rolloutId, position, line: line.toString() });
  }
  return lines;
}
