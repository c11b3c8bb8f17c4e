import { KafkaJSConnectionError } from "./kafkajs-exports.ts";

/** Gets tokens by the client credentials flow of OAuth 2.0 (RFC 6749, 4.4). */
export interface TokenSource {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  /** Asked for at every token, so that it can be rotated. */
  readonly clientSecret: () => string;
  readonly scope?: string | undefined;
}

/** A token is replaced when this part of its life has passed: clocks differ, and a session outlives its beginning. */
const USED_LIFE = 0.8;
/** Life of a token whose endpoint does not tell one, in seconds. */
const DEFAULT_LIFE_S = 60;
const TIMEOUT_MS = 10_000;

/** Gives a valid token at every call; fetches one only when it has to, and once for callers at the same time. */
export function tokenProvider(source: TokenSource, now: () => number = Date.now): () => Promise<string> {
  let token: Promise<string> | undefined;
  let goodUntil = 0;
  return () => {
    if (token !== undefined && now() < goodUntil) return token;
    goodUntil = Number.POSITIVE_INFINITY; // who asks meanwhile waits for the same answer
    token = fetchToken(source, now).then(
      (fetched) => {
        goodUntil = fetched.goodUntil;
        return fetched.value;
      },
      (error: unknown) => {
        token = undefined;
        throw error;
      },
    );
    return token;
  };
}

async function fetchToken(source: TokenSource, now: () => number) {
  const asked = now();
  const { value, life } = tokenIn(source, await answerOf(source));
  return { value, goodUntil: asked + life * 1000 * USED_LIFE };
}

async function answerOf(source: TokenSource): Promise<unknown> {
  const { scope } = source;
  const request = {
    method: "POST",
    headers: { authorization: `Basic ${basicCredentials(source)}`, accept: "application/json" },
    body: new URLSearchParams({ grant_type: "client_credentials", ...(scope === undefined ? {} : { scope }) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  try {
    const response = await fetch(source.tokenEndpoint, request);
    if (!response.ok) throw new TokenError(source, `answered ${response.status} ${response.statusText}`);
    return await response.json();
  } catch (error) {
    if (error instanceof TokenError || !(error instanceof Error)) throw error;
    const { message } = error.cause instanceof Error ? error.cause : error;
    // biome-ignore lint/style/useErrorCause: see TokenError
    throw new TokenError(source, `gave no answer that could be read (${message})`);
  }
}

function tokenIn(source: TokenSource, answer: unknown): { readonly value: string; readonly life: number } {
  const { access_token: value, expires_in: life = DEFAULT_LIFE_S } = Object(answer) as Record<string, unknown>;
  if (typeof value !== "string" || value === "") throw new TokenError(source, "answered without an access_token");
  return { value, life: Number(life) };
}

/** Both parts are form-encoded first (RFC 6749, 2.3.1). */
function basicCredentials({ clientId, clientSecret }: TokenSource): string {
  return Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret())}`).toString("base64");
}

/**
 * The token endpoint gave no token: for kafkajs a connection that failed, to be tried again. It has no cause, since kafkajs puts
 * an error's cause in its place.
 */
export class TokenError extends KafkaJSConnectionError {
  constructor({ tokenEndpoint, clientId }: TokenSource, what: string) {
    super(`${tokenEndpoint} ${what}: check kafka.sasl.tokenEndpoint, scope, and the secret of client ${clientId}`);
  }
}
