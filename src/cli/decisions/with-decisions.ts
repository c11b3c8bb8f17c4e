import { type KafkaClient, KafkaDecisions, topicNames } from "../../kafka/index.ts";
import type { Decision } from "../../worker/index.ts";
import { commandLog } from "../command-log.ts";
import { kafkaClient } from "../kafka-client.ts";
import { demand, type Settings } from "../settings.ts";
import { complain } from "../terminal.ts";

/** What an operator's command about stopped threads works with. */
export interface DecisionDesk {
  readonly client: KafkaClient;
  readonly topic: string;
  /** What holds for every thread that an observer stopped at. */
  readonly decisions: readonly Decision[];
}

/** Reads the decisions topic for a command. */
export async function withDecisions(settings: Settings, run: (desk: DecisionDesk) => Promise<number>): Promise<number> {
  demand(settings, "kafka.brokers");
  const client = kafkaClient(settings.config, commandLog(settings));
  const topic = topicNames(settings.config.prefix).decisions;
  const followed = new KafkaDecisions(client, topic, (event) => {
    if (event.type === "malformed") complain(`${topic}, offset ${event.offset}: no decision: ${event.reason}`);
  });
  try {
    await followed.open();
    return await run({ client, topic, decisions: await followed.read() });
  } finally {
    await followed.close();
  }
}
