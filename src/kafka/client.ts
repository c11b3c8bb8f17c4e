import {
  type Cluster,
  type ISocketFactory,
  Kafka,
  type KafkaConfig as KafkajsConfig,
  logLevel,
  type RetryOptions,
} from "kafkajs";
import { learnCodecs } from "./codecs.ts";
import { withClusters } from "./kafkajs-clusters.ts";
import { type KafkaLogger, routedLog } from "./log-routing.ts";
import { failOrphans } from "./orphaned-requests.ts";
import { writeOwnBatches } from "./produce-request.ts";
import { type TokenSource, tokenProvider } from "./token.ts";

/** How to reach a cluster. Files are read by the caller. */
export interface KafkaConfig {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[];
  /** Name under which the brokers log and limit this client. */
  readonly clientId: string;
  /** Encrypted when present; `true` trusts what Node.js trusts. */
  readonly ssl?: TlsConfig | true | undefined;
  readonly sasl?: SaslConfig | undefined;
  readonly connectionTimeoutMs?: number | undefined;
  readonly requestTimeoutMs?: number | undefined;
  /** Opens connections another way: through a proxy. */
  readonly socketFactory?: ISocketFactory | undefined;
}

/** Certificates and keys as PEM. */
export interface TlsConfig {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
}

export type SaslConfig =
  | {
      readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
      readonly username: string;
      /** Asked for at every connection, so that it can be rotated. */
      readonly password: () => string;
    }
  | ({ readonly mechanism: "oauthbearer" } & TokenSource);

/** A cluster's clients. They differ in how they retry. */
export interface KafkaClient {
  /** For consumers and administration. */
  readonly kafka: Kafka;
  /** For transactional producers, and only these. */
  readonly transactional: Kafka;
}

const CONNECTION_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Right after a commit the broker answers CONCURRENT_TRANSACTIONS until it has written the markers, a few milliseconds long.
 * With kafkajs's own 300 ms a producer is held to 3 to 5 transactions a second (tulios/kafkajs#304). It is set for the whole
 * client because a producer fences with the client's retries, not with its own.
 */
const TRANSACTIONAL_RETRY: RetryOptions = {
  initialRetryTime: 5,
  factor: 0.2,
  multiplier: 1.5,
  maxRetryTime: 300,
  retries: 100,
};

learnCodecs();

/** Clients of one cluster. They connect when they are used. */
export function createKafka(config: KafkaConfig, logger: KafkaLogger): KafkaClient {
  const base: KafkajsConfig = {
    brokers: [...config.brokers],
    clientId: config.clientId,
    connectionTimeout: config.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS,
    requestTimeout: config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    logLevel: logLevel.INFO,
    logCreator: routedLog(logger),
    ...(config.ssl === undefined ? {} : { ssl: config.ssl === true ? true : { ...config.ssl } }),
    ...(config.sasl === undefined ? {} : { sasl: saslOf(config.sasl) }),
    ...(config.socketFactory === undefined ? {} : { socketFactory: config.socketFactory }),
  };
  return {
    kafka: withClusters(new Kafka(base), adapt),
    transactional: withClusters(new Kafka({ ...base, retry: TRANSACTIONAL_RETRY }), adapt),
  };
}

function adapt(cluster: Cluster): void {
  writeOwnBatches(cluster);
  failOrphans(cluster);
}

function saslOf(sasl: SaslConfig): NonNullable<KafkajsConfig["sasl"]> {
  if (sasl.mechanism === "oauthbearer") {
    const token = tokenProvider(sasl);
    return { mechanism: "oauthbearer", oauthBearerProvider: async () => ({ value: await token() }) };
  }
  return {
    mechanism: sasl.mechanism,
    username: sasl.username,
    // kafkajs reads it whenever it opens a connection.
    get password() {
      return sasl.password();
    },
  } as NonNullable<KafkajsConfig["sasl"]>;
}
