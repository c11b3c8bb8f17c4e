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
  const response = await fetch(source.tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${basicCredentials(source)}`, accept: "application/json" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      ...(source.scope === undefined ? {} : { scope: source.scope }),
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new TokenError(source, `answered ${response.status} ${response.statusText}`);
  const answer: unknown = await response.json();
  const { access_token: value, expires_in: life = DEFAULT_LIFE_S } = Object(answer) as Record<string, unknown>;
  if (typeof value !== "string" || value === "") throw new TokenError(source, "answered without an access_token");
  return { value, goodUntil: asked + Number(life) * 1000 * USED_LIFE };
}

/** Both parts are form-encoded first (RFC 6749, 2.3.1). */
function basicCredentials({ clientId, clientSecret }: TokenSource): string {
  return Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret())}`).toString("base64");
}

/** The token endpoint gave no token. */
class TokenError extends Error {
  override readonly name = "TokenError";

  constructor({ tokenEndpoint, clientId }: TokenSource, what: string) {
    super(`${tokenEndpoint} ${what}: check kafka.sasl.tokenEndpoint, scope, and the secret of client ${clientId}`);
  }
}
