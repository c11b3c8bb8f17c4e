import { type Command, InvalidArgumentError, Option } from "commander";
import type { GivenFlag } from "../config/index.ts";

/** Settings with a flag of their own. */
export const FLAGS = [
  { name: "prefix", flag: "--prefix", value: "<name>", help: "begins the names of topics, groups and Redis keys" },
  { name: "kafka.brokers", flag: "--kafka-brokers", value: "<list>", help: "Kafka, as host:port,host:port" },
  { name: "redis.url", flag: "--redis-url", value: "<url>", help: "Redis, as redis://host:port" },
  { name: "postgres.url", flag: "--database-url", value: "<url>", help: "Postgres, as postgres://host/database" },
  { name: "schemaRegistry.url", flag: "--schema-registry-url", value: "<url>", help: "schema registry" },
  { name: "log.level", flag: "--log-level", value: "<level>", help: "least important messages that are logged" },
] as const;

export type SettingName = (typeof FLAGS)[number]["name"];

const GROUP = "Configuration (all of it: docs/configuration.md, thread-history config show):";

/** Gives a command the options that set its configuration. `uses`: those with a flag of their own that it has a use for. */
export function configurable(command: Command, uses: readonly SettingName[]): Command {
  command.addOption(new Option("--config <file>", "configuration file, YAML").helpGroup(GROUP));
  for (const { name, flag, value, help } of FLAGS) {
    if (uses.includes(name)) command.addOption(new Option(`${flag} ${value}`, help).helpGroup(GROUP));
  }
  return command.addOption(
    new Option("--set <name=value>", "any setting, such as http.port=0; may be repeated")
      .helpGroup(GROUP)
      .argParser(assignment),
  );
}

function assignment(text: string, others: readonly GivenFlag[] = []): GivenFlag[] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new InvalidArgumentError("It must be NAME=VALUE, such as http.port=0.");
  return [...others, { flag: "--set", name: text.slice(0, equals), value: text.slice(equals + 1) }];
}
