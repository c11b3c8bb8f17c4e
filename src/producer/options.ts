import { z } from "zod";
import type { KafkaConfig, KafkaLogger } from "../kafka/index.ts";
import { ProducerOptionsError } from "./errors.ts";

/** How lines get into the log. All but the first two have defaults. */
export interface RolloutProducerOptions {
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
  /** Largest record; of a longer line values are left out (docs/producing.md). @default 8 MiB, the usual ceiling of managed Kafka */
  readonly maxRecordBytes?: number | undefined;
  /** How long lines gather before they are sent: what each append takes longer. @default 10, which makes batches of a busy agent */
  readonly lingerMs?: number | undefined;
  /** So much is sent at once at most. @default 900 KiB: brokers refuse batches over 1 MB unless the topic says otherwise */
  readonly batchBytes?: number | undefined;
  /** Bytes on their way before further lines wait. @default 4 MiB: four batches, whatever the number of appends */
  readonly bufferBytes?: number | undefined;
  /** How long lines are sent again and again before their append fails. @default 120,000: longer than a broker takes to restart */
  readonly deliveryMs?: number | undefined;
  /** @default "none"; gzip makes lines 2.6 times smaller, and producing twice as slow */
  readonly compression?: "none" | "gzip" | undefined;
  /** Where the Kafka client's messages go. @default nowhere: what fails is told by `append` */
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

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const text = z.string().min(1);
const pem = z.string().optional();
const secret = z.union([z.string(), z.custom<() => string>((value) => typeof value === "function")], {
  error: "it must be a text, or a function that answers one",
});

function whole(preset: number, [min, max]: readonly [min: number, max: number]) {
  return z.int().min(min).max(max).default(preset);
}

const hostPort = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, "it must be host:port, such as 127.0.0.1:9092");

const optionsSchema = z
  .strictObject({
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
    maxRecordBytes: whole(8 * MEBIBYTE, [100_000, 512 * MEBIBYTE]),
    lingerMs: whole(10, [0, 10_000]),
    batchBytes: whole(900 * KIBIBYTE, [1_000, 512 * MEBIBYTE]),
    bufferBytes: whole(4 * MEBIBYTE, [1_000, 4_096 * MEBIBYTE]),
    deliveryMs: whole(120_000, [0, 86_400_000]),
    compression: z.enum(["none", "gzip"]).default("none"),
    log: z.custom<KafkaLogger>((value) => typeof value === "function", "it must be a function").optional(),
  })
  .refine(({ tls }) => tls === undefined || tls === true || (tls.cert === undefined) === (tls.key === undefined), {
    path: ["tls", "key"],
    error: "a certificate needs its key, and a key its certificate",
  });

export type CheckedOptions = z.output<typeof optionsSchema>;

/** @throws ProducerOptionsError that names each option that is wrong, and what it must be */
export function checkedOptions(options: RolloutProducerOptions): CheckedOptions {
  const { success, data, error } = optionsSchema.safeParse(options);
  if (success) return data;
  const wrong = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new ProducerOptionsError(`no producer can be made of these options: ${wrong.join("; ")}`, { cause: error });
}

/** How to reach the brokers. */
export function kafkaConfigOf({ brokers, clientId, tls, sasl }: CheckedOptions): KafkaConfig {
  return { brokers, clientId, ssl: tls, sasl: sasl === undefined ? undefined : saslOf(sasl) };
}

function saslOf(sasl: NonNullable<CheckedOptions["sasl"]>): NonNullable<KafkaConfig["sasl"]> {
  if (sasl.mechanism === "oauthbearer") return { ...sasl, clientSecret: asked(sasl.clientSecret) };
  return { ...sasl, password: asked(sasl.password) };
}

function asked(secret: Secret): () => string {
  return typeof secret === "function" ? secret : () => secret;
}
