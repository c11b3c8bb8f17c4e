import type { IncomingHttpHeaders } from "node:http";
import type { ThreadScope } from "../read-model/index.ts";
import { ApiError } from "./api-error.ts";
import type { ApiOptions } from "./options.ts";
import { tokenOf } from "./tokens.ts";

/** Holds the token of a browser that signed in. */
export const COOKIE = "thread_history_token";

const EVERYTHING: ThreadScope = { cwds: [], sourceKinds: [] };
const LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"];

type AccessOptions = Pick<ApiOptions, "tokens" | "allowedHosts" | "corsOrigins" | "host">;

/**
 * What a request may see.
 *
 * @throws ApiError 401 without a good token, 403 when it comes under a foreign name or from a foreign page
 */
export function scopeOf(headers: IncomingHttpHeaders, options: AccessOptions): ThreadScope {
  if (options.tokens.length === 0) {
    demandOwnName(headers.host, options);
    return EVERYTHING;
  }
  const bearer = /^Bearer +(?<token>\S+)$/i.exec(headers.authorization ?? "")?.groups?.token;
  const token = tokenOf(bearer ?? cookieIn(headers.cookie) ?? "", options.tokens);
  if (token === null) throw new ApiError(401, "unauthorized", "send a token: Authorization: Bearer TOKEN");
  return token.scope;
}

/**
 * A page elsewhere can give its own name the address of this machine, and its scripts then count as ours (DNS rebinding).
 *
 * @throws ApiError 403
 */
function demandOwnName(host: string | undefined, { allowedHosts, host: address }: AccessOptions): void {
  const name = (host ?? "").replace(/:\d+$/, "").toLowerCase();
  if (LOCAL_NAMES.includes(name) || name === address || allowedHosts.includes(name)) return;
  throw new ApiError(
    403,
    "foreign-host",
    `it is not known by the name ${JSON.stringify(name)}: api.allowedHosts adds names`,
  );
}

/**
 * A browser sends cookies along whoever asks; where that does more than read an answer, the page must be ours.
 *
 * @throws ApiError 403
 */
export function demandOwnOrigin({ origin, host }: IncomingHttpHeaders, { corsOrigins }: AccessOptions): void {
  if (origin === undefined || corsOrigins.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new ApiError(403, "foreign-origin", `pages of ${JSON.stringify(origin)} may not: api.corsOrigins adds origins`);
}

function cookieIn(header: string | undefined): string | undefined {
  const cookies = (header ?? "").split(";").map((part) => part.trim().split("="));
  const value = cookies.find(([name]) => name === COOKIE)?.[1];
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined; // no token of ours
  }
}

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
