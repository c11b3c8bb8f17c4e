import { TokenError } from "../kafka/index.ts";
import { SinkStoreUnavailableError } from "../sinks/index.ts";
import { RegistryUnavailableError, StoreUnavailableError } from "../worker/index.ts";
import { CliError } from "./cli-error.ts";
import { type Settings, waysToSet, whereFrom } from "./settings.ts";

/** Causes of causes are looked at this far. */
const MAX_DEPTH = 10;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused: is it running there?",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "its name cannot be resolved just now",
  ETIMEDOUT: "no answer",
  EHOSTUNREACH: "no way to this host",
  ECONNRESET: "it closed the connection: does it expect TLS, or is TLS set where it expects none?",
};

/** What is said when a service that a command needs cannot be used; undefined for other errors. */
export function unreachable(error: unknown, settings: Settings): CliError | undefined {
  const chain = causesOf(error);
  const service = serviceOf(chain);
  if (service === undefined) return undefined;
  const { what, setting } = service;
  const why = service.reason ?? reasonOf(chain);
  const told = `${what} at ${whereFrom(settings, setting)} cannot be used: ${why} (its address is set by ${waysToSet(setting)})`;
  return new CliError(told, { cause: error });
}

function serviceOf(chain: readonly Error[]) {
  if (chain.some((error) => error.name.startsWith("KafkaJS"))) {
    const reason = chain.find((error) => error instanceof TokenError)?.message;
    return { what: "Kafka", setting: "kafka.brokers", reason } as const;
  }
  const store = chain.find((error) => error instanceof StoreUnavailableError);
  if (store !== undefined) return { what: "Redis", setting: "redis.url", reason: store.message } as const;
  const database = chain.find((error) => error instanceof SinkStoreUnavailableError);
  if (database !== undefined)
    return { what: "the database", setting: "postgres.url", reason: database.message } as const;
  const registry = chain.find((error) => error instanceof RegistryUnavailableError);
  if (registry !== undefined)
    return { what: "the schema registry", setting: "schemaRegistry.url", reason: registry.message } as const;
  return undefined;
}

function reasonOf(chain: readonly Error[]): string {
  const texts = chain.map(({ message }) => message);
  for (const error of chain) if ("code" in error && typeof error.code === "string") texts.push(error.code);
  for (const error of chain) if ("type" in error && error.type === "UNKNOWN_TOPIC_OR_PARTITION") return NO_TOPIC;
  const code = Object.keys(REASONS).find((known) => texts.some((text) => text.includes(known)));
  const last = chain.at(-1)?.message ?? "";
  return code === undefined ? last : (REASONS[code] ?? last);
}

const NO_TOPIC = "a topic does not exist; `thread-history topics create` makes them";

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let inner = error; inner instanceof Error && chain.length < MAX_DEPTH; inner = inner.cause) chain.push(inner);
  return chain;
}
