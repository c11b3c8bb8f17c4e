import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { COMPATIBILITY, SchemaRegistry as RegistryClient, SchemaType } from "@kafkajs/confluent-schema-registry";
import avsc from "avsc";
import { RegistryUnavailableError } from "../worker/index.ts";
import { CLIENT_ID, type Failure, failureOf, registryAnswers } from "./answers.ts";
import type { FetchedSchema, SchemaSource } from "./known-schemas.ts";

export interface RegistryOptions {
  /** Base of Confluent's API, such as `http://127.0.0.1:8080/apis/ccompat/v7`; may hold `user:password@`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificates to trust, as PEM; without it those of Node.js. */
  readonly ca?: string | Buffer | undefined;
  /** For one question and its whole answer. Default 5,000. */
  readonly timeoutMs?: number | undefined;
}

export type Registration =
  | { readonly outcome: "registered"; readonly id: number }
  | { readonly outcome: "refused"; readonly reason: string };

export interface RegisteredVersion {
  readonly version: number;
  readonly id: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Another process may be registering the same subject: it exists then, without its compatibility for a moment. */
const REGISTER_TRIES = 5;
const REGISTER_WAIT_MS = 200;
/** More versions than this were not made by hand. */
const MAX_VERSIONS = 1_000;

/** A registry that speaks Confluent's API. Nothing is retried here: who asks knows how long it may wait. */
export class SchemaRegistry implements SchemaSource {
  /** Without the password. */
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #settings: ConstructorParameters<typeof RegistryClient>[0];
  #client: RegistryClient;
  /** A subject that the registry is known to have. */
  #witness: string | null = null;

  constructor(options: RegistryOptions) {
    const url = new URL(options.url);
    const username = options.username ?? decodeURIComponent(url.username);
    const password = options.password ?? decodeURIComponent(url.password);
    url.username = "";
    url.password = "";
    this.#url = url.href.replace(/\/+$/, "");
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#settings = {
      host: this.#url,
      clientId: CLIENT_ID,
      retry: { retries: 0 },
      middlewares: [registryAnswers(this.#timeoutMs)],
      ...(username === "" ? {} : { auth: { username, password } }),
      ...(options.ca === undefined ? {} : { agent: new Agent({ ca: options.ca, keepAlive: true }) }),
    };
    this.#client = new RegistryClient(this.#settings);
  }

  async fetch(schemaId: number): Promise<FetchedSchema> {
    const asked = await this.#ask(`schema ${schemaId}`, (client) => client.getSchema(schemaId));
    if (asked.outcome === "failed") {
      const { kind, text } = asked.failure;
      if (kind !== "not-found") return { outcome: "unusable", reason: `the registry's schema is not valid: ${text}` };
      await this.#confirm(schemaId);
      return { outcome: "unusable", reason: `the registry at ${this.#url} has no schema of this id` };
    }
    const schema: unknown = asked.answer;
    if (avsc.Type.isType(schema)) return { outcome: "schema", type: schema as avsc.Type };
    return { outcome: "unusable", reason: `the registry at ${this.#url} holds another kind of schema than Avro` };
  }

  /** Registers a schema under a subject, which becomes FULL_TRANSITIVE when it is new. Once more is no change. */
  async register(subject: string, text: string): Promise<Registration> {
    const schema = { type: SchemaType.AVRO as const, schema: text };
    const compatibility = COMPATIBILITY.FULL_TRANSITIVE;
    for (let tries = 1; ; tries++) {
      const asked = await this.#ask(subject, (client) => client.register(schema, { subject, compatibility }));
      if (asked.outcome === "answered") {
        this.#witness = subject;
        return { outcome: "registered", id: asked.answer.id };
      }
      const { kind, text: reason, error } = asked.failure;
      const isWrongLevel = error instanceof Error && error.name === "ConfluentSchemaRegistryCompatibilityError";
      if (tries === REGISTER_TRIES || !(isWrongLevel || kind === "conflict"))
        return { outcome: "refused", reason: isWrongLevel ? `${reason}; ${this.#howToSetLevel(subject)}` : reason };
      await sleep(REGISTER_WAIT_MS);
    }
  }

  /** The id of a schema under a subject; null when it is not registered there. */
  async idOf(subject: string, text: string): Promise<number | null> {
    const schema = { type: SchemaType.AVRO as const, schema: text };
    const id = await this.#found(subject, (client) => client.getRegistryIdBySchema(subject, schema));
    if (id !== null) this.#witness = subject;
    return id;
  }

  /** All versions of a subject, the oldest first; none when there is no such subject. */
  async versions(subject: string): Promise<readonly RegisteredVersion[]> {
    const versions: RegisteredVersion[] = [];
    const latest = await this.#found(subject, (client) => client.getLatestSchemaId(subject));
    if (latest === null) return versions;
    for (let version = 1; version <= MAX_VERSIONS; version++) {
      // A version that was deleted leaves a hole.
      const id = await this.#found(subject, (client) => client.getRegistryId(subject, version));
      if (id !== null) versions.push({ version, id });
      if (id === latest) break;
    }
    return versions;
  }

  /** A registry that has lost what it had, or something else in its place, is not believed when it knows no schema. */
  async #confirm(schemaId: number): Promise<void> {
    const subject = this.#witness;
    if (subject === null) return;
    const latest = await this.#found(subject, (client) => client.getLatestSchemaId(subject));
    if (latest === null)
      throw this.#unavailable(
        `schema ${schemaId}`,
        `it does not know ${subject} any more, which it did; restore its data, or register the schemas and restart`,
      );
  }

  async #found(subject: string, ask: (client: RegistryClient) => Promise<number>): Promise<number | null> {
    const asked = await this.#ask(subject, ask);
    if (asked.outcome === "answered") return asked.answer;
    if (asked.failure.kind === "not-found") return null;
    throw new Error(`the schema registry at ${this.#url}, asked about ${subject}: ${asked.failure.text}`, {
      cause: asked.failure.error,
    });
  }

  /** Answers are for good: found, not found, refused. */
  async #ask<T>(about: string, ask: (client: RegistryClient) => Promise<T>): Promise<Asked<T>> {
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // The client would wait for an answer that broke off for ever, and others who ask the same with it.
      this.#client = new RegistryClient(this.#settings);
      deadline.reject(this.#unavailable(about, `no whole answer within ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    try {
      return { outcome: "answered", answer: await Promise.race([ask(this.#client), deadline.promise]) };
    } catch (error) {
      if (error instanceof RegistryUnavailableError) throw error;
      const failure = failureOf(error);
      if (failure.kind === "unavailable") throw this.#unavailable(about, failure.text, error);
      return { outcome: "failed", failure: { ...failure, error } };
    } finally {
      clearTimeout(timer);
    }
  }

  #unavailable(about: string, found: string, cause?: unknown): RegistryUnavailableError {
    return new RegistryUnavailableError(
      `the schema registry at ${this.#url} cannot be asked about ${about}: ${found}`,
      cause === undefined ? undefined : { cause },
    );
  }

  #howToSetLevel(subject: string): string {
    return `set it with PUT ${this.#url}/config/${encodeURIComponent(subject)} {"compatibility":"FULL_TRANSITIVE"}`;
  }
}

type Asked<T> =
  | { readonly outcome: "answered"; readonly answer: T }
  | { readonly outcome: "failed"; readonly failure: Failure & { readonly error: unknown } };
