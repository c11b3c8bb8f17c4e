import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createKafka, readTopic } from "../../../src/kafka/index.ts";
import { mutationJson } from "../../../src/projections/index.ts";
import { AvroDecoder, type PublishedDeadLetter, SchemaRegistry } from "../../../src/schema-registry/index.ts";

/** A record as Kafka's own console consumer prints it. */
export interface VerifiedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Buffer;
}

/** The consumer ends, and this fails, when nothing came for so long. */
const IDLE_MS = 30_000;

/**
 * Reads a topic with Kafka's own Java client, read committed, in a process of its own. How many records there are our own client
 * tells: waiting for more would take longer than reading.
 */
export async function readWithJava(topic: string, env: Readonly<Record<string, string>>): Promise<VerifiedRecord[]> {
  const count = (await heldRecords(topic, env)).length;
  if (count === 0) return [];
  const properties = ["partition", "offset", "key"].flatMap((name) => ["--property", `print.${name}=true`]);
  const child = spawn(
    join(env.KAFKA_TOOLS ?? "", "kafka-console-consumer.sh"),
    [
      ...["--bootstrap-server", env.KAFKA_BROKERS ?? "", "--topic", topic, "--from-beginning"],
      ...["--isolation-level", "read_committed", "--timeout-ms", String(IDLE_MS), ...properties],
      ...["--value-deserializer", "org.apache.kafka.common.serialization.BytesDeserializer"],
      ...["--property", "key.separator=\t"],
      ...["--max-messages", String(count)],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => {
    complaints += text.toString();
  });
  const records: VerifiedRecord[] = [];
  for await (const line of createInterface({ input: child.stdout })) records.push(recordOf(line, topic));
  if (!complaints.includes(`Processed a total of ${count} messages`))
    throw new Error(`the console consumer did not read ${count} records of ${topic}: ${complaints}`);
  return records;
}

function recordOf(line: string, topic: string): VerifiedRecord {
  const match = /^Partition:(\d+)\tOffset:(\d+)\t([^\t]*)\t(.*)$/s.exec(line);
  if (match === null) throw new Error(`${topic}: what is this? ${line.slice(0, 200)}`);
  const [, partition, offset, key = "", value = ""] = match;
  return { partition: Number(partition), offset: Number(offset), key, value: bytesOf(value) };
}

/** The console consumer prints bytes as ASCII, and what is not printable as \xNN. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.alloc(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === 0x5c) {
      bytes[length++] = Number.parseInt(text.slice(at + 2, at + 4), 16);
      at += 3;
    } else bytes[length++] = text.charCodeAt(at);
  }
  return bytes.subarray(0, length);
}

/** A mutation as consumers get it. */
export interface Published {
  readonly partition: number;
  readonly threadId: string;
  readonly mutationId: string;
  readonly sourceOffset: number;
  /** Its canonical JSON. */
  readonly json: string;
  /** Left out of its longest strings. */
  readonly elidedBytes: number;
}

/** The mutations of a topic, partition by partition, in the order in which each holds them. */
export async function publishedMutations(topic: string, env: Readonly<Record<string, string>>): Promise<Published[]> {
  return await mutationsIn(await readWithJava(topic, env), topic, env);
}

/** The same, read by our own client, where that is not what is doubted. */
export async function committedMutations(topic: string, env: Readonly<Record<string, string>>): Promise<Published[]> {
  return await mutationsIn(await heldRecords(topic, env), topic, env);
}

/** The committed records of a topic, as our own client reads them. */
export async function heldRecords(
  topic: string,
  env: Readonly<Record<string, string>>,
): Promise<Pick<VerifiedRecord, "partition" | "key" | "value">[]> {
  const client = createKafka({ brokers: (env.KAFKA_BROKERS ?? "").split(","), clientId: "test" }, () => undefined);
  const onError = (error: unknown): never => {
    throw new Error(`${topic}: cannot be read`, { cause: error });
  };
  const records: Pick<VerifiedRecord, "partition" | "key" | "value">[] = [];
  for await (const { partition, key, value } of readTopic(client, topic, { from: "earliest", follow: false, onError }))
    records.push({ partition, key: String(key), value: value ?? Buffer.alloc(0) });
  return records;
}

async function mutationsIn(
  records: readonly Pick<VerifiedRecord, "partition" | "key" | "value">[],
  topic: string,
  env: Readonly<Record<string, string>>,
): Promise<Published[]> {
  const decoder = new AvroDecoder(new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" }));
  const published: Published[] = [];
  for (const { partition, key, value } of records) {
    const decoded = await decoder.fetching(() => decoder.decodeMutation(value));
    if (decoded.outcome !== "mutation") throw new Error(`${topic}: ${JSON.stringify(decoded)}`);
    const { mutation, sourceOffset, elidedBytes } = decoded;
    if (key !== mutation.threadId) throw new Error(`${topic}: key ${key} of ${mutation.mutationId}`);
    published.push({
      partition,
      threadId: mutation.threadId,
      mutationId: mutation.mutationId,
      sourceOffset,
      json: mutationJson(mutation),
      elidedBytes,
    });
  }
  return published;
}

/** The dead letters of a topic. */
export async function publishedDeadLetters(
  topic: string,
  env: Readonly<Record<string, string>>,
): Promise<PublishedDeadLetter[]> {
  const decoder = new AvroDecoder(new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" }));
  const letters: PublishedDeadLetter[] = [];
  for (const { value } of await readWithJava(topic, env)) {
    const decoded = await decoder.fetching(() => decoder.decodeDeadLetter(value));
    if (decoded.outcome !== "dead-letter") throw new Error(`${topic}: ${JSON.stringify(decoded)}`);
    letters.push(decoded.letter);
  }
  return letters;
}
