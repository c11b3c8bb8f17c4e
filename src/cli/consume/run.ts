import {
  type KafkaClient,
  type ReadFrom,
  readTopic,
  type TopicNames,
  type TopicRecord,
  topicNames,
} from "../../kafka/index.ts";
import { AvroDecoder } from "../../schema-registry/index.ts";
import { CliError } from "../cli-error.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { kafkaClient } from "../kafka-client.ts";
import { LineOutput, standardOutput } from "../output.ts";
import { schemaRegistry } from "../schema-registry-client.ts";
import { demand, type Settings } from "../settings.ts";
import { complain, messageOf } from "../terminal.ts";
import { contentReader, type ReadContent, readable } from "./contents.ts";
import { TOPIC_NAMES } from "./topic-names.ts";

export interface ConsumeOptions {
  readonly from: ReadFrom;
  readonly partitions: readonly number[] | undefined;
  readonly follow: boolean;
  readonly json: boolean;
  readonly limit: number;
}

/** Prints the records of a topic; answers the exit code. */
export async function runConsume(topic: string, options: ConsumeOptions, settings: Settings): Promise<number> {
  demand(settings, "kafka.brokers", "schemaRegistry.url");
  const { config } = settings;
  const name = topicNamed(topic, config.prefix);
  const decoder = new AvroDecoder(schemaRegistry(config));
  const printer = new Printer(decoder, contentReader(name, decoder), options.json);
  const client = kafkaClient(config, commandLog(settings));
  await printAll(client, topicNames(config.prefix)[name], options, printer);
  return printer.unread === 0 ? ExitCode.done : ExitCode.incomplete;
}

/** With or without the prefix. */
function topicNamed(topic: string, prefix: string): keyof TopicNames {
  const shortName = topic.startsWith(`${prefix}.`) ? topic.slice(prefix.length + 1) : topic;
  const known = Object.entries(TOPIC_NAMES).find(([name]) => name === shortName);
  if (known !== undefined) return known[1];
  const message = `there is no topic ${topic}: name one of ${Object.keys(TOPIC_NAMES).join(", ")}`;
  throw new CliError(message, { exitCode: ExitCode.usage });
}

async function printAll(client: KafkaClient, topic: string, options: ConsumeOptions, printer: Printer): Promise<void> {
  const { from, follow, partitions, limit } = options;
  const reading = {
    from,
    follow,
    partitions,
    onError: (error: unknown) => complain(`${topic}: ${messageOf(error)}; tries again`),
  };
  let printed = 0;
  for await (const record of readTopic(client, topic, reading)) {
    if (printed >= limit) break;
    await printer.print(record);
    printed += 1;
    if (follow) await printer.output.flush();
    if (printed >= limit) break;
  }
  await printer.output.end();
}

class Printer {
  readonly output = new LineOutput(standardOutput(() => undefined));
  /** Records that could not be read. */
  unread = 0;
  readonly #decoder: AvroDecoder;
  readonly #read: ReadContent;
  readonly #isJson: boolean;

  constructor(decoder: AvroDecoder, read: ReadContent, isJson: boolean) {
    this.#decoder = decoder;
    this.#read = read;
    this.#isJson = isJson;
  }

  async print(record: TopicRecord): Promise<void> {
    const { partition, offset, value } = record;
    // A record without a value deletes its key from a compacted topic.
    if (value === null) return this.#isJson ? undefined : this.output.line(readable(record, "(deleted)"));
    const content = await this.#decoder.fetching(() => this.#read(value));
    if (content.outcome === "content") {
      this.output.line(this.#isJson ? content.json : readable(record, content.text));
      return this.output.flow();
    }
    this.unread += 1;
    complain(`${partition}/${offset}: cannot be read: ${content.reason}`);
  }
}
