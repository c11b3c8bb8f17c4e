/** The services, as docker-compose.yml and the folders of data name them. */
export const SERVICE_NAMES = ["kafka", "redis", "registry", "postgres"] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The variable under which the workers, the tests and `docker-compose.yml` look for each service. */
export const VARIABLES = {
  kafka: "KAFKA_BROKERS",
  redis: "REDIS_URL",
  registry: "SCHEMA_REGISTRY_URL",
  postgres: "DATABASE_URL",
} as const satisfies Record<ServiceName, string>;

/**
 * The folder that holds Kafka's console tools (`kafka-topics.sh` and others). Without the prefix THREAD_HISTORY_, under
 * which the command line refuses variables that are none of its settings.
 */
export const TOOLS_VARIABLE = "KAFKA_TOOLS";

/** Where the services are. Only services given by the environment may come without Postgres and without the tools. */
export type ServicesEnv = Readonly<Record<"KAFKA_BROKERS" | "REDIS_URL" | "SCHEMA_REGISTRY_URL", string>> & {
  readonly DATABASE_URL?: string;
  readonly [TOOLS_VARIABLE]?: string;
};

/** Says what is going on, a line at a time. */
export type Report = (line: string) => void;

/** Something that a person has to put right; its message says how. */
export class ServicesError extends Error {
  override readonly name = "ServicesError";
}

/** Puts the four addresses together. */
export function servicesEnv(urlOf: (name: ServiceName) => string, tools?: string): ServicesEnv {
  return {
    [VARIABLES.kafka]: urlOf("kafka"),
    [VARIABLES.redis]: urlOf("redis"),
    [VARIABLES.registry]: urlOf("registry"),
    [VARIABLES.postgres]: urlOf("postgres"),
    ...(tools === undefined ? {} : { [TOOLS_VARIABLE]: tools }),
  };
}
