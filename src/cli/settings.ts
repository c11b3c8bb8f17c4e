import type { Command } from "commander";
import { type Config, type GivenFlag, loadConfig, type Origin, SETTINGS, shownValue } from "../config/index.ts";
import { CliError } from "./cli-error.ts";
import { ExitCode } from "./exit-code.ts";
import { FLAGS, type SettingName } from "./shared-options.ts";

/** The configuration of a command. */
export interface Settings {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * The configuration that a command was called with.
 *
 * @param more settings that the command's own options stand for
 * @throws CliError with everything that is wrong
 */
export function settingsOf(command: Command, more: readonly GivenFlag[] = []): Settings {
  const options: Readonly<Record<string, unknown>> = command.opts();
  const flags: GivenFlag[] = [...((options.set ?? []) as GivenFlag[]), ...more];
  for (const option of command.options) {
    const known = FLAGS.find(({ flag }) => flag === option.long);
    const value = options[option.attributeName()];
    if (known !== undefined && typeof value === "string") flags.push({ ...known, value });
  }
  const file = options.config as string | undefined;
  const loaded = loadConfig({ file, environment: process.env, flags });
  if (loaded.outcome === "config") return loaded;
  const { problems } = loaded;
  throw new CliError(
    [
      `the configuration has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`} (docs/configuration.md lists all settings)`,
      ...problems.map(({ name, origin, message }) => `  ${name} (${origin}): ${message}`),
    ],
    { exitCode: ExitCode.usage },
  );
}

/**
 * Demands a setting that has no default.
 *
 * @throws CliError that says how to set it
 */
export function demand({ config }: Settings, ...names: readonly SettingName[]): void {
  const isMissing: Readonly<Record<SettingName, boolean>> = {
    prefix: false,
    "kafka.brokers": config.kafka.brokers.length === 0,
    "redis.url": config.redis.url === null && config.redis.sentinels.length === 0 && config.redis.cluster.length === 0,
    "postgres.url": config.postgres.url === null,
    "schemaRegistry.url": config.schemaRegistry.url === null,
    "log.level": false,
  };
  const missing = names.filter((name) => isMissing[name]);
  if (missing.length > 0) throw new CliError(missing.map(notSet), { exitCode: ExitCode.usage });
}

/** `KAFKA_BROKERS, --kafka-brokers, or kafka.brokers in the configuration file` */
export function waysToSet(name: SettingName): string {
  const variable = SETTINGS.find((setting) => setting.name === name)?.variable ?? "";
  const flag = FLAGS.find((known) => known.name === name)?.flag ?? "--set";
  return `${variable}, ${flag}, or ${name} in the configuration file`;
}

/** `localhost:9092 (environment variable KAFKA_BROKERS)` */
export function whereFrom({ config, origins }: Settings, name: SettingName): string {
  const value = name.split(".").reduce<unknown>((part, key) => Object(part)[key] as unknown, config);
  return `${shownValue(value)} (${origins.get(name) ?? ""})`;
}

function notSet(name: SettingName): string {
  return `${name} is not set: set ${waysToSet(name)}`;
}
