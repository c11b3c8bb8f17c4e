import { z } from "zod";
import { configSchema } from "./schema.ts";
import { type SettingDoc, settingDocs } from "./setting.ts";

/** One value that can be configured. */
export interface Setting extends SettingDoc {
  /** `kafka.sessionTimeoutMs` */
  readonly name: string;
  /** The environment variable that sets it. */
  readonly variable: string;
}

/** Begins the environment variables that are this program's alone: one that is not known is a mistake. */
export const VARIABLE_PREFIX = "THREAD_HISTORY_";

/** The variable that names the configuration file. */
export const FILE_VARIABLE = `${VARIABLE_PREFIX}CONFIG`;

/** Variables that other programs read too. */
const COMMON_VARIABLES: Readonly<Record<string, string>> = {
  "kafka.brokers": "KAFKA_BROKERS",
  "postgres.url": "DATABASE_URL",
  "redis.url": "REDIS_URL",
  "schemaRegistry.url": "SCHEMA_REGISTRY_URL",
};

/** All settings, in the order of the schema. */
export const SETTINGS: readonly Setting[] = [...settingsOf(configSchema, "")];

/** The names of the parts that hold settings: `kafka`, `kafka.tls`. */
export const SECTIONS: ReadonlySet<string> = new Set(
  SETTINGS.flatMap(({ name }) => {
    const parts = name.split(".").slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join("."));
  }),
);

function* settingsOf(schema: z.core.$ZodType, name: string): Iterable<Setting> {
  const doc = settingDocs.get(schema);
  if (doc !== undefined) {
    yield { ...doc, name, variable: COMMON_VARIABLES[name] ?? variableOf(name) };
    return;
  }
  const section = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  if (!(section instanceof z.ZodObject)) throw new Error(`${name} is neither a section nor a setting`);
  for (const [key, child] of Object.entries<z.core.$ZodType>(section.shape))
    yield* settingsOf(child, name === "" ? key : `${name}.${key}`);
}

/** `kafka.sessionTimeoutMs` → `THREAD_HISTORY_KAFKA_SESSION_TIMEOUT_MS` */
function variableOf(name: string): string {
  return VARIABLE_PREFIX + name.replaceAll(".", "_").replaceAll(/[A-Z]/g, "_$&").toUpperCase();
}
