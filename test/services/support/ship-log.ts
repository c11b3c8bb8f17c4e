import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { topicNames } from "../../../src/kafka/index.ts";
import { AvroDecoder, SchemaRegistry } from "../../../src/schema-registry/index.ts";
import type { Deployment } from "./deployment.ts";

/** The consumer ends when nothing came for so long. */
const IDLE_MS = 5_000;
const MOST_BYTES = 1024 * 1024 * 1024;

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
  const lines: LoggedLine[] = [];
  for (const text of await readWithJava(topic, env)) {
    const value = bytesOf(text);
    let decoded = decoder.decodeRolloutEvent(value);
    if (decoded.outcome === "unknown-schema") {
      await decoder.fetchSchema(decoded.schemaId);
      decoded = decoder.decodeRolloutEvent(value);
    }
    if (decoded.outcome !== "record") throw new Error(`${topic}: ${JSON.stringify(decoded)}`);
    const { threadId, rolloutId, position, line } = decoded.record;
    lines.push({ threadId, rolloutId, position, line: line.toString() });
  }
  return lines;
}

async function readWithJava(topic: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const args = [
    ...["--bootstrap-server", env.KAFKA_BROKERS ?? "", "--topic", topic, "--from-beginning"],
    ...["--isolation-level", "read_committed", "--timeout-ms", String(IDLE_MS)],
    ...["--value-deserializer", "org.apache.kafka.common.serialization.BytesDeserializer"],
  ];
  const tool = join(env.KAFKA_TOOLS ?? "", "kafka-console-consumer.sh");
  const { stdout, stderr } = await promisify(execFile)(tool, args, { maxBuffer: MOST_BYTES });
  const records = stdout.split("\n").slice(0, -1);
  if (!stderr.includes(`Processed a total of ${records.length} messages`))
    throw new Error(`the console consumer did not finish ${topic}: ${stderr}`);
  return records;
}

/** The console consumer prints bytes as ASCII, and what is not printable as \xNN. */
function bytesOf(text: string): Buffer {
  const latin1 = text.replaceAll(/\\x([0-9A-F]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(latin1, "latin1");
}
