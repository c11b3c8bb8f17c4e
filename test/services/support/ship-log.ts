import { topicNames } from "../../../src/kafka/index.ts";
import { AvroDecoder, SchemaRegistry } from "../../../src/schema-registry/index.ts";
import type { Deployment } from "./deployment.ts";
import { heldRecords, readWithJava } from "./verifier.ts";

/** A record of the input topic. */
export interface LoggedLine {
  readonly threadId: string;
  readonly rolloutId: string;
  readonly position: number;
  readonly line: string;
}

/** What the input topic of an installation holds, as Kafka's own console consumer reads it, read committed. */
export async function loggedLines(deployment: Deployment): Promise<LoggedLine[]> {
  return await decoded(deployment, await readWithJava(topicNames(deployment.prefix).rolloutEvents, deployment.env));
}

/** The same, as our own client reads it, where that is not what is doubted. */
export async function heldLines(deployment: Deployment): Promise<LoggedLine[]> {
  return await decoded(deployment, await heldRecords(topicNames(deployment.prefix).rolloutEvents, deployment.env));
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
