import { createKafka, readTopic, topicEnds, topicNames } from "../../../src/kafka/index.ts";
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
export async function loggedLines(deployment: Deployment): Promise<LoggedLine[]> {
  const { env, prefix } = deployment;
  const topic = topicNames(prefix).rolloutEvents;
  // The topic is written without transactions, and keeps what it is given: its offsets count its records.
  const count = [...(await topicEnds(clientOf(env), topic)).values()].reduce((sum, end) => sum + end, 0);
  return count === 0 ? [] : await decoded(deployment, await readWithJava(topic, env, count));
}

/** The same, as our own client reads it: at once, where that is not what is doubted. */
export async function heldLines(deployment: Deployment): Promise<LoggedLine[]> {
  const topic = topicNames(deployment.prefix).rolloutEvents;
  const records: { readonly value: Buffer }[] = [];
  const onError = (error: unknown): never => {
    throw new Error(`${topic}: cannot be read`, { cause: error });
  };
  const options = { from: "earliest", follow: false, onError } as const;
  for await (const { value } of readTopic(clientOf(deployment.env), topic, options))
    records.push({ value: value ?? Buffer.alloc(0) });
  return await decoded(deployment, records);
}

async function decoded(
  { env, prefix }: Deployment,
  records: readonly { readonly value: Buffer }[],
): Promise<LoggedLine[]> {
  const decoder = new AvroDecoder(new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" }));
  const lines: LoggedLine[] = [];
  for (const { value } of records) {
    const event = await decoder.fetching(() => decoder.decodeRolloutEvent(value));
    if (event.outcome !== "record") throw new Error(`${topicNames(prefix).rolloutEvents}: ${JSON.stringify(event)}`);
    const { threadId, rolloutId, position, line } = event.record;
    lines.push({ threadId, rolloutId, position, line: line.toString() });
  }
  return lines;
}

function clientOf(env: Deployment["env"]) {
  return createKafka({ brokers: [env.KAFKA_BROKERS ?? ""], clientId: "test" }, () => undefined);
}
