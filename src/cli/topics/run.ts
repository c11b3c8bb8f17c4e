import { SharedAdmin, TopicAdmin, topicsOf } from "../../kafka/index.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { kafkaClient } from "../kafka-client.ts";
import { demand, type Settings } from "../settings.ts";
import { tableLines } from "../table.ts";

const MADE = { create: "created", "dry-run": "to be created", check: "missing" } as const;

export async function runTopics(settings: Settings, mode: keyof typeof MADE): Promise<number> {
  demand(settings, "kafka.brokers");
  const { config } = settings;
  const admin = new SharedAdmin(kafkaClient(config, commandLog(settings)));
  try {
    const topics = new TopicAdmin(admin, topicsOf(config.prefix, config.topics));
    const { created, existing, differences } = await topics.create({ dryRun: mode !== "create" });
    const stateOf = (name: string): string =>
      differences.some(({ topic }) => topic === name) ? "exists, differs" : "exists";
    const rows = [
      ...created.map((spec) => ({ ...spec, state: MADE[mode] })),
      ...existing.map((spec) => ({ ...spec, state: stateOf(spec.name) })),
    ];
    const lines = tableLines([
      ["TOPIC", "PARTITIONS", "CLEANUP", "RETENTION", "MAX BYTES", "STATE"],
      ...rows.map(({ name, partitions, config: kafka, state }) => [
        name,
        partitions,
        kafka["cleanup.policy"],
        kafka["retention.ms"] === "-1" ? "for ever" : `${kafka["retention.ms"]} ms`,
        kafka["max.message.bytes"],
        state,
      ]),
      ...differences.map(({ topic, what, expected, found, remedy }) => [
        `${topic}: ${what} is ${found}, expected ${expected}: ${remedy}`,
      ]),
    ]);
    process.stdout.write(`${lines.join("\n")}\n`);
    const isShort = mode === "check" && created.length > 0;
    return isShort || differences.some(({ isFatal }) => isFatal) ? ExitCode.incomplete : ExitCode.done;
  } finally {
    await admin.close();
  }
}
