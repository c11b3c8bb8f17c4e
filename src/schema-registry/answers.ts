import type { SchemaRegistry as RegistryClient } from "@kafkajs/confluent-schema-registry";

type Middleware = NonNullable<ConstructorParameters<typeof RegistryClient>[0]["middlewares"]>[number];

/** What a failed question means. */
export interface Failure {
  readonly kind:
    | "not-found"
    /** What is there does not go with what was sent. */
    | "conflict"
    /** The registry said no, for good. */
    | "refused"
    /** It may be another time, or with other settings. */
    | "unavailable"
    /** The client's own: what was found is not what it expects. */
    | "other";
  readonly text: string;
}

/** Goes before what the client reports. */
export const CLIENT_ID = "thread-history";

/** Frees the connection of a question that took too long; takes no web page for an answer. */
export function registryAnswers(timeoutMs: number): Middleware {
  return () => ({
    request: (request) => request.enhance({ signal: AbortSignal.timeout(timeoutMs) }),
    response: async (next) => {
      const reply = await next();
      if (typeof reply.data() === "object") return reply;
      throw new ForeignAnswerError(reply.status(), reply.rawData());
    },
  });
}

/** An answer that no registry gives. */
class ForeignAnswerError extends Error {
  override readonly name = "ForeignAnswerError";
  readonly status = 502;

  constructor(status: number, body: string | null) {
    super(`it answers ${status} as no schema registry does (${(body ?? "").slice(0, 100)}); ${CHECK_URL}`);
  }
}

const CHECK_URL = "check the URL and its path";
const CHECK_CREDENTIALS = "it refuses the user or the password; check both, and what the user may do";

/** What the client makes of an answer without a registry's message; and what web servers answer to paths they do not know. */
const FOREIGN = /^Error, status|could not find resource|^HTTP 404/i;

export function failureOf(error: unknown): Failure {
  const text = textOf(error);
  switch (statusOf(error)) {
    case undefined:
      // Of what was not found the client at times makes an error of its own, without the status.
      return { kind: isNotFound(error) ? "not-found" : "other", text };
    case 404:
      if (FOREIGN.test(text))
        return { kind: "unavailable", text: `no schema registry is there (${text}); ${CHECK_URL}` };
      return { kind: "not-found", text };
    case 409:
      return { kind: "conflict", text };
    case 422:
      return { kind: "refused", text };
    case 401:
    case 403:
      return { kind: "unavailable", text: CHECK_CREDENTIALS };
    default:
      // The client gives what happened to a connection the status 400.
      return { kind: "unavailable", text: text.replace(/^Error, status 400(: )?/, "") || "no connection" };
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === "ConfluentSchemaRegistryError";
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(`${CLIENT_ID} - `, "").replace("Confluent_Schema_Registry - ", "");
}
