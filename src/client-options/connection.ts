import { z } from "zod";
import type { KafkaConfig, KafkaLogger } from "../kafka/index.ts";

/** How a library reaches the brokers and the schema registry. */
export interface ConnectionOptions {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[];
  /** Base of Confluent's API, such as `http://127.0.0.1:8081`; may hold `user:password@`. */
  readonly schemaRegistryUrl: string;
  /** Begins the names of the installation's topics. @default "thread-history" */
  readonly prefix?: string | undefined;
  /** Name under which the brokers log and limit this client. @default "thread-history" */
  readonly clientId?: string | undefined;
  /** Encrypted connections; `true` trusts what Node.js trusts, else PEM texts. @default undefined: not encrypted */
  readonly tls?: true | TlsOptions | undefined;
  /** How the client proves who it is. @default undefined: it does not */
  readonly sasl?: SaslOptions | undefined;
  /** Where the Kafka client's messages go. @default nowhere */
  readonly log?: KafkaLogger | undefined;
}

export interface TlsOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
}

/** A function is asked whenever a secret is needed, so that it can change. */
export type Secret = string | (() => string);

export type SaslOptions =
  | {
      readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
      readonly username: string;
      readonly password: Secret;
    }
  | {
      readonly mechanism: "oauthbearer";
      readonly tokenEndpoint: string;
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly scope?: string | undefined;
    };

const text = z.string().min(1);
const pem = z.string().optional();
const secret = z.union([z.string(), z.custom<() => string>((value) => typeof value === "function")], {
  error: "it must be a text, or a function that answers one",
});

const hostPort = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, "it must be host:port, such as 127.0.0.1:9092");

/** The members of a schema of options, for `z.strictObject`. */
export const connectionShape = {
  brokers: z.array(hostPort).min(1),
  schemaRegistryUrl: z.url({ protocol: /^https?$/, error: "it must be an http or https URL" }),
  prefix: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,200}$/, "it must have 1 to 200 letters, digits, dots, - and _")
    .default("thread-history"),
  clientId: text.default("thread-history"),
  tls: z
    .union([z.literal(true), z.strictObject({ ca: pem, cert: pem, key: pem, servername: text.optional() })], {
      error: "it must be true, or an object of ca, cert, key and servername",
    })
    .optional(),
  sasl: z
    .discriminatedUnion("mechanism", [
      z.strictObject({
        mechanism: z.enum(["plain", "scram-sha-256", "scram-sha-512"]),
        username: text,
        password: secret,
      }),
      z.strictObject({
        mechanism: z.literal("oauthbearer"),
        tokenEndpoint: z.url({ protocol: /^https?$/ }),
        clientId: text,
        clientSecret: secret,
        scope: text.optional(),
      }),
    ])
    .optional(),
  log: z.custom<KafkaLogger>((value) => typeof value === "function", "it must be a function").optional(),
};

export type CheckedConnection = z.output<z.ZodObject<typeof connectionShape>>;

/** To be refined by: a certificate goes with its key. */
export function hasWholeKeyPair({ tls }: Pick<CheckedConnection, "tls">): boolean {
  return tls === undefined || tls === true || (tls.cert === undefined) === (tls.key === undefined);
}

export const WHOLE_KEY_PAIR = { path: ["tls", "key"], error: "a certificate needs its key, and a key its certificate" };

/** What is wrong with options, each by its name. */
export function wrongOptions({ issues }: z.ZodError): string {
  const wrong = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  return wrong.join("; ");
}

/** How to reach the brokers. */
export function kafkaConfigOf({ brokers, clientId, tls, sasl }: CheckedConnection): KafkaConfig {
  return { brokers, clientId, ssl: tls, sasl: sasl === undefined ? undefined : saslOf(sasl) };
}

function saslOf(sasl: NonNullable<CheckedConnection["sasl"]>): NonNullable<KafkaConfig["sasl"]> {
  if (sasl.mechanism === "oauthbearer") return { ...sasl, clientSecret: asked(sasl.clientSecret) };
  return { ...sasl, password: asked(sasl.password) };
}

function asked(secret: Secret): () => string {
  return typeof secret === "function" ? secret : () => secret;
}
